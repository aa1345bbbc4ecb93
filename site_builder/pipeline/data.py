"""Data from elsewhere: which episodes have which, and fetching them when an episode is about to run; verified, and kept for all lessons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.episode import Episode
from site_builder.errors import EnvironmentUnavailable
from site_builder.fetching.downloading import Download, NotFetched, download
from site_builder.lesson.data import CLASH, NO_DIGEST, UNUSABLE, DataFile, data_files, taken_names
from site_builder.lesson.inputs import WorkingFile, cached, fetched_files, named_in
from site_builder.lesson.model import Lesson
from site_builder.markdown.document import Document
from site_builder.pipeline.model import OnProgress
from site_builder.problems import Location, Problem, Severity

CODE = "LS038"
"""The code of the problem that data cannot be fetched, or are not what the lesson says."""

CODES = (CODE, UNUSABLE, NO_DIGEST, CLASH)
"""All codes of data from elsewhere."""

LARGEST = 2_000_000_000
"""Bytes of a file that are accepted where the settings do not say how many (``execution: data-bytes``)."""


def data_of(document: Document) -> tuple[tuple[DataFile, ...], tuple[Problem, ...]]:
    """Return the files from elsewhere that a page names in its front matter, and what is wrong with the entries."""
    front = document.front_matter

    def place(*step: str | int) -> Location:
        path = ("data", *step)
        lines = (front.marks[path[:size]] for size in range(len(path), 0, -1) if path[:size] in front.marks)
        return Location(document.path, *next(lines, (front.lines.get("data", 1), 0)))

    return data_files(front.data, place)


def with_data(
    lesson: Lesson, documents: Mapping[PurePosixPath, Document], episodes: Iterable[Episode]
) -> tuple[tuple[Episode, ...], tuple[Problem, ...]]:
    """Return the episodes with the files from elsewhere that they name, and what is wrong with these."""
    problems: list[Problem] = []
    found = []
    lessons = [str(asset.target) for asset in lesson.assets]
    for episode in episodes:
        named: tuple[DataFile, ...] = ()
        if episode.document.front_matter.data:
            named, wrong = data_of(episode.document)
            problems += (*wrong, *taken_names(named, lesson.data, lessons))
        found.append(replace(episode, data=named) if named else episode)
    pages = {source.path for source in lesson.running}
    for path, document in documents.items():
        if path not in pages and "data" in document.front_matter.values:
            place = Location(path, document.front_matter.lines.get("data", 1))
            hint = "write it in the settings, or in the front matter of the episode whose cells read the files"
            problems.append(Problem(CODE, "`data` has no effect on a page that is no episode", place, hint, Severity.WARNING))
    return tuple(found), tuple(problems)


def files_around(
    root: Path, shared: Mapping[str, WorkingFile], own: Iterable[DataFile], inputs: Iterable[str] | None
) -> tuple[Mapping[str, WorkingFile], tuple[str, ...]]:
    """Return the files that an episode's cells find beside its declared inputs, and the names of all data from elsewhere.

    They are those that episodes share (`working_files`) and its ``own`` data; with ``inputs``, only data are left of those that are shared,
    and only what the inputs name.
    """
    mine = fetched_files(root, own)
    data = tuple(name for name, file in {**shared, **mine}.items() if file.fetched)
    if inputs is None:
        return {**shared, **mine} if mine else shared, data
    return {**{name: shared[name] for name in named_in(inputs, data) if name in shared}, **mine}, data


def fetch(lesson: Lesson, wanted: Sequence[DataFile], tell: OnProgress = lambda line: None) -> dict[DataFile, Problem]:
    """Fetch the files that are not here yet, each verified, and return why some could not be; a silent host is asked once.

    Files with one digest are fetched once. What is here is verified, too.

    Raises:
        MachineError: the folder of fetched data cannot be written.
    """
    faults: dict[DataFile, Problem] = {}
    silent: dict[str, str] = {}
    for file in wanted:
        path = cached(lesson.root, file.sha256)
        if files.known_digest_of(path) == file.sha256 and (file.size is None or path.stat().st_size == file.size):
            continue
        fault = _fetched(lesson, file, files.data_folder() / file.sha256, silent, tell)
        if fault is not None:
            faults[file] = fault
    return faults


def _fetched(lesson: Lesson, file: DataFile, target: Path, silent: dict[str, str], tell: OnProgress) -> Problem | None:
    host = file.origin.split("/")[2]
    try:
        if host in silent:
            raise NotFetched(silent[host], "run `lesson data fetch` where there is a network")
        tell(f"fetching {file.target} from {host}")
        with files.machine_errors(target):
            download(wanted_download(lesson, file), files.make_folder(target.parent) / target.name)
    except NotFetched as error:
        if error.silent:
            silent[host] = error.message
        return not_fetched(file, error)
    return None


def not_fetched(file: DataFile, error: NotFetched) -> Problem:
    """Return the problem that a file cannot be fetched, where the lesson names it."""
    return Problem(CODE, f"{file.target} cannot be fetched: {error.message}", file.place, error.hint)


def wanted_download(lesson: Lesson, file: DataFile) -> Download:
    """Return what is to be downloaded for a file of a lesson."""
    largest = lesson.settings.execution.data_bytes or LARGEST
    return Download(file.name, largest, file.address, file.doi, file.file, file.sha256, file.size, file.hosts)


def data_for(episode: Episode) -> tuple[DataFile, ...]:
    """Return the files from elsewhere that the cells of an episode find when they run."""
    return tuple(file.fetched for file in episode.working_files.values() if file.fetched is not None)


def data_addresses(lesson: Lesson, episodes: Iterable[Episode]) -> dict[str, str]:
    """Return where readers get the data of a lesson, by the path at which cells find them."""
    return {file.target: file.origin for file in (*lesson.data, *(each for episode in episodes for each in episode.data))}


def fetch_for(lesson: Lesson, episodes: Iterable[Episode], tell: OnProgress = lambda line: None) -> None:
    """Fetch what the cells of episodes that are about to run find from elsewhere.

    Raises:
        EnvironmentUnavailable: some of it cannot be fetched; every file is named, at its place in the lesson.
        MachineError: the folder of fetched data cannot be written.
    """
    wanted = tuple(dict.fromkeys(file for episode in episodes for file in data_for(episode)))
    fetch_or_fail(lesson, wanted, tell)


def fetch_or_fail(lesson: Lesson, wanted: Sequence[DataFile], tell: OnProgress = lambda line: None) -> None:
    """Fetch files; see `fetch_for`.

    Raises:
        EnvironmentUnavailable: some of them cannot be fetched.
        MachineError: the folder of fetched data cannot be written.
    """
    if faults := fetch(lesson, wanted, tell) if wanted else {}:
        problems = tuple(faults.values())
        message = problems[0].message if len(problems) == 1 else f"{len(problems)} files that episodes need cannot be fetched"
        raise EnvironmentUnavailable(message, problems=problems)
