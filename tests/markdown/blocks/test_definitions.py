"""Definition lists, whose definitions are read as list items are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("T\n: a", "<dl><dt>T</dt><dd>a</dd></dl>"),
        ("T\n\n: a", "<dl><dt>T</dt><dd><p>a</p></dd></dl>"),
        ("T\n\n: a\n: b", "<dl><dt>T</dt><dd>a</dd><dd><p>b</p></dd></dl>"),
        ("T\n: a\n\n  b", "<dl><dt>T</dt><dd>a\nb</dd></dl>"),
        ("T\n: a\n\n    - b", "<dl><dt>T</dt><dd>a<ul><li>b</li></ul></dd></dl>"),
        ("T\n: a\n- b", "<dl><dt>T</dt><dd>a</dd></dl><ul><li>b</li></ul>"),
        ("T\n~ a\nlazy", "<dl><dt>T</dt><dd>a\nlazy</dd></dl>"),
        ("T\n:     a `b`", '<dl><dt>T</dt><dd><pre class="sh"><code>a `b`</code></pre></dd></dl>'),
        ("T *x*\n: a\n\nU\n: b", "<dl><dt>T <em>x</em></dt><dd>a</dd><dt>U</dt><dd>b</dd></dl>"),
        ("T\n\n\n: a", "<p>T</p><p>: a</p>"),
        (": a", "<p>: a</p>"),
    ],
)
def test_definitions_are_read_as_pandoc_reads_them(html: Callable[[str], str], source: str, expected: str) -> None:
    assert html(source) == expected
