"""Fetch and verify the data from elsewhere that a lesson names; nothing of the lesson runs, and nothing in it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from site_builder import files
from site_builder.fetching.downloading import Downloaded, NotFetched, download
from site_builder.lesson.data import NO_DIGEST, DataFile, taken_names
from site_builder.lesson.discover import discover
from site_builder.lesson.inputs import cached
from site_builder.lesson.model import Lesson
from site_builder.lesson.root import find_root
from site_builder.pipeline.data import CODES, data_of, fetch, not_fetched, wanted_download
from site_builder.pipeline.model import OnProgress
from site_builder.pipeline.read import read_episodes
from site_builder.problems import Problem


class DataState(Enum):
    """What there is of a file on this machine."""

    HERE = "here"
    FETCHED = "fetched"
    MISSING = "not fetched"
    DAMAGED = "damaged"
    FAILED = "cannot be fetched"
    UNKNOWN = "no digest"

    @property
    def good(self) -> bool:
        """Whether the file is here and is what the lesson says."""
        return self in (DataState.HERE, DataState.FETCHED)


@dataclass(frozen=True, slots=True)
class DataStatus:
    """A file that a lesson names: what there is of it, its SHA-256 and size in bytes as far as they are known, and where it lies."""

    file: DataFile
    state: DataState
    sha256: str = ""
    size: int | None = None
    path: Path | None = None


def fetch_data(
    path: Path, tell: OnProgress = lambda line: None, *, digests: bool = False
) -> tuple[tuple[DataStatus, ...], tuple[Problem, ...]]:
    """Fetch the files that are not here yet, and return what there is of each, with what is wrong with the entries and the files.

    With ``digests`` a file without a digest is fetched too, to find out its digest and size.

    Raises:
        ConfigError: there is no lesson, or its settings cannot be read.
        MachineError: the folder of fetched data cannot be written.
    """
    lesson, found, problems = _named(path)
    known = tuple(file for file in found if file.sha256)
    before = {file for file in known if _here(lesson, file)}
    faults = fetch(lesson, known, tell)
    rows = []
    for file in found:
        if file in faults:
            rows.append(DataStatus(file, DataState.FAILED, file.sha256, file.size))
        elif file.sha256:
            rows.append(_there(lesson, file, DataState.HERE if file in before else DataState.FETCHED))
        elif digests:
            rows.append(_measured(lesson, file, problems, tell))
        else:
            rows.append(DataStatus(file, DataState.UNKNOWN))
    if digests:
        problems = [problem for problem in problems if problem.code != NO_DIGEST]
    return tuple(rows), (*problems, *faults.values())


def verify_data(path: Path) -> tuple[tuple[DataStatus, ...], tuple[Problem, ...]]:
    """Compare the files that are here with what the lesson says, byte by byte, and ask no host; return also what is wrong with entries.

    Raises:
        ConfigError: there is no lesson, or its settings cannot be read.
    """
    lesson, found, problems = _named(path)
    rows = []
    for file in found:
        place = cached(lesson.root, file.sha256)
        if not file.sha256:
            rows.append(DataStatus(file, DataState.UNKNOWN))
        elif not files.is_file(place):
            rows.append(DataStatus(file, DataState.MISSING, file.sha256, file.size))
        else:
            good = files.digest_of(place) == file.sha256 and file.size in (None, place.stat().st_size)
            rows.append(_there(lesson, file, DataState.HERE if good else DataState.DAMAGED))
    return tuple(rows), tuple(problems)


def _named(path: Path) -> tuple[Lesson, tuple[DataFile, ...], list[Problem]]:
    """Return all files from elsewhere that a lesson names, each once, and what is wrong with the entries."""
    lesson, report = discover(find_root(path))
    problems = [problem for problem in report.problems if problem.code in CODES]
    found = list(lesson.data)
    lessons = [str(asset.target) for asset in lesson.assets]
    for document in read_episodes(lesson).values():
        own, wrong = data_of(document)
        problems += (*wrong, *taken_names(own, lesson.data, lessons))
        found += own
    once = {(file.target, file.sha256, file.origin): file for file in reversed(found)}
    return lesson, tuple(file for file in found if file in once.values()), problems


def _here(lesson: Lesson, file: DataFile) -> bool:
    return files.known_digest_of(cached(lesson.root, file.sha256)) == file.sha256


def _there(lesson: Lesson, file: DataFile, state: DataState) -> DataStatus:
    place = cached(lesson.root, file.sha256)
    return DataStatus(file, state, file.sha256, place.stat().st_size, place)


def _measured(lesson: Lesson, file: DataFile, problems: list[Problem], tell: OnProgress) -> DataStatus:
    """Fetch a file whose digest nobody gave; it is kept under the digest that it turns out to have."""
    folder = files.make_folder(files.data_folder())
    tell(f"fetching {file.target} from {file.origin}")
    try:
        with files.temporary_folder(folder, "unknown.") as place:
            with files.machine_errors(place):
                found: Downloaded = download(wanted_download(lesson, file), place / "file")
            files.place_copy(place / "file", folder / found.sha256)
    except NotFetched as error:
        problems.append(not_fetched(file, error))
        return DataStatus(file, DataState.FAILED)
    return DataStatus(file, DataState.FETCHED, found.sha256, found.size, folder / found.sha256)


def lines_to_add(rows: tuple[DataStatus, ...]) -> Iterator[str]:
    """Yield the lines that entries lack, below the place of each: ``sha256`` and ``size``."""
    for row in rows:
        given = [("sha256", row.sha256)] if not row.file.sha256 else []
        given += [("size", str(row.size))] if row.file.size is None else []
        if row.sha256 and row.size is not None and given:
            yield f"# {row.file.place} {row.file.target}"
            yield from (f"  {key}: {value}" for key, value in given)
