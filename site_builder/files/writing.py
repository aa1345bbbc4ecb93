"""Write files: atomically where readers may look, plainly in folders that are still private."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from site_builder.errors import MachineError
from site_builder.files.refusals import advice

KEPT_ENDING = ".kept"
"""Suffix for a file that the builder did not make but whose name it needs."""

UNIX = 3
"""The system that made a member of a ZIP file (APPNOTE 4.4.2): the one whose permissions it has."""


@contextmanager
def machine_errors(path: Path) -> Iterator[None]:
    """Describe in one line what the system refuses to do with a path."""
    try:
        yield
    except OSError as error:
        raise MachineError(f"{path} cannot be written: {error.strerror or error}", hint=advice(error)) from error


@contextmanager
def _whole(path: Path, *, lasting: bool = True) -> Iterator[BinaryIO]:
    """Yield a stream whose bytes become the file atomically once all are written (temporary sibling, fsync, rename), or not at all.

    One that need not be ``lasting`` may be damaged if the machine fails soon afterwards.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            if lasting:
                stream.flush()
                os.fsync(stream.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def write_bytes(path: Path, data: bytes) -> bool:
    """Write a file whole or not at all; return False, touching nothing, if it already has these bytes.

    Raises:
        MachineError: the disk is full or the folder cannot be written.
    """
    with machine_errors(path):
        if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
            return False
        with _whole(path) as stream:
            stream.write(data)
    return True


def write_cache(path: Path, data: bytes) -> None:
    """Write a file that can be made again, whole or not at all for other processes; its reader has to see whether it is damaged, since a
    machine that fails may leave it so.

    Raises:
        MachineError: as `write_bytes` does.
    """
    with machine_errors(path), _whole(path, lasting=False) as stream:
        stream.write(data)


def rewrite_bytes(path: Path, data: bytes) -> None:
    """Write a file that somebody else made, whole or not at all: its permissions stay, and a symbolic link leads where it led.

    Raises:
        MachineError: the disk is full, the file may not be written, or its folder.
    """
    with machine_errors(path):
        target = path.resolve(strict=True)
        mode = target.stat().st_mode
        if is_read_only(target):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        with _whole(target) as stream:
            stream.write(data)
        os.chmod(target, stat.S_IMODE(mode))


def opened(path: Path) -> BinaryIO:
    """Open a new file for what comes bit by bit; whoever asks closes it, and moves it to its place when it is whole.

    Raises:
        MachineError: it cannot be made.
    """
    with machine_errors(path):
        return path.open("wb")


def is_read_only(path: Path) -> bool:
    """Tell whether a file's owner does not want it to be written; it is, even for those whom the system allows everything."""
    try:
        return not path.stat().st_mode & stat.S_IWUSR or not os.access(path, os.W_OK)
    except OSError:
        return False


def write_archive(path: Path, members: Iterable[tuple[str, Path]]) -> None:
    """Write files under these names into a ZIP file, whole or not at all; equal files in equal order give equal bytes.

    File times do not count (all are the earliest that the format has), nor do permissions (``0644``).

    Raises:
        MachineError: a file cannot be read, or the archive cannot be written.
    """
    with machine_errors(path), _whole(path) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, source in members:
            entry = zipfile.ZipInfo(name)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, UNIX, 0o100644 << 16
            entry.file_size = source.stat().st_size
            with source.open("rb") as content, archive.open(entry, "w") as target:
                shutil.copyfileobj(content, target)


def write_tar(path: Path, members: Iterable[tuple[str, Path]]) -> None:
    """Write files under these names into a tar file, whole or not at all, with their permissions and nobody's name.

    Raises:
        MachineError: a file cannot be read, or the archive cannot be written.
    """
    import tarfile  # few commands need it

    with machine_errors(path), _whole(path) as stream, tarfile.open(fileobj=stream, mode="w") as archive:
        for name, source in members:
            entry = archive.gettarinfo(source.resolve(), name)
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            with source.open("rb") as content:
                archive.addfile(entry, content)


def write_text(path: Path, text: str) -> bool:
    """Write text as UTF-8 with Unix line ends, as `write_bytes` does."""
    return write_bytes(path, text.encode())


def create_text(path: Path, text: str) -> bool:
    """Write a new file as UTF-8 with Unix line ends; return False, touching nothing, if anything has its name, even a link to nowhere.

    Raises:
        MachineError: the disk is full or the folder cannot be written; there is no part of a file then.
    """
    with machine_errors(path):
        try:
            stream = path.open("xb")
        except FileExistsError:
            return False
        try:
            with stream:
                stream.write(text.encode())
        except BaseException:
            with suppress(OSError):
                os.unlink(path)
            raise
    return True


def ignore_folder(folder: Path) -> None:
    """Tell Git to ignore all that a folder holds, unless somebody has told it something else there.

    Raises:
        MachineError: the folder cannot be written.
    """
    if not os.path.lexists(folder / ".gitignore"):
        write_text(folder / ".gitignore", "*\n")


def place_text(path: Path, text: str) -> None:
    """Write a file of a folder that is still private to this process: no rename, no fsync.

    Raises:
        MachineError: the disk is full or the folder cannot be written.
    """
    place_bytes(path, text.encode())


def place_bytes(path: Path, data: bytes) -> None:
    """Write a file of a folder that is still private to this process, as `place_text` does.

    Raises:
        MachineError: the disk is full or the folder cannot be written.
    """
    with machine_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def place_copy(source: Path, target: Path) -> None:
    """Copy one regular file's bytes into a private folder, never a link.

    Raises:
        MachineError: it cannot be read or written.
    """
    with machine_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def place_links(source: Path, target: Path, names: Iterable[str]) -> None:
    """Give regular files of one folder second names in a private one, or copy their bytes there where the file system cannot do that.

    ``names`` are relative to both. Who changes one of the two files later has to write a new file and rename it.

    Raises:
        MachineError: one cannot be read or written.
    """
    made: set[str] = set()
    for name in names:
        old, new, folder = f"{source}/{name}", f"{target}/{name}", name.rpartition("/")[0]
        with machine_errors(target):
            if folder not in made:
                (target / folder).mkdir(parents=True, exist_ok=True)
                made.add(folder)
            try:
                os.link(old, new, follow_symlinks=False)
            except (OSError, NotImplementedError):  # another file system, one without hard links, or another user's file
                shutil.copyfile(old, new)


def replace_file(source: Path, target: Path) -> None:
    """Give a file another one's name on the same file system; hard links of the other one keep its bytes.

    Raises:
        MachineError: it cannot be renamed.
    """
    with machine_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(source, target)


def set_aside(path: Path) -> Path:
    """Rename a file to ``NAME.kept``, or the first ``NAME.kept-N`` that is free, and return its new path.

    Raises:
        MachineError: it cannot be renamed.
    """
    with machine_errors(path):
        target, number = path.with_name(f"{path.name}{KEPT_ENDING}"), 2
        while os.path.lexists(target):
            target, number = path.with_name(f"{path.name}{KEPT_ENDING}-{number}"), number + 1
        os.rename(path, target)
    return target


def remove_file(path: Path) -> None:
    """Delete one file, if it exists.

    Raises:
        MachineError: it cannot be deleted.
    """
    with machine_errors(path):
        path.unlink(missing_ok=True)
