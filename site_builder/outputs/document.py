"""``application/pdf``: a file of the site, and a link to it."""

from __future__ import annotations

import base64
import binascii
import hashlib
from pathlib import PurePosixPath

from site_builder.markdown.tree import CodeBlock, element
from site_builder.outputs.base import Bundle, Figure, OutputPlace, OutputType, Rendered

MIME = "application/pdf"


def render(bundle: Bundle, place: OutputPlace) -> Rendered:
    """Return a link to the document."""
    try:
        file = Figure(PurePosixPath("fig") / f"{place.figure}.pdf", base64.b64decode(bundle[MIME]))
    except (binascii.Error, ValueError):
        return Rendered((CodeBlock(f"[{MIME}]", ("error",), line=place.line),))
    shown = place.options.figure_caption or file.target.name
    return Rendered((element("p", element("a", shown, href=str(file.target), type=MIME), line=place.line),), (file,))


def plain(bundle: Bundle) -> str:
    """Return the document's digest: two drawings of one differ in their dates."""
    return f"[{MIME}] {hashlib.sha256(bundle[MIME].encode()).hexdigest()[:16]}"


TYPE = OutputType(MIME, render, plain, lost="the document itself, which the page links to")
