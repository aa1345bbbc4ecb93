"""Smart punctuation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('k"> a"b "c"', "<p>k”&gt; a”b “c”</p>"),
        ("“a” ‘b’ c’d", "<p>“a” ‘b’ c’d</p>"),
        ('"a', "<p>“a</p>"),
        ('*"a:*', "<p><em>“a:</em></p>"),
        ("**“a, b** ~~“c, d~~", "<p><strong>“a, b</strong> <del>“c, d</del></p>"),
        ('*"a* b" c', "<p>*“a* b” c</p>"),
        ('"""a""" b', "<p>“““a”“” b</p>"),
        ('- *a,*\n- *b."*', "<ul><li><em>a,</em></li><li><em>b.”</em></li></ul>"),
        ('" a "', "<p>” a ”</p>"),
        ("'a", "<p>’a</p>"),
        ("'a [b' c]", "<p>’a [b’ c]</p>"),
        ("'90s and 'x'", "<p>‘90s and ’x’</p>"),
        ("*R*'s own **b.**'s 'c'", "<p><em>R</em>’s own <strong>b.</strong>’s ‘c’</p>"),
        ('***a***"b" c', "<p><strong><em>a</em></strong>”b” c</p>"),
        ("$x$'s and $y$'.", r'<p><span class="math inline">\(x\)</span>’s and <span class="math inline">\(y\)</span>’.</p>'),
    ],
)
def test_marks_become_typographic_as_in_pandoc(html: Callable[[str], str], source: str, expected: str) -> None:
    assert html(source) == expected
