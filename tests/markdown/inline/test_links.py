"""Links, images, spans, footnote references, and brackets that are none of these."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "## The `c` class, what's new\n\n[The `c` class,  what's new] [the c class, what’s new]",
            '<h2 id="the-c-class-whats-new">The <code>c</code> class, what’s new</h2><p><a href="#the-c-class-whats-new">The <code>c</code> class, what’s new</a> '
            "[the c class, what’s new]</p>",
        ),
        ("[ a ](b)", '<p><a href="b">a</a></p>'),
        ('[a](<b c> "t \\"q\\"")', '<p><a href="b%20c" title="t &quot;q&quot;">a</a></p>'),
        ("[a](b 'c d' e)", "<p>[a](b ‘c d’ e)</p>"),
        ("[a](\n b )", '<p><a href="b">a</a></p>'),
        ("[a](b(c)d)", '<p><a href="b(c)d">a</a></p>'),
        ("[a](b", "<p>[a](b</p>"),
        ("[a][ B ]\n\n[b]: c 't'", '<p><a href="c" title="t">a</a></p>'),
        ("[a][]{.k}\n\n[a]: c", '<p><a href="c" class="k">a</a></p>'),
        ("[a][x] [a][^x]\n\n[a]: c", '<p>[a][x] <a href="c">a</a>[^x]</p>'),
        ("[a [b](c) d](e)", '<p><a href="e">a [b](c) d</a></p>'),
        ("*a [b* c] d*", "<p><em>a [b* c] d</em></p>"),
        ("'[' and ']'", "<p>‘[’ and ’]’</p>"),
        ("[^x] ^ [", "<p>[^x] ^ [</p>"),
        ("![a](b.png){width=3em height=9 .k} x", '<p><img src="b.png" class="k" style="width:3em" height="9" alt="a"> x</p>'),
        ("![a](b.png){width=wide} x", '<p><img src="b.png" alt="a"> x</p>'),
        ("![a] x", "<p>![a] x</p>"),
    ],
)
def test_brackets_are_read_as_pandoc_reads_them(html: Callable[[str], str], source: str, expected: str) -> None:
    assert html(source) == expected
