"""Only shapes and text get onto a page, whoever wrote the file."""

from __future__ import annotations

import pytest

from site_builder.diagrams.svg import NotADrawing, parsed

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9">'
MATH = '<foreignObject><math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math></foreignObject>'


@pytest.mark.parametrize(
    "inside",
    [
        '<rect x="0" y="0" width="1" height="1" fill="light-dark(#fff,#111)"/>',
        '<defs><marker id="ID-0"><path d="M0,0L1,1"/></marker></defs><path marker-end="url(#ID-0)"/><use href="#ID-0"/>',
        '<text textLength="9" font-family="Arial, \'Liberation Sans\'">a &amp; b</text>',
        '<rect filter="brightness(120%)"/>',
        MATH,
    ],
)
def test_shapes_and_text(inside: str) -> None:
    assert len(parsed(f"{HEAD}{inside}</svg>")) >= 1


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<style>a{}</style>",
        '<a href="#ID-0"/>',
        '<image href="#ID-0"/>',
        '<rect style="fill:red"/>',
        '<rect class="x"/>',
        '<rect onclick="x()"/>',
        '<rect id="main-content"/>',
        '<use href="https://example.org/#ID-0"/>',
        '<use href="javascript:x()"/>',
        '<path fill="url(https://example.org/a.svg#ID-0)"/>',
        '<path fill="url(#top)"/>',
        '<path fill=" url(#ID-0) url(//example.org)"/>',
        '<rect filter="url(#ID-0)"/>',
        "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>",
        MATH.replace("<mi>x</mi>", "<maction>x</maction>"),
        MATH.replace("<mi>", '<mi href="#ID-0x">'),
        "<!-- a comment -->",
        "<?x?>",
        "<rect",
        '<x:rect xmlns:x="http://example.org/"/>',
        "<g>" * 200 + "</g>" * 200,
    ],
)
def test_nothing_else(inside: str) -> None:
    with pytest.raises(NotADrawing):
        parsed(f"{HEAD}{inside}</svg>")


@pytest.mark.parametrize(
    "text", ["", "hello", "<html/>", "<svg/>", '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>', "\0"]
)
def test_what_is_no_svg_at_all(text: str) -> None:
    with pytest.raises(NotADrawing):
        parsed(text)
