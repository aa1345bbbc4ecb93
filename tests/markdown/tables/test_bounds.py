"""Tables whose lines lack nearly all cells: a short text would become a page of any size."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from site_builder.markdown.reader import read
from site_builder.markdown.tree import elements

PIPES = "|a" * 60 + "|\n" + "|-" * 60 + "|\n" + "|b|\n" * 60
SIMPLE = "a " * 60 + "\n" + "- " * 60 + "\n" + "b\n" * 60
GRID = "+-" * 60 + "+\n" + "|b|\n" * 60 + "+-" * 60 + "+\n"
ROWS = "- " * 60 + "\n" + "b\n\n" * 60 + "- " * 60 + "\n"


def codes(text: str) -> list[str]:
    return [problem.code for problem in read(text, PurePosixPath("a.md")).problems]


@pytest.mark.parametrize("text", [PIPES, SIMPLE, GRID, ROWS], ids=["pipes", "simple", "grid", "multiline"])
def test_one_that_would_be_nearly_all_empty_is_text_and_named(text: str) -> None:
    found = read(f"Before.\n\n{text}\nAfter.\n", PurePosixPath("a.md"))
    (first, *_) = found.problems
    assert first.code == "LS210" and first.location.line == 3
    assert not any(elements(found.body, "table"))


def test_one_with_all_its_cells_is_a_table_however_many_they_are() -> None:
    row = "|b" * 60 + "|\n"
    assert codes("|a" * 60 + "|\n" + "|-" * 60 + "|\n" + row * 60) == []
    assert codes("+---" * 60 + "+\n" + "|  b" * 60 + "|\n" + "+---" * 60 + "+\n") == []


def test_a_small_one_may_lack_what_it_likes() -> None:
    found = read("|a" * 20 + "|\n" + "|-" * 20 + "|\n" + "|b|\n" * 20, PurePosixPath("a.md"))
    assert found.problems == ()
    assert len([*elements(found.body, "td")]) == 400
