"""Titles and other short texts."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from site_builder.markdown.tree import to_html
from site_builder.weave.pages.inline import inline


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Plain words", "Plain words"),
        ("Two\n lines", "Two lines"),
        ("With `ls -l --all` and *stress*", "With <code>ls -l --all</code> and <em>stress</em>"),
        ('It\'s "so" -- really...', 'It\'s "so" -- really...'),
        ("`code` first", "<code>code</code> first"),
        ("1. Not a list", "1. Not a list"),
        ("- Not a list", "- Not a list"),
        ("# Not a heading", "# Not a heading"),
        ("[text](a_b.html)", '<a href="a_b.html">text</a>'),
        ("<b>bold's</b>", "&lt;b&gt;bold's&lt;/b&gt;"),
        ("The <style> element", "The &lt;style&gt; element"),
        ("If a<b then c>d", "If a&lt;b then c&gt;d"),
        ("`List<String>` or List<String>", "<code>List&lt;String&gt;</code> or List&lt;String&gt;"),
        ("A <!-- b --> &amp; `<i>`{=html}", "A &lt;!-- b --&gt; &amp; &lt;i&gt;"),
        ("$f'(x) < 1$ -- $a$", '<span class="math inline">\\(f\'(x) &lt; 1\\)</span> -- <span class="math inline">\\(a\\)</span>'),
        ("a < b & c", "a &lt; b &amp; c"),
    ],
)
def test_one_line_of_markdown(text: str, html: str) -> None:
    assert to_html(inline(text, PurePosixPath("x.md"))) == html


def test_what_is_more_than_a_line_stays_text() -> None:
    assert inline("a^[note]", PurePosixPath("x.md"))
