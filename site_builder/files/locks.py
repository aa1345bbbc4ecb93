"""Locks that the system releases when their holder dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from site_builder.errors import Busy, MachineError
from site_builder.files.folders import make_folder
from site_builder.files.refusals import advice
from site_builder.files.writing import ignore_folder


@contextmanager
def build_lock(path: Path) -> Iterator[None]:
    """Hold the lock of a lesson's builds; the system releases it when a builder dies.

    Its folder contains caches, so it gets its own ``.gitignore``: a Workbench lesson's does not list the folder.

    Raises:
        Busy: another build holds it.
        MachineError: the lock file cannot be made.
    """
    from filelock import FileLock, Timeout

    make_folder(path.parent)
    ignore_folder(path.parent)
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise Busy("another build of this lesson is running", hint=f"wait for it, or stop it; it holds {path}") from error
    except OSError as error:
        raise MachineError(f"{path} cannot be locked: {error.strerror or error}", hint=advice(error)) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def turn(path: Path, patience: float) -> Iterator[None]:
    """Wait up to ``patience`` seconds for other processes that write the same; where the file system has no locks, nobody is waited for.

    Raises:
        Busy: another process holds the lock all that time.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(path, timeout=patience)
    try:
        lock.acquire()
    except Timeout as error:
        raise Busy(f"another process has been writing here for {patience:g} s", hint=f"it holds {path}") from error
    except (OSError, NotImplementedError):
        yield
        return
    try:
        yield
    finally:
        lock.release()


@contextmanager
def held_lock(path: Path) -> Iterator[bool]:
    """Try to hold a lock file without waiting; yield False if another process holds it or it cannot be made."""
    from filelock import FileLock, Timeout

    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except (Timeout, OSError):
        yield False
        return
    try:
        yield True
    finally:
        lock.release()
