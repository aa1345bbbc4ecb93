"""Which known word somebody meant."""

from __future__ import annotations

import time
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.spelling import Speller, closest, misspelt

WORDS = st.text(alphabet="abcd", min_size=1, max_size=8)


def alignment(word: str, other: str) -> int:
    """Optimal string alignment by its definition (https://en.wikipedia.org/wiki/Damerau-Levenshtein_distance)."""

    @cache
    def errors(row: int, column: int) -> int:
        if not row or not column:
            return row + column
        cost = min(
            errors(row - 1, column) + 1, errors(row, column - 1) + 1, errors(row - 1, column - 1) + (word[row - 1] != other[column - 1])
        )
        if row > 1 and column > 1 and word[row - 2 : row] == other[column - 2 : column][::-1]:
            cost = min(cost, errors(row - 2, column - 2) + 1)
        return cost

    return errors(len(word), len(other))


@given(WORDS, st.lists(WORDS, max_size=20))
def test_the_words_found_are_those_with_two_errors_in_optimal_string_alignment(word: str, known: list[str]) -> None:
    expected = sorted((errors, each) for each in known if (errors := alignment(word, each)) <= 2)
    assert sorted(Speller(known)._within(word)) == expected


def test_a_thousand_words_that_are_alike_are_looked_up_in_a_moment() -> None:
    speller = Speller(f"unit-{number:04}.html" for number in range(1000))
    begun = time.process_time()
    assert [speller.misspelt(f"unti-{number:04}.html") for number in range(1000)] == [f"unit-{number:04}.html" for number in range(1000)]
    assert time.process_time() - begun < 2, "0.2 s on a quiet machine; each with each in Python would take minutes"


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("braek", ["break"], "break"),
        ("lisence", ["license", "lang"], "license"),
        ("enviromnet", ["environment"], "environment"),
        ("fail_on_error", ["fail-on-error"], "fail-on-error"),
        ("Title", ["title"], "title"),
        ("itle", ["title"], "title"),
        ("seeds", ["needs"], ""),
        ("week", ["break"], ""),
        ("title", ["title"], ""),
        ("", ["title"], ""),
        ("x" * 100, ["x" * 99], ""),
        ("enxirxnmexnt", ["environment"], ""),
    ],
)
def test_typing_errors_are_told_from_other_words(word: str, known: list[str], meant: str) -> None:
    assert misspelt(word, known) == meant


def test_a_similar_word_is_proposed_where_none_is_misspelt() -> None:
    assert closest("sidebar_numbering", ["disable_sidebar_numbering", "title"]) == "disable_sidebar_numbering"
    assert closest("zzzz", ["title"]) == ""
