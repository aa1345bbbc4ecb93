"""List markers: which styles there are, and what only looks like a marker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("i. a\nii. b", '<ol style="list-style-type: lower-roman"><li>a</li><li>b</li></ol>'),
        ("IV) a", '<ol start="4" style="list-style-type: upper-roman"><li>a</li></ol>'),
        ("c) a\nd) b", '<ol start="3" style="list-style-type: lower-alpha"><li>a</li><li>b</li></ol>'),
        ("A.  a", '<ol style="list-style-type: upper-alpha"><li>a</li></ol>'),
        ("(2) a", '<ol start="2" style="list-style-type: decimal"><li>a</li></ol>'),
        ("B. Russell", "<p>B. Russell</p>"),
        ("p. 3", "<p>p.\u00a03</p>"),
        ("ab) x", "<p>ab) x</p>"),
        ("Iv) x", "<p>Iv) x</p>"),
        ("iiii. x", '<ol start="4" style="list-style-type: lower-roman"><li>x</li></ol>'),
        ("1234567890. x", '<ol start="1234567890" style="list-style-type: decimal"><li>x</li></ol>'),
        ("A.\tx", '<ol style="list-style-type: upper-alpha"><li>x</li></ol>'),
        ("iiiiii) x", '<ol start="6" style="list-style-type: lower-roman"><li>x</li></ol>'),
        (
            "1) a\n2. b",
            '<ol style="list-style-type: decimal"><li>a</li></ol><ol start="2" style="list-style-type: decimal"><li>b</li></ol>',
        ),
        ("* * *", "<hr>"),
    ],
)
def test_markers_are_read_as_pandoc_reads_them(html: Callable[[str], str], source: str, expected: str) -> None:
    assert html(source) == expected
