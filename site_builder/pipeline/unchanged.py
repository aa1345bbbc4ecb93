"""Tell quickly that nothing a build looks at has changed since the last one, so that nothing needs to be read, planned or woven.

What is looked at: the bytes of every visible file of the lesson and of its records, Git's present commit, the builder's own files, the
interpreter's packages, and the answers to the requirements that were asked for. Times of files play no part: a file that was only touched
is unchanged. Whatever this cannot see clearly makes it say "changed", and the build then finds out by itself.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import site_builder
from site_builder import files
from site_builder.errors import MachineError
from site_builder.lesson.root import WORK
from site_builder.pipeline.ahead import code_digest
from site_builder.pipeline.model import Built, Options
from site_builder.problems import Location, Problem, Report, Severity
from site_builder.publish.manifest import is_current, read_manifest

STATE = WORK / "state.json"
SCHEMA = 1
PASSED_OVER = frozenset(("site", "node_modules", "venv", "env", "renv", "__pycache__"))
"""Folders that no build reads, or whose state is looked at in another way."""

VARIABLES = ("SOURCE_DATE_EPOCH", "TZ", "PATH", "CONDA_OVERRIDE_CUDA")
"""Variables that can change a plan or a page."""


def fingerprint(root: Path, options: Options, site: Path) -> str:
    """Return a digest over everything that a build of this lesson with these options looks at.

    Raises:
        MachineError: a file cannot be read.
    """
    digest = hashlib.sha256()
    for part in (*_options(options, site), *_outside(), *_git(root), *_tree(root), *_records(root)):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()


def _options(options: Options, site: Path) -> Iterator[str]:
    yield f"{SCHEMA} {options.environments} {options.strict} {options.limits!r} {site}"
    yield " ".join(f"{name}={os.environ.get(name, '')}" for name in VARIABLES)
    yield str(datetime.datetime.now(tz=datetime.UTC).date())


def _outside() -> Iterator[str]:
    """The builder's files, and the interpreter with the packages beside it, by name and version."""
    yield f"{sys.version} {shutil.which('pixi')}"
    package = Path(site_builder.__file__).parent
    for file in sorted(package.rglob("*")):
        if file.suffix not in ("", ".pyc"):
            state = file.stat()
            yield f"{file.relative_to(package)} {state.st_size} {state.st_mtime_ns}"
    for folder in sys.path:
        if folder.endswith(("site-packages", "dist-packages")):
            yield from sorted(entry.name for entry in Path(folder).glob("*-info"))


def _git(root: Path) -> Iterator[str]:
    """Git's present commit, read without Git: pages show when their source was last committed."""
    for folder in (root, *root.parents):
        place = folder / ".git"
        if place.is_file():  # a worktree or submodule: the file names the real place
            place = (folder / place.read_text(encoding="utf-8").partition("gitdir:")[2].strip()).resolve()
        if (place / "HEAD").is_file():
            head = (place / "HEAD").read_text(encoding="utf-8")
            yield head
            common = (place / (place / "commondir").read_text(encoding="utf-8").strip()) if (place / "commondir").is_file() else place
            for name in (head.partition("ref: ")[2].strip(), "packed-refs"):
                if name and (common / name).is_file():
                    yield (common / name).read_text(encoding="utf-8")
            return


def _tree(root: Path) -> Iterator[str]:
    for entry in sorted(root.iterdir()):
        if not entry.name.startswith(".") and entry.name not in PASSED_OVER:
            yield from _files(root, entry)
    yield from _files(root, root / "site" / "built")


def _records(root: Path) -> Iterator[str]:
    yield from _files(root, root / WORK / "records")
    environments = root / WORK / "envs"
    if environments.is_dir():
        for entry in sorted(environments.iterdir()):
            yield f"{entry.name} {entry.stat().st_mtime_ns}"


def _files(root: Path, top: Path) -> Iterator[str]:
    found: Iterable[Path] = (top,) if top.is_file() else _below(top)
    for file in found:
        yield f"{file.relative_to(root)} {hashlib.sha256(files.read_bytes(file)).hexdigest()}"


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in PASSED_OVER)
        for name in sorted(names):
            file = Path(place, name)
            if file.is_file():
                yield file


def recall(root: Path, print_: str) -> Built | None:
    """Return the last build's outcome where it looked at the same things, its requirements answer the same, and its site is whole."""
    try:
        state = json.loads(files.read_text(root / STATE)[0])
        if state["fingerprint"] != print_ or not _answers_alike(state["requirements"]):
            return None
        site = Path(state["site"])
        if not is_current(site, state["staged"]):
            return None
        return Built(site, False, state["pages"], 0, Report(tuple(_problem(item) for item in state["problems"])))
    except (MachineError, OSError, ValueError, KeyError, TypeError):
        return None


def last_code(root: Path) -> str:
    """Return the digest of the lesson's code as of the last build, empty where there was none."""
    try:
        return str(json.loads(files.read_text(root / STATE)[0])["code"])
    except (MachineError, ValueError, KeyError, TypeError):
        return ""


def _answers_alike(requirements: dict[str, bool]) -> bool:
    if not requirements:
        return True
    from site_builder.environments.capabilities import available

    return all(available(name) == answer for name, answer in requirements.items())


def remember(root: Path, print_: str, built: Built, requirements: dict[str, bool]) -> None:
    """Keep a build's outcome for `recall`.

    Raises:
        MachineError: it cannot be written.
    """
    manifest = read_manifest(built.site)
    state = {
        "fingerprint": print_, "site": str(built.site), "staged": manifest.staged if manifest else "", "pages": built.pages,
        "code": code_digest(root), "requirements": requirements, "problems": [_values(problem) for problem in built.report.problems],
    }  # fmt: skip
    files.write_text(root / STATE, json.dumps(state, indent=1))


def _values(problem: Problem) -> dict[str, Any]:
    place = problem.location
    return {
        "code": problem.code, "message": problem.message, "path": str(place.path), "line": place.line, "column": place.column,
        "hint": problem.hint, "severity": problem.severity.value,
    }  # fmt: skip


def _problem(values: dict[str, Any]) -> Problem:
    place = Location(PurePosixPath(values["path"]), values["line"], values["column"])
    return Problem(values["code"], values["message"], place, values["hint"], Severity(values["severity"]))
