"""Addresses and citations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("xhttp://a.b", "<p>xhttp://a.b</p>"),
        ("1http://a.b", "<p>1http://a.b</p>"),
        ("<a href='x'>http://a.b</a>", "<p><a href='x'>http://a.b</a></p>"),
        ("(http://a.b/c_(d),e).", '<p>(<a href="http://a.b/c_(d),e" class="uri">http://a.b/c_(d),e</a>).</p>'),
        ("[http://a.b](c)", '<p><a href="c">http://a.b</a></p>'),
        ("mailto:a@b.org", '<p><a href="mailto:a@b.org" class="uri">mailto:a@b.org</a></p>'),
        ("<nosuch:x>", "<p><nosuch:x></p>"),
        ("a@b", "<p>a@b</p>"),
        ("@a [p. 3] b", '<p><span class="citation">@a [p. 3]</span> b</p>'),
        ("@a [b](c)", '<p><span class="citation">@a</span> <a href="c">b</a></p>'),
        ("[@a; see -@b]", '<p><span class="citation">[@a; see -@b]</span></p>'),
        ("[@a](c)", '<p><a href="c"><span class="citation">@a</span></a></p>'),
    ],
)
def test_addresses_and_citations_are_read_as_pandoc_reads_them(html: Callable[[str], str], source: str, expected: str) -> None:
    assert html(source) == expected
