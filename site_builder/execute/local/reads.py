"""Which files cells read: from what Python's audit events say (`inside.guard`), and from the access times of the working folder's files.

Code that is not Python's own, such as a reader written in C or another program, raises no event, but the system notes that a file was read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from site_builder.execute.base import FileReference
from site_builder.execute.local.session_setup import LOG
from site_builder.execute.local.working_folder import place_of
from site_builder.files import is_file, place_text, read_text, real_path

EPISODES = "lesson/episodes"
"""The working folder, below the folder of a run."""


@dataclass(frozen=True, slots=True)
class FilesUsed:
    """Files by their path relative to ``episodes/``: read, looked for in vain; and whether cells looked which figures there are."""

    read: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    listed: bool = False


def watch(given: Iterable[FileReference], top: Path) -> None:
    """Set back the access times of the files of a working folder, so that `files_used` can tell which ones were read."""
    for file in given:
        path = place_of(file, top)
        os.utime(path, ns=(0, path.stat().st_mtime_ns))


def files_used(top: Path, watched: Iterable[Path], given: Iterable[FileReference], *, observed: bool) -> FilesUsed:
    """Return what cells used of their working folder, whose files were ``given``, and of ``watched`` folders.

    A file that they wrote before they read it does not count. If reads are ``observed`` and cannot be told from one another, because the
    file system keeps no access times, every file counts that was given.
    """
    noted = _Noted(top, watched)
    names = {file.path for file in given}
    read = {name for name in noted.read if name in names or name not in noted.written}
    if observed:
        kept = _keeps_access_times(top)
        read |= {name for name in names - noted.made if not kept or _was_read(top / EPISODES / name)}
    absent = {name for name in noted.sought - names if name in noted.written or not is_file(real_path(top / EPISODES / name))}
    return FilesUsed(tuple(sorted(read - absent)), tuple(sorted(absent)), noted.listed)


class _Noted:
    """What the kernels noted: names of files by what was done with them first and later.

    ``sought`` are files of the working folder that were opened for reading first, ``made`` those that were written first.
    """

    def __init__(self, top: Path, watched: Iterable[Path]) -> None:
        self.read, self.written, self.made, self.sought = set[str](), set[str](), set[str](), set[str]()
        self.listed = False
        self._places = [(f"{top / 'lesson'}", True), *((f"{folder}", False) for folder in watched)]
        for line in read_text(top / LOG)[0].splitlines() if is_file(top / LOG) else ():
            kind, _, path = line.partition("\t")
            self.listed |= kind == "x"  # it may look which figures there are
            self._note(kind, path)

    def _note(self, kind: str, path: str) -> None:
        folder, own = next(((folder, own) for folder, own in self._places if path.startswith(f"{folder}/")), ("", False))
        if not folder:
            return
        name = _from_episodes(PurePosixPath(path).relative_to(folder))
        if kind == "l":
            self.listed |= own and (name == "fig" or name.startswith("fig/"))
            return
        if kind != "w" and name not in self.made:
            self.read.add(name)
            if own and not name.startswith("<"):
                self.sought.add(name)
        if kind != "r":
            self.written.add(name)
            if name not in self.read:
                self.made.add(name)


def _from_episodes(path: PurePosixPath) -> str:
    return path.relative_to("episodes").as_posix() if path.parts[:1] == ("episodes",) else f"../{path.as_posix()}"


def _was_read(path: Path) -> bool:
    """Tell whether a file was read since `watch`; one that is gone was."""
    try:
        return path.stat().st_atime_ns != 0
    except OSError:
        return True


def _keeps_access_times(top: Path) -> bool:
    """Tell whether the file system notes that a file is read (mount, ``noatime``)."""
    probe = top / "probe"
    place_text(probe, "x")
    os.utime(probe, ns=(0, probe.stat().st_mtime_ns))
    return read_text(probe)[0] == "x" and _was_read(probe)
