"""Which known word somebody meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from site_builder.spelling import closest, distance, misspelt

WORDS = st.text(alphabet="abcd", max_size=8)


@given(WORDS, WORDS)
def test_the_distance_is_that_of_optimal_string_alignment(one: str, other: str) -> None:
    assert distance(one, other) == OSA.distance(one, other)


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
