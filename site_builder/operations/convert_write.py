"""Write converted pages: all of them or none, and nothing that Git does not have without being told to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.errors import LessonFailed, MachineError
from site_builder.lesson.root import WORK
from site_builder.lesson.workspace import OWN
from site_builder.operations.convert import Conversion
from site_builder.problems import Location, Problem
from site_builder.version_control import git

ORIGINALS = "originals"
"""Folder below ``.lesson`` with what pages were before, where Git does not have that."""


@dataclass(frozen=True, slots=True)
class WrittenPages:
    """The files that were written, and where what they were is kept by the command itself (path and copy)."""

    paths: tuple[PurePosixPath, ...]
    originals: tuple[tuple[PurePosixPath, PurePosixPath], ...]


def uncommitted(root: Path, paths: Iterable[PurePosixPath]) -> frozenset[PurePosixPath]:
    """Return the files among ``paths`` whose content Git does not have: changed, new or ignored; all of them outside Git."""
    wanted = frozenset(paths)
    if not wanted:
        return frozenset()
    names = [str(path) for path in sorted(wanted)]
    tracked = git(root, "ls-files", "-z", "--", *names)
    if tracked.status:
        return wanted
    known = {PurePosixPath(name) for name in tracked.output.split("\0") if name}
    state = git(root, "diff", "--relative", "--name-only", "-z", "HEAD", "--", *names)
    changed = {PurePosixPath(name) for name in state.output.split("\0") if name} if not state.status else known
    return frozenset((wanted - known) | (wanted & changed))


def in_git(root: Path) -> bool:
    """Tell whether a folder is in a working tree of Git."""
    return git(root, "rev-parse", "--is-inside-work-tree").output.strip() == "true"


def refuse_uncommitted(root: Path, paths: Iterable[PurePosixPath]) -> None:
    """Stop if Git is used and does not have the pages as they are.

    Raises:
        LessonFailed: some are not committed; each is a problem.
    """
    lost = sorted(uncommitted(root, paths)) if in_git(root) else []
    if lost:
        hint = "commit or stash it first, so that the conversion is a diff of its own; `--force` keeps a copy and converts it anyway"
        problems = [Problem("LS326", "it has changes that are not committed", Location(path), hint) for path in lost]
        raise LessonFailed("nothing was converted: Git does not have these pages as they are", problems=problems)


def write(root: Path, conversion: Conversion) -> WrittenPages:
    """Write the pages that change, and the manifest where one is proposed; copies are kept of what Git does not have.

    Raises:
        MachineError: a file cannot be written; those that were are as before.
    """
    pages = {page.path: page for page in conversion.pages if page.after != page.before}
    kept = {path: _keep(root, path) for path in sorted(uncommitted(root, pages))}
    new = {path: page.after.encode() for path, page in pages.items()}
    if conversion.proposal.text and not files.is_file(root / OWN):
        new[PurePosixPath(OWN)] = conversion.proposal.text.encode()
    _write_all(root, new, {path: page.before.encode() for path, page in pages.items()})
    return WrittenPages(tuple(new), tuple(kept.items()))


def _write_all(root: Path, new: Mapping[PurePosixPath, bytes], before: Mapping[PurePosixPath, bytes]) -> None:
    done: list[PurePosixPath] = []
    try:
        for path, data in new.items():
            if path not in before:
                files.write_bytes(root / path, data)
            elif files.read_bytes(root / path) == before[path]:
                files.rewrite_bytes(root / path, data)
            else:
                raise MachineError(f"{path} changed while its code ran", hint="nothing was written; run the command again")
            done.append(path)
    except BaseException:
        for path in done:
            with suppress(MachineError):
                files.rewrite_bytes(root / path, before[path]) if path in before else files.remove_file(root / path)
        raise


def _keep(root: Path, path: PurePosixPath) -> PurePosixPath:
    """Copy a page as it is to the first free name, and return that."""
    data = files.read_bytes(root / path)
    number = 1
    while True:
        place = PurePosixPath(WORK) / ORIGINALS / str(number) / path
        if not files.is_file(root / place):
            files.write_bytes(root / place, data)
            return place
        if files.read_bytes(root / place) == data:
            return place
        number += 1
