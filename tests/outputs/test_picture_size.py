"""Sizes of pictures from their first bytes."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.outputs.picture_size import measure, picture_size

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480)
GIF = b"GIF89a" + struct.pack("<HH", 32, 16)
JPEG = b"\xff\xd8\xff\xe0" + struct.pack(">H", 4) + b"ab" + b"\xff\xc0" + struct.pack(">HBHH", 17, 8, 300, 400)


def webp(kind: bytes, rest: bytes) -> bytes:
    return b"RIFF\0\0\0\0WEBP" + kind + struct.pack("<I", len(rest)) + rest


VP8X = webp(b"VP8X", b"\0\0\0\0" + (99).to_bytes(3, "little") + (49).to_bytes(3, "little"))
VP8 = webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 320, 200))
VP8L = webp(b"VP8L", b"\x2f" + struct.pack("<I", 63 | 31 << 14))


@pytest.mark.parametrize(
    ("data", "size"),
    [(PNG, (640, 480)), (GIF, (32, 16)), (JPEG, (400, 300)), (VP8X, (100, 50)), (VP8, (320, 200)), (VP8L, (64, 32))],
)
def test_each_format_says_its_size(data: bytes, size: tuple[int, int]) -> None:
    assert picture_size(data) == size


@pytest.mark.parametrize("data", [b"", b"<svg/>", PNG[:20], JPEG[:9], JPEG[:4], b"\xff\xd8\0\0", webp(b"ALPH", b""), PNG[:16] + b"\0" * 8])
def test_anything_else_has_none(data: bytes) -> None:
    assert picture_size(data) is None


@given(st.binary(), st.sampled_from([b"", PNG[:8], GIF[:6], JPEG[:2], VP8X[:16], VP8[:16], VP8L[:16]]))
def test_no_bytes_are_an_error(rest: bytes, head: bytes) -> None:
    found = picture_size(head + rest)
    assert found is None or (found[0] > 0 and found[1] > 0)


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (PNG, ("640", "480")),
        (b"<?xml version='1.0'?>\n<svg xmlns='x' width=\"460pt\" height='345pt'>", ("460pt", "345pt")),
        (b'<svg viewBox="0 0 10,20">', ("10", "20")),
        (b"<svg>", None),
        (b"RIFF0000WEBP", None),
        (b"\xff\xd8\xff\xe0" + struct.pack(">H", 200) + b"short", None),
    ],
)
def test_drawings_say_theirs_in_their_own_units(data: bytes, size: tuple[str, str] | None) -> None:
    assert measure(data) == size
