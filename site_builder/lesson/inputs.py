"""The files that an episode declares as inputs: read from the lesson, nothing from outside it (design 4)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from site_builder.files import safe_join
from site_builder.problems import Location, Problem, did_you_mean

BASE = PurePosixPath("episodes")


def read_inputs(root: Path, names: Iterable[str], place: Location) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """Return the bytes of declared inputs by their path relative to ``episodes/``; a folder stands for all files in it.

    A name that leaves the lesson, or that is not there, is a problem.
    """
    found: dict[str, bytes] = {}
    problems: list[Problem] = []
    for name in names:
        path = safe_join(root, BASE / name)
        if path is None:
            problems.append(Problem("LS105", f"input `{name}` lies outside the lesson", place, "copy it into the lesson"))
        elif path.is_file():
            found[name] = path.read_bytes()
        elif path.is_dir():
            inside = sorted(file for file in path.rglob("*") if file.is_file() and file.resolve().is_relative_to(root.resolve()))
            found |= {f"{name.rstrip('/')}/{file.relative_to(path).as_posix()}": file.read_bytes() for file in inside}
        else:
            known = [file.relative_to(root / BASE).as_posix() for file in (root / BASE / "files").rglob("*") if file.is_file()]
            problems.append(Problem("LS106", f"input `{name}` does not exist in episodes/", place, did_you_mean(name, known)))
    return found, tuple(problems)
