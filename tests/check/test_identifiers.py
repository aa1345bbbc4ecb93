"""Ids that occur twice on a page."""

from __future__ import annotations

import pytest

from site_builder.check.identifiers import check_identifiers
from tests.check.conftest import finder

found = finder(check_identifiers)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## A {#x}\n\n## B {#x}\n", [("LS404", 3)]),
        ("## A\n\n## B {#a}\n", [("LS404", 3)]),
        ("## A\n\n## A\n", []),
        ("::: {#x .callout}\n\n## B {#x}\n\n:::\n", [("LS404", 3)]),
        ("``` {.python #x}\n1\n```\n\n[a]{#x}\n\n[b]{#x}\n", [("LS404", 5), ("LS404", 7)]),
        ("One[^a], two[^b], one[^a].\n\n[^a]: A\n[^b]: B\n", []),
    ],
)
def test_each_repetition_is_told_at_its_line(text: str, expected: list[tuple[str, int]]) -> None:
    assert found(text) == expected
