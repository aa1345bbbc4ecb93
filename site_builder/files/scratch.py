"""Where a lesson's code works: outside the lesson, its repository and its workspace, so that no relative path leads back into them."""

from __future__ import annotations

import glob
import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from site_builder.errors import MachineError
from site_builder.files.folders import is_temporary, remove_folder, temporary_folder
from site_builder.files.locks import held_lock
from site_builder.files.paths import real_path
from site_builder.files.reading import is_file
from site_builder.files.writing import machine_errors

OWN = ".run."
"""Between a lesson's name and what makes the folder of one process unique."""

IN_USE = "in-use"
"""The lock file of such a folder."""

NEW = 30.0
"""Seconds for which a folder counts as in use, since its lock may just be being taken."""

ON_DISK = Path("/var/tmp")  # noqa: S108 - the folder below it is this user's alone
"""Temporary files that may be large; ``/tmp`` is memory on many systems (https://specifications.freedesktop.org/fhs/3.0/)."""


def scratch_folder(lesson: Path) -> Path:
    """Return the folder for working folders of one lesson, made if it is missing: ``$TMPDIR/lesson-UID/NAME-DIGEST``.

    Without ``TMPDIR`` it is below ``/var/tmp``, or where the system keeps temporary files.

    Raises:
        MachineError: it cannot be made, or the place for it belongs to somebody else.
    """
    root = real_path(lesson)
    folder = _own(_base()) / f"{root.name[:12]}-{hashlib.sha256(os.fsencode(root)).hexdigest()[:8]}"  # sockets need short paths
    with machine_errors(folder):
        folder.mkdir(exist_ok=True)
    return folder


def user_folder(name: str) -> Path:
    """Return a folder for what can be made again and serves all lessons: this user's alone, made if it is missing.

    Raises:
        MachineError: it cannot be made, or the place for it belongs to somebody else.
    """
    folder = _own(_base()) / name
    with machine_errors(folder):
        folder.mkdir(exist_ok=True)
    return folder


@contextmanager
def own_scratch(lesson: Path) -> Iterator[Path]:
    """Yield a folder like `scratch_folder` that is this process's alone, beside it; it is gone afterwards.

    Other processes tell from a lock that it is in use. What killed ones left is deleted first.

    Raises:
        MachineError: it cannot be made.
    """
    remove_dead_scratch(lesson)
    shared = scratch_folder(lesson)
    with temporary_folder(shared.parent, f"{shared.name}{OWN}") as folder, held_lock(folder / IN_USE):
        yield folder


def remove_dead_scratch(lesson: Path) -> None:
    """Delete the folders of `own_scratch` whose processes are gone.

    Raises:
        MachineError: there is no place for working folders.
    """
    shared = scratch_folder(lesson)
    for folder in shared.parent.glob(f"{glob.escape(shared.name)}{OWN}*"):
        if is_temporary(folder) and is_file(folder / IN_USE) and time.time() - folder.stat().st_mtime > NEW:
            with held_lock(folder / IN_USE) as dead:
                if dead:
                    remove_folder(folder, IN_USE)


def _base() -> Path:
    for folder in filter(None, (os.environ.get("TMPDIR"), str(ON_DISK))):
        if Path(folder).is_dir() and os.access(folder, os.W_OK | os.X_OK):
            return real_path(Path(folder))
    return real_path(Path(tempfile.gettempdir()))


def _own(base: Path) -> Path:
    """Return this user's folder there, which nobody else may write."""
    folder = base / (f"lesson-{os.getuid()}" if hasattr(os, "getuid") else "lesson")
    with machine_errors(folder):
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            state = folder.lstat()
            foreign = hasattr(os, "getuid") and (state.st_uid != os.getuid() or bool(state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)))
            if foreign or not stat.S_ISDIR(state.st_mode):
                hint = "set TMPDIR to a folder of your own"
                raise MachineError(f"{folder} is not a folder that only you may write", hint=hint) from None
    return folder
