"""The files that an episode declares as inputs; only files inside the lesson are read."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from site_builder.files import is_file, is_folder, read_bytes, safe_join
from site_builder.lesson.model import Lesson
from site_builder.problems import Location, Problem, did_you_mean

BASE = PurePosixPath("episodes")

TRACES = frozenset(("__pycache__", ".ipynb_checkpoints", ".DS_Store", "Thumbs.db", ".Rhistory", ".Rproj.user"))
"""What programs leave in folders that people look into; no lesson is about it."""

NAMES, ALL_NAMES = "*", "fig/*"
"""Stand for the names of the files in a working folder, outside ``fig`` and in all of it, where a record says what was read."""


def read_inputs(root: Path, names: Iterable[str], place: Location) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """Return the bytes of declared inputs by their path relative to ``episodes/``; a folder means all files in it.

    A name that points outside the lesson, or that does not exist, is a problem.

    Raises:
        MachineError: a file cannot be read.
    """
    found: dict[str, bytes] = {}
    problems: list[Problem] = []
    for name in names:
        path = safe_join(root, BASE / name)
        if path is None:
            problems.append(_outside(name, place))
        elif is_file(path):
            found[name] = read_bytes(path)
        elif is_folder(path):
            names_inside = [f"{name.rstrip('/')}/{file.relative_to(path).as_posix()}" for file in sorted(path.rglob("*")) if file.is_file()]
            places = {inside: safe_join(root, BASE / inside) for inside in names_inside}
            found |= {inside: read_bytes(file) for inside, file in places.items() if file}
            problems += [_outside(inside, place) for inside, file in places.items() if not file]
        else:
            known = [file.relative_to(root / BASE).as_posix() for file in (root / BASE / "files").rglob("*") if file.is_file()]
            hint = did_you_mean(name, known) or "write its path relative to episodes/"
            problems.append(Problem("LS022", f"input `{name}` does not exist in episodes/", place, hint))
    return found, tuple(problems)


@dataclass(frozen=True, slots=True)
class WorkingFile:
    """A file of the working folder, by where it lies; it is read once, when its digest is wanted."""

    path: Path
    _read: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def digest(self) -> str:
        """The sha256 of its bytes.

        Raises:
            MachineError: it cannot be read.
        """
        if "digest" not in self._read:
            self._read["digest"] = hashlib.sha256(read_bytes(self.path)).hexdigest()
        return self._read["digest"]


def working_files(lesson: Lesson) -> dict[str, WorkingFile]:
    """Return the files among which cells run, by their path in the working folder; none is read.

    They are those that the Workbench copies to ``site/built``: ``data``, ``files`` and ``fig`` of all content folders, and the loose files
    (sandpaper, ``create_resources_list`` and ``copy_assets``).
    """
    pages = {source.path for source in lesson.sources}
    return {
        str(asset.target): WorkingFile(lesson.root / asset.source)
        for asset in lesson.assets
        if asset.source not in pages and TRACES.isdisjoint(asset.source.parts)
    }


def names_digests(names: Iterable[str]) -> dict[str, str]:
    """Return the digests of the names of files in a working folder: those outside ``fig``, and all of them (`NAMES`, `ALL_NAMES`).

    Figures come and go, and few cells look which there are.
    """
    known = sorted(names)
    others = [name for name in known if not name.startswith("fig/")]
    return {kind: hashlib.sha256("\0".join(found).encode()).hexdigest() for kind, found in ((NAMES, others), (ALL_NAMES, known))}


def digests_now(lesson: Lesson, working: Mapping[str, WorkingFile], names: Iterable[str]) -> dict[str, str]:
    """Return the digests of what records say was read, of those that are there: in the working folder, else in the lesson.

    Raises:
        MachineError: a file cannot be read.
    """
    found: dict[str, str] = {}
    for name in names:
        if name in (NAMES, ALL_NAMES):
            found[name] = names_digests(working)[name]
        elif name in working:
            found[name] = working[name].digest
        else:
            path = safe_join(lesson.root, PurePosixPath(posixpath.normpath(str(BASE / name))))
            if path is not None and is_file(path):
                found[name] = hashlib.sha256(read_bytes(path)).hexdigest()
    return found


def _outside(name: str, place: Location) -> Problem:
    return Problem("LS021", f"input `{name}` is outside the lesson", place, "copy it into the lesson")
