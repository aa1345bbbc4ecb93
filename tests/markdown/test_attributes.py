"""Attributes in braces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# a {- .k}", '<h1 id="a" class="unnumbered k">a</h1>'),
        ("# a {k}", '<h1 id="a-k">a {k}</h1>'),
        ("# a {#i", '<h1 id="a-i">a {#i</h1>'),
        ('[s]{#i .k a=1 b=\'x &amp; y\' c="\\""}', '<p><span id="i" class="k" a="1" b="x &amp; y" c="&quot;">s</span></p>'),
        ("[s]{.k\n.l}", '<p><span class="k l">s</span></p>'),
        ("[s]{.k\n\n.l}", "<p>[s]{.k</p><p>.l}</p>"),
        ("![](a.png){height=50%} ![](b.png){width=4px}", '<p><img src="a.png" style="height:50.0%"> <img src="b.png" width="4"></p>'),
        ("[s]{a= }", '<p><span a="">s</span></p>'),
    ],
)
def test_attributes_are_read_as_pandoc_reads_them(html: Callable[[str], str], source: str, expected: str) -> None:
    assert html(source) == expected
