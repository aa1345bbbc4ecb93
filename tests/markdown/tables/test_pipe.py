"""Pipe tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "a | b\n--|:-:\n1 | `x|y`",
            '<table><thead><tr><th>a</th><th align="center">b</th></tr></thead><tbody><tr><td>1</td>'
            '<td align="center"><code>x|y</code></td></tr></tbody></table>',
        ),
        ("| a |\n|---|\n`x|y`", "<table><thead><tr><th>a</th></tr></thead><tbody></tbody></table><p><code>x|y</code></p>"),
        ("a | b\nc | d", "<p>a | b\nc | d</p>"),
        ("|  |\n|--|\n| x |", "<table><tbody><tr><td>x</td></tr></tbody></table>"),
    ],
)
def test_pipe_tables_are_read_as_pandoc_reads_them(html: Callable[[str], str], source: str, expected: str) -> None:
    assert html(source) == expected
