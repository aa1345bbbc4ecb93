"""Simple and multiline tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "  A  B\n---- ---\n  1  2\n\nx",
            '<table><thead><tr><th align="center">A</th><th align="left">B</th></tr></thead><tbody><tr>'
            '<td align="center">1</td><td align="left">2</td></tr></tbody></table><p>x</p>',
        ),
        (
            "A\n--- ---\n1   2",
            '<table><thead><tr><th align="left">A</th><th></th></tr></thead><tbody><tr><td align="left">1</td>'
            "<td>2</td></tr></tbody></table>",
        ),
        ("plain text\n  ---\na", "<table><thead><tr><th>plain text</th></tr></thead><tbody><tr><td>a</td></tr></tbody></table>"),
        ("A   B\n --- ---", "<p>A B\n— —</p>"),
        ("-- --\na  b\n-- --", '<table><tbody><tr><td align="left">a</td><td align="left">b</td></tr></tbody></table>'),
        ("-- --\na  b", "<hr><p>a b</p>"),
        (
            "-- --\na  b\n\n\nc  d\n-- --",
            '<table style="width:8%;"><colgroup><col width="4%"><col width="4%"></colgroup><tbody><tr>'
            '<td align="left">a</td><td align="left">b</td></tr><tr><td align="left">c</td><td align="left">d</td></tr></tbody></table>',
        ),
        ("-- --\n\na  b\n-- --", "<hr><p>a b\n– –</p>"),
        (
            "----\nA\n----\na\n----",
            '<table style="width:7%;"><colgroup><col width="6%"></colgroup><thead><tr><th align="left">A</th></tr></thead><tbody>'
            '<tr><td align="left">a</td></tr></tbody></table>',
        ),
    ],
)
def test_column_tables_are_read_as_pandoc_reads_them(html: Callable[[str], str], source: str, expected: str) -> None:
    assert html(source) == expected


def test_the_head_of_a_multiline_table_may_take_any_number_of_lines(html: Callable[[str], str]) -> None:
    head = "\n".join(f"a{number}" for number in range(40))
    shown = html(
        f"-------- -----\n{head}\n-------- -----\nb        c\n\nd        e\n-------- -----\n".replace(
            "-------- -----\na0", "--------------\na0"
        )
    )
    assert "a39" in shown.partition("</thead>")[0] and "<td>b</td><td>c</td>" in re.sub(r' align="\w+"', "", shown)
