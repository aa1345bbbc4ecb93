"""Make, move, exchange and remove folders."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from site_builder.files.writing import machine_errors

AT_FDCWD = -100
TEMPORARY = re.compile(r"\.[a-z0-9_]{8}$")
"""What `tempfile.mkdtemp` puts behind a prefix that ends in a full stop."""

RENAME_EXCHANGE = 2
"""renameat2(2), Linux 3.15: both names exist before and after, so that no reader ever finds one missing."""


def make_folder(path: Path) -> Path:
    """Create a folder and its parents.

    Raises:
        MachineError: it cannot be made.
    """
    with machine_errors(path):
        path.mkdir(parents=True, exist_ok=True)
    return path


def remove_folder(path: Path, last: str = "") -> None:
    """Delete a folder with its content, if it exists; the entry ``last`` is deleted last."""
    if last and path.is_dir() and not path.is_symlink():
        for entry in path.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry, ignore_errors=True)
            elif entry.name != last:
                with suppress(OSError):
                    entry.unlink()
    shutil.rmtree(path, ignore_errors=True)


@contextmanager
def temporary_folder(parent: Path, prefix: str, keep: Callable[[Path], bool] = lambda path: False, last: str = "") -> Iterator[Path]:
    """Make a folder beside its destination (same file system) and delete what is left of it at the end, unless ``keep`` returns true.

    The entry ``last`` is deleted last.

    Raises:
        MachineError: it cannot be made.
    """
    make_folder(parent)
    with machine_errors(parent):
        path = Path(tempfile.mkdtemp(dir=parent, prefix=prefix))
    try:
        os.chmod(path, 0o755)  # noqa: S103 - what it holds is to be published, and mkdtemp makes it private
        yield path
    finally:
        if not keep(path):
            remove_folder(path, last)


def remove_if_empty(path: Path) -> None:
    """Delete an empty folder; any other stays."""
    with suppress(OSError):
        path.rmdir()


def copy_permissions(source: Path, target: Path) -> None:
    """Give a folder the permissions of another.

    Raises:
        MachineError: one of them does not exist, or is not this user's.
    """
    with machine_errors(target):
        shutil.copymode(source, target)


def is_temporary(path: Path) -> bool:
    """Tell whether a folder is named as `temporary_folder` names those it makes."""
    return bool(TEMPORARY.search(path.name)) and path.is_dir() and not path.is_symlink()


def move_folder(source: Path, target: Path) -> None:
    """Rename a folder, file or link on the same file system; a read-only folder stays read-only.

    Raises:
        MachineError: it does not exist, or the name is taken.
    """
    with machine_errors(target):
        try:
            os.rename(source, target)
        except PermissionError:
            mode = stat.S_IMODE(source.lstat().st_mode)
            if not source.is_dir() or source.is_symlink() or mode & stat.S_IWUSR:
                raise
            _move_read_only(source, target, mode)


def _move_read_only(source: Path, target: Path, mode: int) -> None:
    """Move a folder that its owner may not write: its entry ``..`` changes (rename(2), EACCES)."""
    os.chmod(source, mode | stat.S_IRWXU)
    try:
        os.rename(source, target)
    except OSError:
        os.chmod(source, mode)
        raise
    os.chmod(target, mode)


def exchange_folders(new: Path, old: Path) -> None:
    """Replace a folder by a finished one; if the system can exchange names, readers see one whole folder at every moment.

    Afterwards ``new`` has the older content, or is gone if there was none. Without ``renameat2`` (other systems, some file
    systems) two renames follow each other, and a reader may miss the folder in between.

    Raises:
        MachineError: neither way works.
    """
    with machine_errors(old):
        old.parent.mkdir(parents=True, exist_ok=True)
        if not old.exists():
            os.rename(new, old)
        elif not _exchange(new, old):
            aside = aside_of(new)
            os.rename(old, aside)
            try:
                os.rename(new, old)
            except OSError:
                os.rename(aside, old)  # the older content stays where readers expect it
                raise
            os.rename(aside, new)


def aside_of(new: Path) -> Path:
    """Return where the older folder is for a moment when `exchange_folders` has to rename twice."""
    return new.with_name(f"{new.name}.old")


def _exchange(first: Path, second: Path) -> bool:
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    return bool(rename(AT_FDCWD, os.fsencode(first), AT_FDCWD, os.fsencode(second), RENAME_EXCHANGE) == 0)
