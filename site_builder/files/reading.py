"""Read files and folders; a name that cannot exist counts as missing."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from site_builder.errors import MachineError

LARGEST_TEXT = 64_000_000
"""Bytes of the longest text that is read: far more than a page, and a notebook with many pictures."""


def is_file(path: Path) -> bool:
    """Tell whether a regular file exists; a name that no file can have (too long, NUL) counts as missing."""
    return os.path.isfile(path)  # noqa: PTH113  Path.is_file of Python 3.11 raises for names that are too long


def is_folder(path: Path) -> bool:
    """Tell whether a folder exists; a name that no folder can have counts as missing."""
    return os.path.isdir(path)  # noqa: PTH112  as in is_file


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes; only a regular file is read, because a device or a pipe may have no end.

    Raises:
        MachineError: the file cannot be read.
    """
    try:
        return _bytes(path, None)
    except OSError as error:
        raise MachineError(f"{path} cannot be read: {error.strerror or error}", hint="check the file and its permissions") from error


def read_text(path: Path, most: int = LARGEST_TEXT) -> tuple[str, bool]:
    """Return a file's text and whether it was valid UTF-8; wrong bytes become U+FFFD, a byte order mark is dropped.

    Raises:
        MachineError: the file cannot be read, or has more than ``most`` bytes.
    """
    try:
        data = _bytes(path, most).removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise MachineError(f"{path} cannot be read: {error.strerror or error}", hint="check the file and its permissions") from error
    try:
        return data.decode(), True
    except UnicodeDecodeError:
        return data.decode(errors="replace"), False


def _bytes(path: Path, most: int | None) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))  # a pipe would be waited for
    with os.fdopen(descriptor, "rb") as stream:
        state = os.fstat(descriptor)
        if stat.S_ISDIR(state.st_mode):
            raise IsADirectoryError(None, "Is a directory", str(path))
        if not stat.S_ISREG(state.st_mode):
            raise OSError(None, "it is a device or a pipe")
        if most is not None and state.st_size > most:
            raise OSError(None, f"it has {state.st_size / 1e6:.0f} MB, and at most {most / 1e6:.0f} MB are read")
        return stream.read()


def read_json(path: Path) -> Any:
    """Return what a file of the builder's own holds, or None where it is missing, damaged or another thing: it is made anew then."""
    try:
        return json.loads(read_text(path)[0])
    except (MachineError, ValueError, RecursionError):
        return None


def read_start(path: Path, size: int) -> str:
    """Return at most ``size`` bytes of a file as text; wrong bytes become U+FFFD, a file that cannot be read is empty."""
    try:
        with path.open("rb") as stream:
            return stream.read(size).decode(errors="replace")
    except OSError:
        return ""


def files_below(folder: Path) -> tuple[Path, ...]:
    """Return every regular file below a folder, sorted; links are left out."""
    return tuple(map(Path, paths_below(str(folder))))


def paths_below(folder: str) -> Iterator[str]:
    """Yield the paths of the files that `files_below` returns, in the same order; a folder that cannot be read has none."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from paths_below(entry.path)
        elif entry.is_file(follow_symlinks=False):
            yield entry.path


def digest_of(path: Path) -> str:
    """Return the sha256 of a regular file, empty if it cannot be read."""
    try:
        if path.is_symlink() or not path.is_file():
            return ""
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""
