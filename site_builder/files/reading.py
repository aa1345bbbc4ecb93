"""Read files and folders; a name that cannot exist counts as missing."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from site_builder.errors import MachineError


def is_file(path: Path) -> bool:
    """Tell whether a regular file exists; a name that no file can have (too long, NUL) counts as missing."""
    return os.path.isfile(path)  # noqa: PTH113  Path.is_file of Python 3.11 raises for names that are too long


def is_folder(path: Path) -> bool:
    """Tell whether a folder exists; a name that no folder can have counts as missing."""
    return os.path.isdir(path)  # noqa: PTH112  as in is_file


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes.

    Raises:
        MachineError: the file cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise MachineError(f"{path} cannot be read: {error.strerror or error}", hint="check the file and its permissions") from error


def read_text(path: Path) -> tuple[str, bool]:
    """Return a file's text and whether it was valid UTF-8; wrong bytes become U+FFFD, a byte order mark is dropped.

    Raises:
        MachineError: the file cannot be read.
    """
    data = read_bytes(path).removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode(), True
    except UnicodeDecodeError:
        return data.decode(errors="replace"), False


def files_below(folder: Path) -> tuple[Path, ...]:
    """Return every regular file below a folder, sorted; links are left out."""
    return tuple(path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def digest_of(path: Path) -> str:
    """Return the sha256 of a regular file, empty if it cannot be read."""
    try:
        if path.is_symlink() or not path.is_file():
            return ""
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""
