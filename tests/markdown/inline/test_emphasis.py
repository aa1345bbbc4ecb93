"""Emphasis and its like, where marks meet."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from site_builder.markdown.reader import read
from site_builder.markdown.tree import to_html


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("***a***", "<strong><em>a</em></strong>"),
        ("***a** b*", "<em><strong>a</strong> b</em>"),
        ("***a* b**", "<strong><em>a</em> b</strong>"),
        ("***a", "***a"),
        ("**a *b* c**", "<strong>a <em>b</em> c</strong>"),
        ("*a **b** c*", "<em>a <strong>b</strong> c</em>"),
        ("a_b_c", "a_b_c"),
        ("*a ** b*", "*a ** b*"),
        ("*a ****b* c", "<em>a </em>**<em>b</em> c"),
        ("*a **", "*a **"),
        ("* a", "* a"),
        ("****a****", "****a****"),
        ("*a", "*a"),
        ("~~a", "~~a"),
        ("a~b c~d", "a~b c~d"),
        ("<span class='k'>*x*</span>", '<span class="k"><em>x</em></span>'),
        ("<span>x", "<span>x"),
        ("[s]{.k #i}", '<span id="i" class="k">s</span>'),
        ("name@x.org", '<a href="mailto:name@x.org" class="email">name@x.org</a>'),
        ("<name@x.org>", '<a href="mailto:name@x.org" class="email">name@x.org</a>'),
        ("see http://y.org/a_b.", 'see <a href="http://y.org/a_b" class="uri">http://y.org/a_b</a>.'),
        ("x <https://x.org>", 'x <a href="https://x.org" class="uri">https://x.org</a>'),
        ("'a' \"b 'c'\" it's", "‘a’ “b ‘c’” it’s"),
        ("&copy; &nosuch; &", "© &amp;nosuch; &amp;"),
        ("e.g. x", "e.g.\u00a0x"),
        ("a ` b", "a ` b"),
    ],
)
def test_marks_are_read_as_pandoc_reads_them(source: str, expected: str) -> None:
    shown = to_html(read(f"z {source}", PurePosixPath("a.md")).body)
    assert shown == f"<p>z {expected}</p>\n"
