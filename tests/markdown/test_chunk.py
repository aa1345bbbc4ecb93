"""Lines: indentation in columns, and where a code block ends."""

from __future__ import annotations

import pytest

from site_builder.markdown.chunk import Chunk, fence_closer, indentation, nonindent, strip_columns, strip_up_to


@pytest.mark.parametrize(("line", "columns"), [("a", 0), ("  a", 2), ("\ta", 4), (" \ta", 4), ("\t a", 5), ("   ", 3)])
def test_tabs_reach_to_the_next_stop(line: str, columns: int) -> None:
    assert indentation(line) == columns


@pytest.mark.parametrize(
    ("line", "columns", "expected"),
    [("a", 0, "a"), ("  a", 2, "a"), ("\ta", 2, "  a"), (" a", 2, None), (" ", 2, None), ("    a", 2, "  a")],
)
def test_exactly_so_many_columns_are_taken_off(line: str, columns: int, expected: str | None) -> None:
    assert strip_columns(line, columns) == expected


def test_at_most_so_many_columns_are_taken_off() -> None:
    assert [strip_up_to(line, 4) for line in ("  a", "      a", "a")] == ["a", "  a", "a"]


def test_four_columns_make_indented_code() -> None:
    assert [nonindent(line) for line in ("   a", "    a", " \ta")] == [3, None, None]


def test_a_fence_is_closed_by_one_as_long_of_the_same_character() -> None:
    chunk = Chunk(["```", "~~~~~", "````", "`````"], (1, 2, 3, 4))
    assert [fence_closer(chunk, 0, marker) for marker in ("````", "~~~", "``````")] == [2, 1, None]


def test_a_line_past_the_end_has_the_number_of_the_last() -> None:
    assert [Chunk(["a", "b"], (7, 9)).number(index) for index in (0, 1, 5)] == [7, 9, 9]
