"""The files that an episode declares as inputs; only files inside the lesson are read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from site_builder.files import is_file, is_folder, read_bytes, safe_join
from site_builder.lesson.model import Lesson
from site_builder.problems import Location, Problem, did_you_mean

BASE = PurePosixPath("episodes")


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
    """A file of the working folder: where it lies, and the sha256 of its bytes."""

    path: Path
    digest: str


def working_files(lesson: Lesson) -> dict[str, WorkingFile]:
    """Return the files among which R Markdown episodes run, by their path in the working folder (workbench-spec 1.3, 1.4).

    They are those that the Workbench copies to ``site/built``: ``data``, ``files`` and ``fig`` of all content folders, and the loose files.

    Raises:
        MachineError: a file cannot be read.
    """
    paths = {str(asset.target): lesson.root / asset.source for asset in lesson.assets}
    return {name: WorkingFile(path, hashlib.sha256(read_bytes(path)).hexdigest()) for name, path in paths.items()}


def _outside(name: str, place: Location) -> Problem:
    return Problem("LS021", f"input `{name}` is outside the lesson", place, "copy it into the lesson")
