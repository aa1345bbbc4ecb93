"""Code, math, escapes, characters, TeX."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("\\(a\\) \\(b\\) \\(c", '<p><span class="math inline">\\(a\\)</span> <span class="math inline">\\(b\\)</span> (c</p>'),
        ("\\begin{x} \\end{y} \\begin", "<p>\\begin{x} \\end{y} \\begin</p>"),
        ("$$a$$ $b $ $c$1", '<p><span class="math display">\\[a\\]</span> $b $ $c$1</p>'),
        ("a\\ b", "<p>a\u00a0b</p>"),
        (
            "Figure \\ref{f:a}, \\eqref{b} \\cite{c}",
            '<p>Figure <span class="math inline">\\(\\ref{f:a}\\)</span>, <span class="math inline">\\(\\eqref{b}\\)</span> </p>',
        ),
        ("\\verb+a *b*+ c \\verb", "<p> c </p>"),
        ("a\n\n\\newpage\n\n\\begin{center}\nx\n\\end{center}\n\nb", "<p>a</p><p>b</p>"),
        ("`a\n  b` `` ` ``", "<p><code>a b</code> <code>`</code></p>"),
        (":nosuch: :+1:", '<p>:nosuch: <span class="emoji" data-emoji="+1">👍</span></p>'),
        ("&#x41; &#0;", "<p>A �</p>"),
        ("Mr. A (vs. B) x.y. z", "<p>Mr.\u00a0A (vs.\u00a0B) x.y. z</p>"),
    ],
)
def test_leaves_inside_text_are_read_as_pandoc_reads_them(html: Callable[[str], str], source: str, expected: str) -> None:
    assert html(source) == expected


def test_a_backslash_at_the_very_end_stays(html: Callable[[str], str]) -> None:
    assert html("a \\") == "<p>a \\</p>"
