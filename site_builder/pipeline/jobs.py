"""Make the jobs of episodes: the one place where build, run, watch, verify and verify --static specify an executor's work."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath, PurePosixPath

from site_builder import files
from site_builder.environments import r
from site_builder.episode import Episode
from site_builder.execute.base import EnvironmentReference, FileReference, Job, Knit
from site_builder.execute.content import FolderContent
from site_builder.execute.limits import Limits
from site_builder.lesson.inputs import BASE
from site_builder.lesson.model import Lesson
from site_builder.markdown.tree import Cell, Expression
from site_builder.pipeline.model import Options
from site_builder.pipeline.plan import PlannedLesson
from site_builder.pipeline.prepare import uses_gpu
from site_builder.plan.imports import imported_modules, named_modules, preloaded
from site_builder.plan.model import Request
from site_builder.settings.image_names import is_image


def jobs_of(planned: PlannedLesson, episodes: Sequence[Episode], options: Options, content: FolderContent) -> list[Job]:
    """Return the jobs of episodes that have a request; their files are in ``content``."""
    asked = [(episode, episode.request) for episode in episodes if episode.request]
    preload = preload_of(planned.lesson, [request for _, request in asked])
    running = {episode.slug for episode in episodes}
    shipped = [name for name in shipped_files(planned.lesson) if name.endswith(".py")]
    found = [
        (
            episode,
            request,
            job_of(planned.lesson, options, episode.path, _with_requirements(episode), request.environment, episode.inputs, content),
        )
        for episode, request in asked
    ]
    return [
        replace(
            job,
            inputs=(*job.inputs, *_working_files(episode, content)),
            environment=EnvironmentReference(request.environment, request.packages.digest),
            missing=dict(episode.missing),
            modules=imported_modules(_able(request), [*episode.inputs, *shipped, *named_modules(request.cells)]),
            preload=preload[request.environment],
            accelerated=uses_gpu(request, planned.lock),
            needs=request.needs,
            received=tuple(_received(planned, request, running, content)),
            leaves=_leaves(planned, episode),
            knit=_knit(planned, episode, request),
            folder=episode.folder,
            shows=episode.shows,
            shared=episode.shares_files,
            observed=episode.observable,
            before=episode.seconds,
            keep_going=options.keep_going,
            offline=options.offline,
        )
        for episode, request, job in found
    ]


def _with_requirements(episode: Episode) -> tuple[Cell | Expression, ...]:
    """The cells, with the page's requirements where they have none of their own."""
    page = episode.document.front_matter.requires
    if not page:
        return episode.cells
    return tuple(
        replace(cell, options=replace(cell.options, requires=page)) if isinstance(cell, Cell) and not cell.options.requires else cell
        for cell in episode.cells
    )


def _leaves(planned: PlannedLesson, episode: Episode) -> bool:
    """Tell whether others need an episode's files, or may turn out to: a file that two make is no need of the later one.

    Nobody knows what the episodes need that were not read.
    """
    if planned.partial:
        return True
    others = [other for other in planned.episodes if other.request and other.slug != episode.slug]
    shared = episode.shares_files and any(other.shares_files for other in others)
    return shared or any(other.request and episode.slug in other.request.needs for other in others)


def _knit(planned: PlannedLesson, episode: Episode, request: Request) -> Knit | None:
    written = episode.document.rmarkdown
    if written is None:
        return None
    python = any(cell.language == "python" for cell in episode.cells) and (
        is_image(request.packages.environment)  # nobody knows which packages its R has, and a kernel will do
        or bool(planned.machine.lacking_r_packages((r.ENGINES["python"],), request.packages, locked=request.locked))
    )
    return Knit(written.text, planned.lesson.settings.fail_on_error, python)


def _working_files(episode: Episode, content: FolderContent) -> tuple[FileReference, ...]:
    """The files of the working folder that the episode does not declare itself."""
    found = {name: file for name, file in episode.working_files.items() if name not in episode.inputs}
    for file in found.values():
        content.know(file.path, file.digest)
    return tuple(FileReference(name, file.digest) for name, file in found.items())


def job_of(
    lesson: Lesson, options: Options, path: PurePath, cells: tuple[Cell | Expression, ...], environment: str,
    inputs: Mapping[str, bytes], content: FolderContent,
) -> Job:  # fmt: skip
    """Return the job of one page's cells, with the limits of the lesson's settings and the command."""
    given = tuple(FileReference(name, content.add(data)) for name, data in inputs.items())
    return Job(
        path.stem,
        PurePosixPath(path),
        cells,
        EnvironmentReference(environment, ""),
        given,
        limits=limits_of(lesson, options),
        variables=dict(lesson.settings.execution.variables),
    )


def limits_of(lesson: Lesson, options: Options) -> Limits:
    """Return the limits of execution: the lesson's settings, if any, else the command's."""
    settings = lesson.settings.execution
    return replace(
        options.limits,
        cell_seconds=settings.timeout or options.limits.cell_seconds,
        episode_seconds=settings.episode_timeout or options.limits.episode_seconds,
        processes=settings.processes or options.limits.processes,
        output_bytes=settings.output_bytes or options.limits.output_bytes,
        picture_bytes=settings.picture_bytes or options.limits.picture_bytes,
    )


def preload_of(lesson: Lesson, requests: Iterable[Request]) -> Mapping[str, tuple[str, ...]]:
    """Return for each environment the modules that its fork server imports: the lesson's list, else what the cells share."""
    cells: dict[str, list[Cell | Expression]] = {}
    for request in requests:
        cells.setdefault(request.environment, []).extend(request.cells)
    return {environment: preloaded(found) for environment, found in cells.items()} | dict(lesson.settings.execution.preload)


def shipped_files(lesson: Lesson) -> list[str]:
    """Return every file below ``episodes/``, relative to it."""
    folder = lesson.root / BASE
    return [file.relative_to(folder).as_posix() for file in files.files_below(folder)]


def _able(request: Request) -> list[Cell | Expression]:
    return [cell for cell in request.cells if cell.identifier in request.runnable]


def _received(planned: PlannedLesson, request: Request, running: set[str], content: FolderContent) -> Iterator[FileReference]:
    """The files that needed episodes left in earlier runs; those of episodes that run now come from their results."""
    for other in planned.episodes:
        if other.slug in request.needs and other.slug not in running and other.request:
            folder = planned.handover.folder_of(other.slug, other.request.parts)
            for file in files.files_below(folder):
                yield FileReference(PurePath(os.path.relpath(file, folder / BASE)).as_posix(), content.refer_to(file))
