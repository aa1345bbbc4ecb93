"""The only module that writes to disk: atomic files, exchanged folders, safe paths, and the lock of a build."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from site_builder.errors import Busy, MachineError

AT_FDCWD = -100
UNIX = 3
"""The system that made a member of a ZIP file (APPNOTE 4.4.2): the one whose permissions it holds."""

RENAME_EXCHANGE = 2
"""renameat2(2), Linux 3.15: both names exist before and after, so that no reader ever finds one missing."""


def is_file(path: Path) -> bool:
    """Tell whether a regular file is there; a name that no file can have (too long, NUL) is simply not there."""
    return os.path.isfile(path)  # noqa: PTH113  Path.is_file of Python 3.11 raises for names that are too long


def is_folder(path: Path) -> bool:
    """Tell whether a folder is there; a name that no folder can have is simply not there."""
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


@contextmanager
def _machine_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = "free some space and try again" if error.errno == errno.ENOSPC else "check the folder's permissions"
        raise MachineError(f"{path} cannot be written: {error.strerror or error}", hint=hint) from error


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """Give a stream whose bytes become the file at once when all are written (temporary sibling, fsync, rename), or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise


def write_bytes(path: Path, data: bytes) -> bool:
    """Write a file whole or not at all; return False, touching nothing, where it holds these bytes.

    Raises:
        MachineError: the disk is full or the folder cannot be written.
    """
    with _machine_errors(path):
        if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
            return False
        with _whole(path) as stream:
            stream.write(data)
    return True


def write_archive(path: Path, members: Iterable[tuple[str, Path]]) -> None:
    """Write files under these names into a ZIP file, whole or not at all; equal files in equal order give equal bytes.

    Times of files play no part (all are the earliest that the format knows), nor do permissions (``0644``).

    Raises:
        MachineError: a file cannot be read, or the archive cannot be written.
    """
    with _machine_errors(path), _whole(path) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, source in members:
            entry = zipfile.ZipInfo(name)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, UNIX, 0o100644 << 16
            entry.file_size = source.stat().st_size
            with source.open("rb") as content, archive.open(entry, "w") as target:
                shutil.copyfileobj(content, target)


def write_text(path: Path, text: str) -> bool:
    """Write text as UTF-8 with Unix line ends, as `write_bytes` does."""
    return write_bytes(path, text.encode())


def place_text(path: Path, text: str) -> None:
    """Write a file of a folder that is still private to this process: no rename, no fsync.

    Raises:
        MachineError: the disk is full or the folder cannot be written.
    """
    with _machine_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def place_copy(source: Path, target: Path) -> None:
    """Copy one regular file's bytes into a private folder, never a link.

    Raises:
        MachineError: it cannot be read or written.
    """
    with _machine_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def make_folder(path: Path) -> Path:
    """Create a folder and its parents.

    Raises:
        MachineError: it cannot be made.
    """
    with _machine_errors(path):
        path.mkdir(parents=True, exist_ok=True)
    return path


def files_below(folder: Path) -> tuple[Path, ...]:
    """Return every regular file in a folder and its folders, sorted; links are left out."""
    return tuple(path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def remove_file(path: Path) -> None:
    """Delete one file, if it is there.

    Raises:
        MachineError: it cannot be deleted.
    """
    with _machine_errors(path):
        path.unlink(missing_ok=True)


def remove_folder(path: Path) -> None:
    """Delete a folder with all it holds, if it is there."""
    shutil.rmtree(path, ignore_errors=True)


@contextmanager
def temporary_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """Make a folder beside its destination (same file system) and delete what is left of it at the end.

    Raises:
        MachineError: it cannot be made.
    """
    make_folder(parent)
    with _machine_errors(parent):
        path = Path(tempfile.mkdtemp(dir=parent, prefix=prefix))
    try:
        os.chmod(path, 0o755)  # noqa: S103 - what it holds is to be published, and mkdtemp makes it private
        yield path
    finally:
        remove_folder(path)


def move_folder(source: Path, target: Path) -> None:
    """Give a folder another name on the same file system.

    Raises:
        MachineError: it is not there, or the name is taken.
    """
    with _machine_errors(target):
        os.rename(source, target)


def exchange_folders(new: Path, old: Path) -> None:
    """Put a finished folder in an older one's place; readers see one whole folder at every moment where the system can exchange names.

    Afterwards ``new`` holds the older content, or is gone where there was none. Without ``renameat2`` (other systems, some file
    systems) two renames follow each other, and a reader may miss the folder in between.

    Raises:
        MachineError: neither way works.
    """
    with _machine_errors(old):
        old.parent.mkdir(parents=True, exist_ok=True)
        if not old.exists():
            os.rename(new, old)
        elif not _exchange(new, old):
            aside = new.with_name(f"{new.name}.old")
            os.rename(old, aside)
            try:
                os.rename(new, old)
            except OSError:
                os.rename(aside, old)  # the older content stays where readers look for it
                raise
            os.rename(aside, new)


def _exchange(first: Path, second: Path) -> bool:
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    return bool(rename(AT_FDCWD, os.fsencode(first), AT_FDCWD, os.fsencode(second), RENAME_EXCHANGE) == 0)


def safe_join(root: Path, relative: str | PurePosixPath) -> Path | None:
    """Return the path of a lesson's file, or None where it would leave the lesson: absolute, ``..``, a drive, NUL or a link outside.

    A link that leads to itself is None too; a name too long for the file system is a path like any other, at which nothing is.
    """
    text = str(relative)
    if "\0" in text or text.startswith(("/", "\\")) or (len(text) > 1 and text[1] == ":"):
        return None
    base = root.resolve()
    try:
        path = (base / text).resolve()
    except (OSError, RuntimeError, ValueError):
        return None
    return path if path.is_relative_to(base) else None


@contextmanager
def build_lock(path: Path) -> Iterator[None]:
    """Hold the lock of a lesson's builds; the system frees it when a builder dies.

    Its folder holds caches, so Git is told to ignore all of it: a Workbench lesson's own ``.gitignore`` does not know the folder.

    Raises:
        Busy: another build holds it.
        MachineError: the lock file cannot be made.
    """
    from filelock import FileLock, Timeout

    make_folder(path.parent)
    write_text(path.parent / ".gitignore", "*\n")
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise Busy("another build of this lesson is running", hint=f"wait for it, or stop it; it holds {path}") from error
    except OSError as error:
        raise MachineError(f"{path} cannot be locked: {error.strerror or error}", hint="check the folder's permissions") from error
    try:
        yield
    finally:
        lock.release()
