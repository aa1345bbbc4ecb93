"""Grid tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("+---+\n| a |\n+---+", '<table style="width:6%;"><colgroup><col width="5%"></colgroup><tbody><tr><td>a</td></tr></tbody></table>'),
        ("+---+\n| a |", "<p>+—+\n| a |</p>"),
        (
            "+---+\n| a\n+---+\nb",
            '<table style="width:6%;"><colgroup><col width="5%"></colgroup><tbody><tr><td>a</td></tr></tbody></table><p>b</p>',
        ),
        ("+---+\n+---+", '<table style="width:6%;"><colgroup><col width="5%"></colgroup><tbody><tr><td></td></tr></tbody></table>'),
    ],
)
def test_grid_tables_are_read_as_pandoc_reads_them(html: Callable[[str], str], source: str, expected: str) -> None:
    assert html(source) == expected
