"""Fenced and HTML divs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("::: a :::\nx\n:::", '<div class="a"><p>x</p></div>'),
        ("::: a b\nx", "<p>::: a b\nx</p>"),
        (":::: {#i}\nx\n\n::: k\ny\n:::\n::::", '<div id="i"><p>x</p><div class="k"><p>y</p></div></div>'),
        ("<div\nid='i'>\nx\n</div>", '<div id="i"><p>x</p></div>'),
        ("<div>\nx\n  </div>", "<div>x</div>"),
        ("    <div>", '<pre class="sh"><code>&lt;div&gt;</code></pre>'),
        ("<div>x\n\n    </div>", '<div><p>x</p><pre class="sh"><code>&lt;/div&gt;</code></pre></div>'),
        ("<divx>", "<p><divx></p>"),
        ("<div x", "<p>&lt;div x</p>"),
        ("> <div>\n> x\n\ny", "<blockquote><div><p>x</p></div></blockquote><p>y</p>"),
        ("</div>", "</div>"),
        ("::: {a", "<p>::: {a</p>"),
        ("::: {a}\nx", "<p>::: {a}\nx</p>"),
    ],
)
def test_divs_are_read_as_pandoc_reads_them(html: Callable[[str], str], source: str, expected: str) -> None:
    assert html(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<div>\n\nx", [("LS204", 1)]),
        ("::: a\n\n::: b\n\nx\n\n:::", [("LS202", 1)]),
        ("x\n\n:::", [("LS203", 3)]),
        ("<div>\n:::\n</div>", [("LS203", 2)]),
    ],
)
def test_divs_and_ends_without_partner_are_problems(
    problems: Callable[[str], list[tuple[str, int]]], source: str, expected: list[tuple[str, int]]
) -> None:
    assert problems(source) == expected
