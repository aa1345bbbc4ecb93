"""An archive that nobody vouches for costs no more than its bounds, and gives nothing but the member that was asked for."""

from __future__ import annotations

import contextlib
import io
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.review.archive import MEMBER, MEMBERS, Refused, read_member
from tests.conftest import ROOT

NAME = "changes.json"
FOLDER = tempfile.TemporaryDirectory()
"""For examples of hypothesis, which share a test's folder."""


def archive(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return path


def refused(path: Path) -> str:
    with pytest.raises(Refused) as caught:
        read_member(path, NAME)
    return str(caught.value)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_member_is_read(tmp_path: Path, method: int) -> None:
    path = archive(tmp_path / "a.zip", {NAME: b"{}", "figures.html": b"<p>"}, method)
    assert read_member(path, NAME) == b"{}"
    assert "has no changes.json" in refused(archive(tmp_path / "b.zip", {"other": b""}))
    assert list(tmp_path.iterdir()) != [] and not (tmp_path / NAME).exists()


@pytest.mark.parametrize(
    "name",
    ["../x", "a/../x", "/etc/passwd", "a//b", "./a", "..", "C:/x", "a\\..\\x", "a\nb", "a\u202eb", "a\x1bb", "a*b"],
)
def test_a_name_that_leads_elsewhere_is_refused_whoever_reads_it(tmp_path: Path, name: str) -> None:
    refused(archive(tmp_path / "a.zip", {NAME: b"{}", name: b"x"}))


def test_a_name_with_a_zero_byte_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {NAME: b"{}", "aXb": b"x"})
    path.write_bytes(path.read_bytes().replace(b"aXb", b"a\0b"))
    refused(path)


def test_one_name_twice_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {NAME: b"{}", "changes.jsoN": b"[]"})
    assert "one name" in refused(path)


def test_bombs_are_refused(tmp_path: Path) -> None:
    assert f"{NAME} has" in refused(archive(tmp_path / "a.zip", {NAME: bytes(MEMBER + 1)}))
    assert "unpacked" in refused(archive(tmp_path / "b.zip", {NAME: b"{}", "x": bytes(120_000_000)}))
    many = {NAME: b"{}", **{f"{number}": b"" for number in range(MEMBERS)}}
    assert f"{MEMBERS + 1} members" in refused(archive(tmp_path / "c.zip", many))
    lying = archive(tmp_path / "d.zip", {NAME: bytes(5_000_000)})
    data = lying.read_bytes()
    lying.write_bytes(data.replace(struct.pack("<L", 5_000_000), struct.pack("<L", 10)))
    refused(lying)


def test_a_list_that_is_not_the_last_thing_or_has_extensions_is_refused(tmp_path: Path) -> None:
    data = archive(tmp_path / "a.zip", {NAME: b"{}"}).read_bytes()
    for wrong in (data + b"x", data[:-1], b"", b"PK\x05\x06", data[:-2] + b"\x05\x00hello", data * 2 + b"PK"):
        (tmp_path / "b.zip").write_bytes(wrong)
        refused(tmp_path / "b.zip")
    end = bytearray(data[-22:])
    for place, mark in ((10, b"\xff\xff"), (12, b"\xff\xff\xff\xff"), (16, b"\xff\xff\xff\xff")):
        changed = end[:place] + mark + end[place + len(mark) :]
        (tmp_path / "c.zip").write_bytes(data[:-22] + changed)
        refused(tmp_path / "c.zip")


def test_a_comment_and_a_second_list_with_64_bit_sizes_are_refused(tmp_path: Path) -> None:
    data = archive(tmp_path / "a.zip", {NAME: b"{}"}).read_bytes()
    (tmp_path / "b.zip").write_bytes(data[:-2] + b"\x05\x00")
    assert "comment" in refused(tmp_path / "b.zip")
    start, end = data.index(b"PK\x01\x02"), data[-22:]
    place = len(data) - 22
    # the list that counts is the one that this record names: here the same, in an attack another one
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, place - start, start)
    (tmp_path / "c.zip").write_bytes(data[:-22] + record + struct.pack("<4sLQL", b"PK\x06\x07", 0, place, 1) + end)
    with zipfile.ZipFile(tmp_path / "c.zip") as read:
        assert read.namelist() == [NAME]
    assert "64-bit" in refused(tmp_path / "c.zip")


def test_an_encrypted_member_or_another_compression_is_refused(tmp_path: Path) -> None:
    refused(archive(tmp_path / "a.zip", {NAME: b"{}" * 100}, zipfile.ZIP_LZMA))
    data = bytearray(archive(tmp_path / "b.zip", {NAME: b"{}"}).read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "b.zip").write_bytes(data)
    refused(tmp_path / "b.zip")


MEASURE = """
import resource, sys, time
from pathlib import Path
from site_builder.review.archive import Refused, read_member
before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
try:
    read_member(Path(sys.argv[1]), "changes.json")
except Refused:
    print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def million(path: Path, *, honest: bool) -> Path:
    """A file with a list of a million members, about which its end record tells the truth or not."""
    header = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0)
    with path.open("wb") as file:
        for start in range(0, 1_000_000, 10_000):
            file.write(b"".join(header + f"{number:08}".encode() for number in range(start, start + 10_000)))
        size = file.tell()
        count = 0xFFFF if honest else 3
        file.write(struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, size, 0, 0))
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="no `resource` there")
@pytest.mark.parametrize("kind", ["honest", "lying", "large", "small and lying"])
def test_a_million_members_cost_neither_time_nor_memory(tmp_path: Path, kind: str) -> None:
    path = million(tmp_path / "a.zip", honest=kind == "honest")
    if kind == "small and lying":
        data = path.read_bytes()[:19_000_000]
        path.write_bytes(data + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 3, 3, len(data), 0, 0))
    elif kind == "large":
        path.write_bytes(path.read_bytes()[-22:].rjust(30_000_000, b"\0"))
    done = subprocess.run((sys.executable, "-S", "-c", MEASURE, str(path)), capture_output=True, text=True, check=True, cwd=ROOT)
    seconds, kilobytes = map(float, done.stdout.split())
    assert seconds < 1
    assert kilobytes < 50_000


@given(st.binary(max_size=400), st.integers(0, 200), st.binary(max_size=6))
def test_no_bytes_lead_to_anything_but_a_refusal(junk: bytes, place: int, patch: bytes) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr(NAME, junk)
    data = bytearray(made.getvalue())
    data[place % len(data) : place % len(data) + len(patch)] = patch
    for given_bytes in (bytes(data), junk):
        path = Path(FOLDER.name) / "fuzz.zip"
        path.write_bytes(given_bytes)
        with contextlib.suppress(Refused):
            assert len(read_member(path, NAME)) <= MEMBER
