"""``application/pdf``: a file of the site, and a link to it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
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


NEW = re.compile(rb"/(?:CreationDate|ModDate)\s*\((?:[^()\\]|\\.)*\)|/ID\s*\[\s*(?:<[^<>]*>\s*){2}\]")
"""What is new in every drawing of one document: when it was made, and its identifier (ISO 32000-1, 14.3.3 and 14.4)."""


def plain(bundle: Bundle) -> str:
    """Return the digest of the document without its dates and identifier, in which two drawings of one differ."""
    try:
        data = NEW.sub(b"", base64.b64decode(bundle[MIME]))
    except (binascii.Error, ValueError):
        data = bundle[MIME].encode()
    return f"[{MIME}] {hashlib.sha256(data).hexdigest()[:16]}"


TYPE = OutputType(MIME, render, plain, lost="the document itself, which the page links to")
