"""Which episodes are sent, in which tasks, and what travels with them where there is no shared disk."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.batch.grouping import tasks_of
from site_builder.batch.model import EpisodeWork, Task
from site_builder.changes.tree import lesson_files
from site_builder.episode import Episode
from site_builder.lesson.data import DataFile
from site_builder.lesson.inputs import BROUGHT, cached
from site_builder.lesson.model import Lesson
from site_builder.pipeline.data import data_for
from site_builder.pipeline.execute import episodes_to_run
from site_builder.pipeline.model import Options
from site_builder.pipeline.plan import PlannedLesson, open_lesson, refuse_errors
from site_builder.pipeline.prepare import uses_gpu
from site_builder.records.store import COMMITTED, LOCAL

UNKNOWN = 60.0
"""Seconds that an episode is thought to take of which there is no record."""

ON_CLUSTERS = frozenset(("cuda", "slurm"))
"""Capabilities that the nodes of a cluster may have: whether they do, each of them finds out."""


def planned_for_cluster(path: Path, options: Options) -> PlannedLesson:
    """Return a lesson planned for machines that have what clusters have.

    Raises:
        LessonFailed: the lesson has errors.
        SiteBuilderError: as `open_lesson` does.
    """
    planned = open_lesson(path, replace(options, elsewhere=ON_CLUSTERS))
    refuse_errors(planned.shown(planned.report))
    return planned


def tasks_to_send(planned: PlannedLesson, names: Iterable[str], minutes: int) -> tuple[Task, ...]:
    """Return the tasks of the named episodes, or of all that must run, each with about so many minutes of work."""
    pieces = [_piece(planned, episode) for episode in episodes_to_run(planned, names)]
    return tasks_of(pieces, 60.0 * minutes)


def _piece(planned: PlannedLesson, episode: Episode) -> EpisodeWork:
    assert episode.request is not None
    request = episode.request
    known = episode.seconds is not None
    return EpisodeWork(request.slug, request.environment, uses_gpu(request, planned.lock), episode.seconds or UNKNOWN, known, request.needs)


def base_of(lesson: Lesson) -> Path:
    """Return the folder that travels: the lesson's, or that of the workspace around it."""
    above = [Path(os.path.normpath(lesson.root / path)).parent for path in (lesson.manifest, lesson.lock) if path]
    return Path(os.path.commonpath([lesson.root, *above]))


def travelling(planned: PlannedLesson, tasks: Sequence[Task]) -> Iterator[tuple[str, Path]]:
    """Yield what a job needs of a lesson, by its path below `base_of`: its files, the manifest and lock, the records of the episodes that
    run and of those that they need, the files that these left, and the data from elsewhere that have been fetched.
    """
    lesson, seen = planned.lesson, set[str]()
    slugs = dict.fromkeys(slug for task in tasks for slug in (*task.episodes, *task.reads))
    reads = dict.fromkeys(slug for task in tasks for slug in task.reads)
    records = [file for slug in slugs for folder in (LOCAL, COMMITTED) for file in files.files_below(lesson.root / folder / slug)]
    passed = [file for slug in reads for file in files.files_below(planned.handover.place / slug)]
    own = [file for file in lesson_files(lesson.root) if file.relative_to(lesson.root).parts[0] != str(COMMITTED)]
    workspace = [file for file in (lesson.manifest_file, lesson.lock_file, *_scripts(lesson)) if file and files.is_file(file)]
    base = base_of(lesson)
    brought = {lesson.root / BROUGHT / data.sha256: cached(lesson.root, data.sha256) for data in data_of_tasks(planned, tasks)}
    yield from ((place.relative_to(base).as_posix(), file) for place, file in brought.items() if files.is_file(file))
    for file in (*own, *workspace, *records, *passed):
        name = PurePosixPath(file.relative_to(base).as_posix())
        if str(name) not in seen:
            seen.add(str(name))
            yield str(name), file


def data_of_tasks(planned: PlannedLesson, tasks: Sequence[Task]) -> tuple[DataFile, ...]:
    """Return the files from elsewhere that the episodes of tasks find."""
    slugs = {slug for task in tasks for slug in task.episodes}
    return tuple(dict.fromkeys(file for episode in planned.episodes if episode.slug in slugs for file in data_for(episode)))


def _scripts(lesson: Lesson) -> Iterator[Path]:
    """Yield what is in the folder ``scripts`` beside a manifest above the lesson: its activation may run it."""
    manifest = lesson.manifest_file
    if manifest is not None and not manifest.is_relative_to(lesson.root):
        yield from files.files_below(manifest.parent / "scripts")
