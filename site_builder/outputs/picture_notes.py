"""Notes inside of pictures, which nobody sees and which may name folders of the machine that made them."""

from __future__ import annotations

import zlib
from collections.abc import Collection

PNG = b"\x89PNG\r\n\x1a\n"
PNG_NOTES = frozenset((b"tEXt", b"zTXt", b"iTXt", b"eXIf"))
"""Chunks of text and camera data (https://www.w3.org/TR/png-3/#11textinfo); every other chunk is the picture."""

JPEG = b"\xff\xd8"
JPEG_NOTES = frozenset((0xFE, *range(0xE1, 0xF0)))
"""Comments and application segments but the first, which has the resolution (ITU-T T.81, B.1.1.3)."""


def without_notes(data: bytes, words: Collection[bytes]) -> bytes:
    """Return a picture without those notes in which one of ``words`` stands; every other byte stays, whatever the data are."""
    if data.startswith(PNG):
        return _png(data, words)
    return _jpeg(data, words) if data.startswith(JPEG) else data


def _png(data: bytes, words: Collection[bytes]) -> bytes:
    kept, at = [data[: len(PNG)]], len(PNG)
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        kind, content = data[at + 4 : at + 8], data[at + 8 : end - 4]
        if not (kind in PNG_NOTES and _says(_unpacked(kind, content), words)):
            kept.append(data[at:end])
        at = end
    return b"".join((*kept, data[at:]))


def _unpacked(kind: bytes, content: bytes) -> bytes:
    """Return the text of a chunk with what is compressed in it, no more than can matter."""
    if kind not in (b"zTXt", b"iTXt"):
        return content
    for start in range(len(content)):  # the header before the compressed part is short and of several fields
        if content[start : start + 1] == b"\x78":
            try:
                return content + zlib.decompressobj().decompress(content[start:], 1 << 20)
            except zlib.error:
                continue
    return content


def _jpeg(data: bytes, words: Collection[bytes]) -> bytes:
    kept, at = [data[:2]], 2
    while data[at : at + 1] == b"\xff" and at + 4 <= len(data) and data[at + 1] != 0xDA:  # the picture itself comes last
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if not (data[at + 1] in JPEG_NOTES and _says(data[at:end], words)):
            kept.append(data[at:end])
        at = end
    return b"".join((*kept, data[at:]))


def _says(text: bytes, words: Collection[bytes]) -> bool:
    return any(word in text for word in words)
