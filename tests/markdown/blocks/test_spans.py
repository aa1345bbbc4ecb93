"""A fence inside code that goes on over several lines of a paragraph begins no block: what it ends is the code."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('```python title="x"\nb\n```\n\n```\nc\n```', '<p><code>python title="x" b</code></p><pre><code>c</code></pre>'),
        ("```py a\n```\n```py\nb\n```\n", '<p><code>py a</code></p><pre class="py"><code>b</code></pre>'),
        ("````py a\nb\n```\nc\n````\nd", "<p><code>py a b ``` c</code>d</p>"),
        ("``a\n```\nb``\n```", "<p><code>a ``` b</code>```</p>"),
        ("a `b` c\n```\nd\n```", "<p>a <code>b</code> c</p><pre><code>d</code></pre>"),
        ("a `b c\n```\nd\n```\ne", "<p>a `b c</p><pre><code>d</code></pre><p>e</p>"),
        ("\\`a\n```\nb\n```\nc`", "<p>`a</p><pre><code>b</code></pre><p>c`</p>"),
        ("`a\n```\nb\n```\n\nc`", "<p>`a</p><pre><code>b</code></pre><p>c`</p>"),
        ("```a b\n```\n```c d\n```\n`e\n```\nf`", "<p><code>a b</code><code>c d</code><code>e ``` f</code></p>"),
    ],
)
def test_fences_in_code_of_a_paragraph_are_read_as_pandoc_reads_them(html: Callable[[str], str], source: str, expected: str) -> None:
    assert html(source) == expected


@pytest.mark.parametrize("lines", ["``` a b\n```\n", "`a` b\n```\nc\n```\n", "`a b\n```\nc\n```\n"])
def test_many_of_them_take_no_longer_each(html: Callable[[str], str], lines: str) -> None:
    started = time.perf_counter()
    html(lines * 1_000)
    middle = time.perf_counter()
    html(lines * 8_000)
    assert time.perf_counter() - middle < 24 * max(middle - started, 0.05)
