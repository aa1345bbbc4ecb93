"""The size of a picture from its first bytes, so that two drawings of one figure can be compared without decoding them."""

from __future__ import annotations

import re
import struct

JPEG_FRAMES = frozenset((*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)))
"""Markers of JPEG segments that hold the size (ITU T.81, table B.1: start of frame)."""
SVG_ATTRIBUTE = r"\b{}\s*=\s*[\"']([^\"']+)[\"']"


def picture_size(data: bytes) -> tuple[str, str] | None:
    """Return width and height in the picture's own units (pixels, or SVG lengths as written), or None where its form is unknown."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        return _numbers(*struct.unpack(">II", data[16:24]))
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        return _numbers(*struct.unpack("<HH", data[6:10]))
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    head = data[:4096].decode("utf-8", "replace")
    opened = re.search(r"<svg\b[^>]*>", head)
    return _svg(opened[0]) if opened else None


def _numbers(width: int, height: int) -> tuple[str, str]:
    return str(width), str(height)


def _jpeg(data: bytes) -> tuple[str, str] | None:
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker, length = data[place + 1], struct.unpack(">H", data[place + 2 : place + 4])[0]
        if marker in JPEG_FRAMES:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return _numbers(width, height)
        place += 2 + length
    return None


def _svg(tag: str) -> tuple[str, str] | None:
    named = [re.search(SVG_ATTRIBUTE.format(name), tag) for name in ("width", "height")]
    if all(named):
        width, height = (found[1] for found in named if found)
        return width, height
    box = re.search(SVG_ATTRIBUTE.format("viewBox"), tag)
    parts = box[1].replace(",", " ").split() if box else []
    return (parts[2], parts[3]) if len(parts) == 4 else None
