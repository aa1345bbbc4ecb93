"""The digests of everything that a build of a lesson depends on, by kind: builds with equal snapshots produce equal sites."""

from __future__ import annotations

import datetime
import hashlib
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

import site_builder
from site_builder import files
from site_builder.changes.tree import existing, lesson_files, local_records
from site_builder.lesson.root import WORK
from site_builder.lesson.workspace import workspace_files

SCHEMA = "2"
VARIABLES = ("SOURCE_DATE_EPOCH", "TZ", "PATH", "CONDA_OVERRIDE_CUDA", "LESSON_BROWSER")
"""Variables that can change a plan or a page."""

FENCES = (b"```", b"~~~")
KEYS = (b"inputs:", b"needs:", b"environment:", b"requires:", b"working-folder:", b"data:")
PROSE = (".md", ".Rmd")
NOTEBOOKS = (".ipynb", ".py")


class DependencyKind(Enum):
    """What a build depends on; the package's docstring describes each kind."""

    OPTIONS = "options"
    BUILDER = "builder"
    HISTORY = "history"
    LESSON = "lesson"
    FURTHER = "further"
    RECORDS = "records"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A sha256 for each kind of thing that a build depends on."""

    digests: Mapping[DependencyKind, str]

    @property
    def digest(self) -> str:
        """One digest over all kinds."""
        return _digest(f"{kind.value} {self.digests[kind]}" for kind in DependencyKind)

    def changed(self, other: Snapshot) -> tuple[DependencyKind, ...]:
        """Return the kinds that differ."""
        return tuple(kind for kind in DependencyKind if self.digests[kind] != other.digests[kind])


def take(root: Path, site: Path, options: str, further: Iterable[str] = ()) -> Snapshot:
    """Take the digests of everything that building a lesson into a site depends on.

    ``options`` represents the command's options, ``further`` are paths of `Dependencies`. File times do not count: one that was only
    touched is unchanged.

    Raises:
        MachineError: a file cannot be read.
    """
    own = list(lesson_files(root, (site,)))
    known = set(own)
    rows: dict[DependencyKind, Iterable[str]] = {
        DependencyKind.OPTIONS: (SCHEMA, options, str(site), *_variables(), str(datetime.datetime.now(tz=datetime.UTC).date())),
        DependencyKind.BUILDER: (builder_digest(),),
        DependencyKind.HISTORY: _history(root),
        DependencyKind.LESSON: _contents(root, own),
        DependencyKind.FURTHER: _contents(root, (file for file in existing(root, (*workspace_files(root), *further)) if file not in known)),
        DependencyKind.RECORDS: (*_contents(root, local_records(root)), *_installed(root)),
    }
    return Snapshot({kind: _digest(found) for kind, found in rows.items()})


def results_digest(root: Path) -> str:
    """Return a digest over what can change a result, without reading the lesson: code between fences, notebooks, data, lock, manifest.

    Prose does not count. The digest is a guess whether anything will run; keys decide what really runs.

    Raises:
        MachineError: a file cannot be read.
    """
    rows = []
    for file in lesson_files(root):
        relative = file.relative_to(root)
        content = relative.parts[0] == "episodes" or relative.name in ("pixi.toml", "pixi.lock", "pyproject.toml")
        if content:
            digest = files.settled_digest_of(file)
            if file.suffix in PROSE:
                digest = files.derived_digest(f"code {builder_digest()}", file, digest, _code)
            rows.append(f"{relative.as_posix()} {digest}")
    rows += _contents(root, existing(root, workspace_files(root)))
    return _digest(rows)


def _code(data: bytes) -> bytes:
    found, inside = [], False
    for line in data.splitlines():
        fence = line.lstrip().startswith(FENCES)
        if inside or fence or b"`{" in line or b"`r " in line or line.startswith(KEYS):
            found.append(line)
        inside ^= fence
    return b"\n".join(found)


def _variables() -> Iterator[str]:
    return (f"{name}={os.environ.get(name, '')}" for name in VARIABLES)


@cache
def builder_digest() -> str:
    """Return a digest over the builder's files and theme, and the interpreter with the packages beside it, by name and version.

    What this process has loaded stays as it is.
    """
    return _digest(_builder())


def _builder() -> Iterator[str]:
    yield f"{sys.version} {shutil.which('pixi')}"
    package = f"{Path(site_builder.__file__).parent}{os.sep}"
    for file in files.paths_below(package):
        if os.path.splitext(file)[1] not in ("", ".pyc"):  # noqa: PTH122  a path for every file of the builder takes longer
            state = os.stat(file)  # noqa: PTH116
            yield f"{file.removeprefix(package)} {state.st_size} {state.st_mtime_ns}"
    for folder in sys.path:
        if folder.endswith(("site-packages", "dist-packages")):
            yield from sorted(entry.name for entry in Path(folder).glob("*-info"))


def _history(root: Path) -> Iterator[str]:
    """Git's present commit, read without Git."""
    for folder in (root, *root.parents):
        place = folder / ".git"
        if place.is_file():  # a worktree or submodule: the file names the real place
            place = (folder / files.read_start(place, 10_000).partition("gitdir:")[2].strip()).resolve()
        if (place / "HEAD").is_file():
            head = files.read_start(place / "HEAD", 10_000)
            yield head
            common = (place / files.read_start(place / "commondir", 10_000).strip()) if (place / "commondir").is_file() else place
            for name in (head.partition("ref: ")[2].strip(), "packed-refs"):
                if name and (common / name).is_file():
                    yield files.read_start(common / name, files.LARGEST_TEXT)
            return


def _installed(root: Path) -> Iterator[str]:
    environments = root / WORK / "envs"
    if environments.is_dir():
        for entry in sorted(environments.iterdir()):
            yield f"{entry.name} {entry.stat().st_mtime_ns}"


def _contents(root: Path, found: Iterable[Path]) -> Iterator[str]:
    inside = f"{root}{os.sep}"
    for file in found:
        name = str(file)
        relative = name[len(inside) :] if name.startswith(inside) else os.path.relpath(file, root)
        yield f"{relative} {files.settled_digest_of(file)}"


def _digest(rows: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(row.encode("utf-8", "surrogateescape") + b"\0")
    return digest.hexdigest()
