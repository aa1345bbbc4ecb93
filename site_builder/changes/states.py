"""Whether files changed, seen from their times and sizes alone: cheap enough to look often."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from site_builder.changes.tree import existing, lesson_files, local_records

States = Mapping[str, tuple[int, int]]
"""Time of change in nanoseconds and size in bytes of each file, by its path."""

HISTORY = (PurePosixPath(".git/HEAD"), PurePosixPath(".git/logs/HEAD"))
"""Git's files that change with each commit and checkout."""


def states(root: Path, further: Iterable[str] = (), sites: Iterable[Path] = ()) -> States:
    """Return the state of every file that a build of a lesson can read; ``further`` are paths of `Dependencies`."""
    return _states((*lesson_files(root, sites), *existing(root, further)))


def preview_states(root: Path, further: Iterable[str] = (), sites: Iterable[Path] = ()) -> States:
    """Return the same with what commands in other terminals change: records, and Git's commit, from which pages have their dates."""
    return {**states(root, further, sites), **_states((*local_records(root), *(root / path for path in HISTORY)))}


def _states(paths: Iterable[Path]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for path in paths:
        try:
            state = path.stat()
        except OSError:
            continue
        found[str(path)] = (state.st_mtime_ns, state.st_size)
    return found
