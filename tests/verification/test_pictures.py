"""The size of a picture from its first bytes."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.verification.pictures import picture_size

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 640, 480)
JPEG = b"\xff\xd8" + b"\xff\xe0" + struct.pack(">H", 4) + b"ab" + b"\xff\xc0" + struct.pack(">HBHH", 17, 8, 30, 20) + b"rest"


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (PNG, ("640", "480")),
        (b"GIF89a" + struct.pack("<HH", 3, 4), ("3", "4")),
        (JPEG, ("20", "30")),
        (b"<?xml version='1.0'?>\n<svg xmlns='x' width=\"460pt\" height='345pt'>", ("460pt", "345pt")),
        (b'<svg viewBox="0 0 10,20">', ("10", "20")),
        (b"<svg>", None),
        (b"RIFF0000WEBP", None),
        (b"\xff\xd8\xff\xe0" + struct.pack(">H", 200) + b"short", None),
        (b"", None),
    ],
)
def test_sizes_by_kind(data: bytes, size: tuple[str, str] | None) -> None:
    assert picture_size(data) == size


@given(st.sampled_from([PNG, JPEG, b"GIF89a", b"<svg "]), st.binary(max_size=40), st.integers(0, 60))
def test_no_bytes_at_all_are_an_error(head: bytes, rest: bytes, cut: int) -> None:
    picture_size((head + rest)[:cut])
