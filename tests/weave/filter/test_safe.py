"""Prose of strangers: what is on the lists of outputs stays, and a text that only looks dangerous is text."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from site_builder.markdown.reader import read
from site_builder.markdown.tree import to_html
from site_builder.weave.filter.mathematics import mathml
from site_builder.weave.filter.safe import safe_nodes


def safe(text: str) -> str:
    """Return a text as HTML on one line."""
    return " ".join(to_html(safe_nodes(read(f"\n{text}\n", PurePosixPath("episodes/x.md")).body)).split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A <b onclick='x()'>word</b>.", "<p>A <b>word</b>.</p>"),
        ("[a](javascript:x)", "<p><a>a</a></p>"),
        ("[a](b.html){onclick='x()' .c #i}", '<p><a href="b.html" id="i" class="c">a</a></p>'),
        ("<script>x()</script>", ""),
        ("<iframe src='https://a.org/x'></iframe>", '<p><a href="https://a.org/x">https://a.org/x</a></p>'),
        (
            "See *this <iframe src='https://a.org/x'></iframe>*, [b <iframe src='c.html'></iframe>](d.html).",
            '<p>See <em>this <a href="https://a.org/x">https://a.org/x</a></em>, <a href="d.html">b c.html</a>.</p>',
        ),
        ("<video controls src='a.mp4'></video>", '<video controls="" src="a.mp4"> </video>'),
        ("![a](b.png){width=50%}", '<figure><img src="b.png" style="width:50.0%" alt="a"><figcaption>a</figcaption> </figure>'),
        ("<p style='position:fixed;width:1px'>a</p>", "<p> a </p>"),
        ("`<script>`", "<p><code>&lt;script&gt;</code></p>"),
    ],
)
def test_what_stays(text: str, expected: str) -> None:
    assert safe(text) == expected


@pytest.mark.parametrize("tex", [r"\text{small if a<b then}", r"\text{<script>alert(7)</script>}", r"\mbox{</math><img src=x onerror=y>}"])
def test_a_formula_is_text(tex: str) -> None:
    made, _ = mathml(tex, display=False)
    assert made.count("<") == made.count(">") == made.count("</") * 2
    assert "<script" not in made
    assert "<img" not in made
    assert "a&lt;b" in made or "a<" not in tex


def test_a_formula_links_only_to_addresses_of_pages() -> None:
    assert "javascript" not in mathml(r"\href{javascript:x}{y}", display=False)[0]
    assert 'href="https://example.org"' in mathml(r"\href{https://example.org}{y}", display=False)[0]
