"""Tags inside text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x <spanner>y", "<p>x <spanner>y</p>"),
        ("x <SPAN id='i'>y</span>", '<p>x <span id="i">y</span></p>'),
        ("x <span y", "<p>x &lt;span y</p>"),
        ("x </div y", "<p>x &lt;/div y</p>"),
        ("x <!-- y", "<p>x &lt;!– y</p>"),
        ("x <!-- y --> z", "<p>x <!-- y --> z</p>"),
        ("x <?y?> z", "<p>x <?y?> z</p>"),
    ],
)
def test_tags_inside_text_are_read_as_pandoc_reads_them(html: Callable[[str], str], source: str, expected: str) -> None:
    assert html(source) == expected
