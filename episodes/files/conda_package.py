"""Make a small conda package, and open any other: what is inside a `.conda` file, in as few lines as possible."""

import hashlib
import io
import json
import tarfile
import zipfile
from pathlib import Path

import zstandard

NAME = "spiral-data-1.0-h0_0"
PLACEHOLDER = "/placeholder/" + "_" * 40
PAYLOAD = {
    "etc/spiral-data.conf": f"folder = {PLACEHOLDER}/share/spiral-data\n".encode(),
    "share/spiral-data/arms.csv": b"radius,angle\n0.5,2.0\n1.0,4.0\n",
}


def digest(content: bytes) -> str:
    """Return the SHA-256 of some bytes."""
    return hashlib.sha256(content).hexdigest()


def describe(name: str, content: bytes) -> dict[str, object]:
    """Return the entry of one file in ``paths.json``."""
    entry: dict[str, object] = {"_path": name, "path_type": "hardlink", "sha256": digest(content), "size_in_bytes": len(content)}
    if PLACEHOLDER.encode() in content:
        entry |= {"prefix_placeholder": PLACEHOLDER, "file_mode": "text"}
    return entry


def metadata(payload: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files of ``info/`` for a payload."""
    index = {"name": "spiral-data", "version": "1.0", "build": "h0_0", "build_number": 0, "license": "CC0-1.0"}
    index |= {"subdir": "noarch", "noarch": "generic", "depends": []}
    paths = {"paths_version": 1, "paths": [describe(name, payload[name]) for name in sorted(payload)]}
    return {"info/index.json": json.dumps(index).encode(), "info/paths.json": json.dumps(paths).encode()}


def tar_zst(files: dict[str, bytes], modified: int) -> bytes:
    """Return a tar archive, compressed with Zstandard, in which every file has one time and one mode."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in sorted(files.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mtime, member.mode = len(content), modified, 0o644
            archive.addfile(member, io.BytesIO(content))
    return zstandard.compress(buffer.getvalue())


def build(payload: dict[str, bytes], modified: int = 0) -> bytes:
    """Return a package with this payload; ``modified`` is the time of its files, in seconds since 1970."""
    parts = {
        "metadata.json": b'{"conda_pkg_format_version": 2}',
        f"pkg-{NAME}.tar.zst": tar_zst(payload, modified),
        f"info-{NAME}.tar.zst": tar_zst(metadata(payload), modified),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def members(package: Path, part: str) -> dict[str, bytes]:
    """Return name and content of every file in one of the two inner archives; ``part`` is ``pkg`` or ``info``."""
    with zipfile.ZipFile(package) as outer:
        (inner,) = (name for name in outer.namelist() if name.startswith(f"{part}-"))
        compressed = io.BytesIO(outer.read(inner))
    unpacked = zstandard.ZstdDecompressor().stream_reader(compressed).read()
    with tarfile.open(fileobj=io.BytesIO(unpacked)) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive if member.isfile()}


def channel(package: Path) -> Path:
    """Write the index of a channel that has this package alone, and return its path."""
    entry = json.loads(members(package, "info")["info/index.json"])
    entry |= {"sha256": digest(package.read_bytes()), "size": package.stat().st_size}
    index = package.with_name("repodata.json")
    listing = {"info": {"subdir": "noarch"}, "packages": {}, "packages.conda": {package.name: entry}}
    index.write_text(json.dumps(listing), encoding="utf-8")
    return index
