"""The files that an episode declares as inputs; only files inside the lesson are read."""

from __future__ import annotations

import hashlib
import itertools
import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from site_builder.files import data_folder, is_file, is_folder, known_digest_of, read_bytes, safe_join
from site_builder.lesson.data import DataFile
from site_builder.lesson.model import Lesson
from site_builder.lesson.root import WORK
from site_builder.problems import Location, Problem, did_you_mean

BASE = PurePosixPath("episodes")

TRACES = frozenset(("__pycache__", ".ipynb_checkpoints", ".DS_Store", "Thumbs.db", ".Rhistory", ".Rproj.user"))
"""What programs leave in folders that people look into; no lesson is about it."""

BROUGHT = WORK / "data"
"""Where data from elsewhere lie that came with a copy of the lesson, named by their SHA-256: a job's machine may have no network."""

SETTINGS = "config.yaml"
"""The settings' name in the folder in which the Workbench knits."""

_NAMES_SETTINGS = re.compile(rb"(?<![\w.-])config\.yaml\b")

NAMES, ALL_NAMES = "*", "fig/*"
"""Stand for the names of the files in a working folder, outside ``fig`` and in all of it, where a record says what was read."""


def read_inputs(
    root: Path, names: Iterable[str], place: Location, data: Iterable[str] = ()
) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """Return the bytes of declared inputs by their path relative to ``episodes/``; a folder means all files in it.

    A name that points outside the lesson, or that does not exist, is a problem; ``data`` are names of files from elsewhere, which exist
    without being in the lesson.

    Raises:
        MachineError: a file cannot be read.
    """
    found: dict[str, bytes] = {}
    problems: list[Problem] = []
    elsewhere = tuple(data)
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
        elif not named_in((name,), elsewhere):
            known = [
                *elsewhere,
                *(file.relative_to(root / BASE).as_posix() for file in (root / BASE / "files").rglob("*") if file.is_file()),
            ]
            hint = did_you_mean(name, known) or "write its path relative to episodes/"
            problems.append(Problem("LS022", f"input `{name}` does not exist in episodes/", place, hint))
    return found, tuple(problems)


@dataclass(frozen=True, slots=True)
class WorkingFile:
    """A file of the working folder, by where it lies; it is read once, when its digest is wanted.

    Of one that is ``fetched`` from elsewhere the digest is known before it lies there.
    """

    path: Path
    fetched: DataFile | None = None
    _read: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def digest(self) -> str:
        """The sha256 of its bytes.

        Raises:
            MachineError: it cannot be read.
        """
        if self.fetched is not None:
            return self.fetched.sha256
        if "digest" not in self._read:
            self._read["digest"] = hashlib.sha256(read_bytes(self.path)).hexdigest()
        return self._read["digest"]

    @property
    def size(self) -> int | None:
        """Its size in bytes, None if it is not there."""
        try:
            return self.path.stat().st_size
        except OSError:
            return None


def working_files(lesson: Lesson) -> dict[str, WorkingFile]:
    """Return the files among which cells run, by their path in the working folder; none is read.

    They are those that the Workbench copies to ``site/built``: ``data``, ``files`` and ``fig`` of all content folders, and the loose files
    (sandpaper, ``create_resources_list`` and ``copy_assets``), and the files from elsewhere that the settings name.
    """
    pages = {source.path for source in lesson.sources}
    return fetched_files(lesson.root, lesson.data) | {
        str(asset.target): WorkingFile(lesson.root / asset.source)
        for asset in lesson.assets
        if asset.source not in pages and TRACES.isdisjoint(asset.source.parts)
    }


def settings_around(lesson: Lesson, code: Iterable[str], shared: Mapping[str, WorkingFile]) -> dict[str, WorkingFile]:
    """Return the settings by their name in the working folder, if ``code`` or a file of ``shared`` that R may take in names them.

    The Workbench knits beside a copy of them. Where nothing names them they are left out, since a changed setting would otherwise run
    every document again.

    Raises:
        MachineError: a file cannot be read.
    """
    if SETTINGS in shared or not is_file(lesson.root / SETTINGS):
        return {}
    taken_in = (file.path for name, file in shared.items() if file.fetched is None and PurePosixPath(name).suffix.lower() in (".r", ".rmd"))
    texts = itertools.chain((text.encode() for text in code), map(read_bytes, taken_in))
    return {SETTINGS: WorkingFile(lesson.root / SETTINGS)} if any(_NAMES_SETTINGS.search(text) for text in texts) else {}


def fetched_files(root: Path, data: Iterable[DataFile]) -> dict[str, WorkingFile]:
    """Return files from elsewhere by their path in the working folder, fetched or not; one without a digest is left out."""
    return {file.target: WorkingFile(cached(root, file.sha256), file) for file in data if file.sha256}


def cached(root: Path, digest: str) -> Path:
    """Return where the data with a SHA-256 lie, or are to be put: in the lesson's folder if they came with it, else in the user's cache.

    What came with a lesson may be anybody's: only the right bytes count.
    """
    brought = root / BROUGHT / digest
    return brought if digest and known_digest_of(brought) == digest else data_folder() / digest


def named_in(inputs: Iterable[str], targets: Iterable[str]) -> tuple[str, ...]:
    """Return those of the paths that declared inputs name, themselves or by a folder above them."""
    wanted = tuple(PurePosixPath(posixpath.normpath(name)) for name in inputs)
    return tuple(target for target in targets if any(PurePosixPath(target).is_relative_to(name) for name in wanted))


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
