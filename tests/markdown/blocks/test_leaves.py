"""Headings, code and line blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# a\n---", '<h2 id="a"># a</h2>'),
        ("## `x`{.r}", '<h2 id="x"><code class="r">x</code></h2>'),
        ("## [a](b) {.k}", '<h2 id="a" class="k"><a href="b">a</a></h2>'),
        ("## ![c](a.png) :smile:", '<h2 id="c"><img src="a.png" alt="c"> <span class="emoji" data-emoji="smile">😄</span></h2>'),
        ("```a b\nx\n```", "<p><code>a b x</code></p>"),
        ("| a\n  b\n| c\nd", '<div class="line-block">a b<br>c</div><p>d</p>'),
        ("|   a\n|\n| b", '<div class="line-block">\u00a0\u00a0a<br><br>b</div>'),
        ("####### x", '<p id="x" class="heading">x</p>'),
        ("    a\n\n    b\nc", '<pre class="sh"><code>a\n\nb</code></pre><p>c</p>'),
        ("\ta\n\tb", '<pre class="sh"><code>a\nb</code></pre>'),
        ("\ta\n  \tb", '<pre class="sh"><code>a</code></pre><p>b</p>'),
        ("    a\n     \n    b", '<pre class="sh"><code>a\n \nb</code></pre>'),
        ("```\nx\n    ```", "<p><code>x</code></p>"),
        ("````\n```\n````", "<pre><code>```</code></pre>"),
        ("~~~~ c++\nx\n~~~\n~~~~~", '<pre class="cpp"><code>x\n~~~</code></pre>'),
    ],
)
def test_leaves_are_read_as_pandoc_reads_them(html: Callable[[str], str], source: str, expected: str) -> None:
    assert html(source) == expected
