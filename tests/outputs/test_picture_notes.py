"""Notes inside of pictures that name this machine's folders go; every other byte stays."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.outputs.picture_notes import PNG, without_notes

PATH = b"/home/somebody/lesson"


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


PIXEL = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
REST = chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
SOFTWARE = chunk(b"tEXt", b"Software\0matplotlib")


@pytest.mark.parametrize(
    "note",
    [
        chunk(b"tEXt", b"Comment\0" + PATH + b"/a.py"),
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"made in " + PATH)),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + PATH),
        chunk(b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(PATH)),
        chunk(b"eXIf", b"II*\0" + PATH),
    ],
)
def test_a_note_with_a_folder_goes_and_others_stay(note: bytes) -> None:
    plain = PNG + PIXEL + SOFTWARE + REST
    assert without_notes(PNG + PIXEL + SOFTWARE + note + REST, [PATH]) == plain
    assert without_notes(PNG + PIXEL + SOFTWARE + note + REST, [b"/elsewhere"]) == PNG + PIXEL + SOFTWARE + note + REST


def segment(kind: int, content: bytes) -> bytes:
    return b"\xff" + bytes([kind]) + struct.pack(">H", len(content) + 2) + content


def test_comments_and_camera_data_of_a_jpeg() -> None:
    head, scan = b"\xff\xd8" + segment(0xE0, b"JFIF\0"), segment(0xDB, b"table") + segment(0xDA, b"scan") + b"data" + PATH + b"\xff\xd9"
    notes = segment(0xFE, b"from " + PATH) + segment(0xE1, b"Exif\0" + PATH)
    assert without_notes(head + notes + scan, [PATH]) == head + scan


@given(st.binary(max_size=200), st.sampled_from((b"", PNG, b"\xff\xd8", PNG + PIXEL)), st.binary(min_size=1, max_size=3))
def test_no_data_are_too_strange(data: bytes, start: bytes, word: bytes) -> None:
    kept = without_notes(start + data, [word])
    assert len(kept) <= len(start + data)
    assert without_notes(start + data, []) == start + data
