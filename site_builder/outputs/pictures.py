"""Pictures: each becomes a file of the site with an alternative text."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from functools import partial
from pathlib import PurePosixPath

from site_builder.markdown.tree import CodeBlock, Element, element
from site_builder.outputs.base import Bundle, Figure, OutputPlace, OutputType, Rendered
from site_builder.outputs.picture_size import measure, picture_size
from site_builder.outputs.storage import PLAIN

DRAWING = "image/svg+xml"
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", DRAWING: "svg"}
"""MIME type -> suffix of its files, in the order in which a page prefers them."""


BEGINNINGS = {"image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8", "image/gif": b"GIF8", "image/webp": b"RIFF"}
"""How files of a type begin (`picture_size` names the specifications)."""


def content(mime: str, text: str) -> bytes | None:
    """Return a picture's bytes, or None if its data are damaged."""
    try:
        return text.encode() if mime == DRAWING else base64.b64decode(text, validate=False)
    except (binascii.Error, ValueError):
        return None


def is_picture_of(mime: str, data: bytes) -> bool:
    """Tell whether bytes begin as pictures of a type do, or, in SVG, hold a drawing."""
    if mime == DRAWING:
        return b"<svg" in data
    return data.startswith(BEGINNINGS[mime])


def render(mime: str, bundle: Bundle, place: OutputPlace) -> Rendered:
    """Return a figure with the caption and alternative text of its cell."""
    data = content(mime, bundle[mime])
    if data is None or not is_picture_of(mime, data):
        damaged = place.warning(
            "LS533", f"a picture of a cell cannot be read: {mime}", "look at what the code displays: its data are damaged"
        )
        return Rendered((CodeBlock(place.words("[a picture that cannot be read]"), ("error",), line=place.line),), (), (damaged,))
    figure = Figure(PurePosixPath("fig") / f"{place.figure}.{ENDINGS[mime]}", data)
    about = place.metadata.get(mime, {})
    named = place.options.figure_alt if place.options.figure_alt is not None else about.get("alt")
    unnamed = place.warning("LS310", "a figure has no alternative text", "add `#| fig-alt: what the figure shows`")
    return Rendered((_element(figure, place, about, str(named or "")),), (figure,), (unnamed,) if named is None else ())


def _element(figure: Figure, place: OutputPlace, about: Mapping[str, float | str], named: str) -> Element:
    """Return the figure at the size that the display asked for, as for screens with small pixels, else at its own."""
    size = shown_size(picture_size(figure.data), about)
    picture = element("img", src=str(figure.target), alt=named, line=place.line)
    picture = picture.with_attributes(width=str(size[0]), height=str(size[1])) if size else picture
    caption = place.options.figure_caption
    parts = (picture, element("figcaption", caption)) if caption else (picture,)
    return element("figure", *parts, line=place.line)


def shown_size(size: tuple[int, int] | None, about: Mapping[str, float | str]) -> tuple[int, int] | None:
    """Return the size of a picture on the page, in CSS pixels; where only one side was asked for, the other one follows."""
    width, height = (float(about[side]) if side in about else 0.0 for side in ("width", "height"))
    if size and all(size) and bool(width) != bool(height):
        width, height = width or height * size[0] / size[1], height or width * size[1] / size[0]
    return (max(1, int(width)), max(1, int(height))) if width and height else size


def plain(mime: str, bundle: Bundle) -> str:
    """Return a picture's type, size and stand-in text; a picture of unknown size is identified by its digest."""
    data = content(mime, bundle[mime])
    if data is None:
        return f"[{mime}, damaged]"
    size = measure(data)
    told = f"{size[0]} x {size[1]}" if size else f"sha256 {hashlib.sha256(data).hexdigest()[:16]}"
    return f"[{mime}, {told}] {bundle.get(PLAIN, '')}".rstrip()


TYPES = tuple(OutputType(mime, partial(render, mime), partial(plain, mime), picture=True) for mime in ENDINGS)
