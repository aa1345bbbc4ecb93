"""Outputs that are typed below a cell."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from site_builder.check.findings import source_page
from site_builder.check.typed_outputs import check_typed_outputs
from site_builder.markdown.reader import read

CELL = "```{python}\nprint(1)\n```\n\n"
OUTPUT = "```output\n1\n```\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (CELL + OUTPUT, [5]),
        (CELL + OUTPUT + "\n```warning\nw\n```\n", [5, 9]),
        (CELL + "Another program prints:\n\n" + OUTPUT, []),
        ("```python\nprint(1)\n```\n\n" + OUTPUT, []),
        ("```{python}\n#| eval: false\nprint(1)\n```\n\n" + OUTPUT, []),
        ("::: challenge\n\n" + CELL + OUTPUT + "\n:::\n", [7]),
    ],
)
def test_they_are_found_where_the_cell_shows_its_own(text: str, lines: list[int]) -> None:
    page = source_page(read(text, PurePosixPath("episodes/a.md"), episode=True), text)
    assert [problem.location.line for problem in check_typed_outputs(page)] == lines
