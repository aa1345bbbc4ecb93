"""Outputs typed below cells that show their own; blocks that a page has once."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from site_builder.check.divisions import check_repeated
from site_builder.check.findings import source_page
from site_builder.check.typed_outputs import check_typed_outputs
from site_builder.markdown.reader import read
from tests.check.conftest import finder

PATH = PurePosixPath("episodes/a.md")


def found(text: str) -> list[tuple[str, int]]:
    page = source_page(read(text, PATH, episode=True), text)
    return [(problem.code, problem.location.line) for problem in check_typed_outputs(page)]


@pytest.mark.parametrize(
    ("option", "expected"),
    [("", [("LS876", 7)]), ("#| eval: false\n", []), ("#| output: false\n", []), ("#| include: false\n", []), ("#| echo: false\n", [("LS876", 8)])],
)  # fmt: skip
def test_only_a_cell_that_shows_what_it_prints(option: str, expected: list[tuple[str, int]]) -> None:
    assert found(f"Words.\n\n```{{python}}\n{option}print(1)\n```\n\n```output\n1\n```\n") == expected


def test_every_output_below_the_cell_whatever_is_between_that_nobody_sees() -> None:
    text = "```{python}\n1\n```\n\n```output\n1\n```\n\n<!-- note -->\n\n```{.error}\nE: e\n```\n\nWords.\n\n```output\n2\n```\n"
    assert found(text) == [("LS876", 5), ("LS876", 11)]


def test_a_block_after_text_or_plain_code_is_no_repetition() -> None:
    assert found("```{python}\n1\n```\n\nBefore:\n\n```output\n1\n```\n") == []
    assert found("```python\n1\n```\n\n```output\n1\n```\n") == []


def test_a_second_block_of_key_points() -> None:
    repeated = finder(check_repeated)
    box = "::: keypoints\n- a\n:::\n\n"
    assert repeated(box * 3) == [("LS807", 5), ("LS807", 9)]
    assert repeated(box + "::: questions\n- q\n:::\n") == []
    assert repeated("::: challenge\na\n:::\n\n::: challenge\nb\n:::\n") == []
