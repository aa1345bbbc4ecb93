"""Width and height of a picture from its first bytes: pages reserve its space, and two drawings of one figure can be compared.

Formats: PNG (ISO/IEC 15948, 11.2.2), GIF (GIF89a, 18), JPEG (ITU-T T.81, B.2.2), WebP (RFC 9649, 2.5 to 2.7).
"""

from __future__ import annotations

import re
import struct

ENOUGH = 65_536
"""Bytes that usually contain the size; only a JPEG with a very large embedded preview needs more."""

SVG_ATTRIBUTE = r"\b{}\s*=\s*[\"']([^\"']+)[\"']"

FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers that begin a frame: the rest of the range are tables."""


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels, or None if the bytes are not a picture of a known format, or are truncated."""
    try:
        return _size(data)
    except (struct.error, IndexError):
        return None


def measure(data: bytes) -> tuple[str, str] | None:
    """Return width and height in the picture's own units (pixels, or SVG lengths as written), or None where its form is unknown."""
    size = picture_size(data)
    if size:
        return str(size[0]), str(size[1])
    opened = re.search(r"<svg\b[^>]*>", data[:4096].decode("utf-8", "replace"))
    return _svg(opened[0]) if opened else None


def _svg(tag: str) -> tuple[str, str] | None:
    named = [re.search(SVG_ATTRIBUTE.format(name), tag) for name in ("width", "height")]
    if all(named):
        width, height = (found[1] for found in named if found)
        return width, height
    box = re.search(SVG_ATTRIBUTE.format("viewBox"), tag)
    parts = box[1].replace(",", " ").split() if box else []
    return (parts[2], parts[3]) if len(parts) == 4 else None


def _size(data: bytes) -> tuple[int, int] | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _pair(struct.unpack(">II", data[16:24]))
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return _pair(struct.unpack("<HH", data[6:10]))
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    return None


def _pair(values: tuple[int, ...]) -> tuple[int, int] | None:
    width, height = values
    return (width, height) if width and height else None


def _jpeg(data: bytes) -> tuple[int, int] | None:
    place = 2
    while place < len(data):
        marker = data[place + 1]
        if data[place] != 0xFF:
            return None
        if marker in FRAMES:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return _pair((width, height))
        place += 2 + struct.unpack(">H", data[place + 2 : place + 4])[0]
    return None


def _webp(data: bytes) -> tuple[int, int] | None:
    kind = data[12:16]
    if kind == b"VP8X":
        width, height = (int.from_bytes(data[place : place + 3], "little") + 1 for place in (24, 27))
        return width, height
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return _pair((width & 0x3FFF, height & 0x3FFF))
    if kind == b"VP8L":
        bits = struct.unpack("<I", data[21:25])[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None
