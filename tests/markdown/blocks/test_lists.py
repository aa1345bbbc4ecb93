"""Bullet, ordered and task lists: which lines belong to an item, and when an item is loose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        ("- a\nlazy", "<ul><li>a\nlazy</li></ul>"),
        ("- a\n  - b\n   - c", "<ul><li>a<ul><li>b</li><li>c</li></ul></li></ul>"),
        ("- a\n\n  second", "<ul><li><p>a</p><p>second</p></li></ul>"),
        ("- a\n: b", "<ul><li>a</li></ul><p>: b</p>"),
        ("- a `x\n- b` c", "<ul><li>a `x</li><li>b` c</li></ul>"),
        ("- a `x\n  b` c", "<ul><li>a <code>x b</code> c</li></ul>"),
        ("- a <!-- x\n  b --> c", "<ul><li>a <!-- x\nb --> c</li></ul>"),
        ("- a <!-- x --> b\n- c", "<ul><li>a <!-- x --> b</li><li>c</li></ul>"),
        ("- a ` b\n\n- c", "<ul><li><p>a ` b</p></li><li><p>c</p></li></ul>"),
        ("-\n\n  a", "<ul><li>a</li></ul>"),
        ("1. a\n1. b", '<ol style="list-style-type: decimal"><li>a</li><li>b</li></ol>'),
        ("4) a\n5) b", '<ol start="4" style="list-style-type: decimal"><li>a</li><li>b</li></ol>'),
        ("(@x) a\n\n    b", '<ol class="example" style="list-style-type: decimal"><li><p>a</p><p>b</p></li></ol>'),
        (
            "(@x) a\n\nc\n\n(@) d\n\ne\n\n(@x) f",
            '<ol class="example" style="list-style-type: decimal"><li>a</li></ol><p>c</p>'
            '<ol start="2" class="example" style="list-style-type: decimal"><li>d</li></ol><p>e</p>'
            '<ol class="example" style="list-style-type: decimal"><li>f</li></ol>',
        ),
        ("- a ` b\n" + "  c\n" * 40 + "  ` d", "<ul><li>a <code>b" + " c" * 40 + "</code> d</li></ul>"),
        ("#. a\n#. b", "<ol><li>a</li><li>b</li></ol>"),
        ("(@x) a\n\nsee @x", '<ol class="example" style="list-style-type: decimal"><li>a</li></ol><p>see 1</p>'),
        ("- [ ] a\n- b", '<ul><li><label><input type="checkbox">a</label></li><li>b</li></ul>'),
        ("- [X] a", '<ul class="task-list"><li><label><input type="checkbox" checked="">a</label></li></ul>'),
        ("- ![c](a.png)", '<ul><li><figure><img src="a.png" alt="c"><figcaption>c</figcaption></figure></li></ul>'),
    ],
)
def test_lists_are_read_as_pandoc_reads_them(html: Callable[[str], str], source: str, expected: str) -> None:
    assert html(source) == expected
