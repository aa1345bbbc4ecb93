"""Captions and heads of tables, whatever their form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("| a |\n|---|\n\nTable: c\nd", "<table><caption>c\nd</caption><thead><tr><th>a</th></tr></thead><tbody></tbody></table>"),
        (": c\n\n| a |\n|---|", "<table><caption>c</caption><thead><tr><th>a</th></tr></thead><tbody></tbody></table>"),
        ("| a |\n|---|\n\nTable:", "<table><thead><tr><th>a</th></tr></thead><tbody></tbody></table><p>Table:</p>"),
        ("Table: c", "<p>Table: c</p>"),
    ],
)
def test_captions_are_read_as_pandoc_reads_them(html: Callable[[str], str], source: str, expected: str) -> None:
    assert html(source) == expected
