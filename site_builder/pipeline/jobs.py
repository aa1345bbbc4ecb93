"""Make the jobs of episodes: the one place where build, run, watch, verify and verify --static say what an executor is to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.environments.base import Activation, EnvironmentProvider
from site_builder.episode import Episode
from site_builder.errors import EnvironmentUnavailable
from site_builder.execute.base import Job
from site_builder.execute.limits import Limits
from site_builder.lesson.inputs import BASE
from site_builder.lesson.model import Lesson
from site_builder.markdown.tree import Cell, Expression
from site_builder.pipeline.model import Options
from site_builder.pipeline.plan import PlannedLesson
from site_builder.pipeline.prepare import uses_gpu
from site_builder.plan.imports import imported_modules, preloaded
from site_builder.plan.model import Request
from site_builder.problems import Location, Problem
from site_builder.records.handover import folder_of


def jobs_of(planned: PlannedLesson, episodes: Sequence[Episode], options: Options, left: Path) -> list[Job]:
    """Return the jobs of episodes that have a request, with their environments ready; files for others go through the folder ``left``.

    Raises:
        EnvironmentUnavailable: an environment cannot be made ready; all that are not are named.
    """
    asked = [(episode, episode.request) for episode in episodes if episode.request]
    ready = activated(planned.provider, [(request, episode.inputs) for episode, request in asked], shipped_files(planned.lesson))
    preload = preload_of(planned.lesson, [request for _, request in asked])
    running = {episode.slug for episode in episodes}
    return [
        replace(
            job_of(planned.lesson, options, episode.path, request.cells, ready[episode.slug], episode.inputs),
            missing=episode.missing,
            preload=preload[request.environment],
            accelerated=uses_gpu(request, planned.lock),
            needs=request.needs,
            receives=tuple(_received(planned, request, running, left)),
            leaves=_leaving(planned, episode, left),
        )
        for episode, request in asked
    ]


def job_of(
    lesson: Lesson, options: Options, path: PurePosixPath, cells: tuple[Cell | Expression, ...], activation: Activation,
    inputs: Mapping[str, bytes],
) -> Job:  # fmt: skip
    """Return the job of one episode's cells, bounded as the lesson's settings and the command say."""
    return Job(path.stem, path, cells, activation, inputs, limits=limits_of(lesson, options), lesson=lesson.root)


def activated(
    provider: EnvironmentProvider, requests: Iterable[tuple[Request, Iterable[str]]], shipped: Sequence[str]
) -> Mapping[str, Activation]:
    """Make the environment of each request ready and return it by episode; ``shipped`` are the files below ``episodes/``.

    Raises:
        EnvironmentUnavailable: an environment cannot be made ready; all that are not are named.
    """
    problems: list[Problem] = []
    ready: dict[str, Activation] = {}
    for request, inputs in requests:
        able = [cell for cell in request.cells if cell.identifier in request.runnable]
        try:
            ready[request.slug] = provider.activate(request.environment, imported_modules(able, [*inputs, *shipped]))
        except EnvironmentUnavailable as error:
            problems.append(Problem("LS512", error.message, Location(request.path, 1), error.hint))
    if problems:
        raise EnvironmentUnavailable("not every environment can be had on this machine", problems=problems)
    return ready


def limits_of(lesson: Lesson, options: Options) -> Limits:
    """Return the bounds of execution: the lesson's settings, where it has them, before the command's."""
    settings = lesson.settings.execution
    return replace(
        options.limits,
        cell_seconds=settings.timeout or options.limits.cell_seconds,
        episode_seconds=settings.episode_timeout or options.limits.episode_seconds,
        processes=settings.processes or options.limits.processes,
    )


def preload_of(lesson: Lesson, requests: Iterable[Request]) -> Mapping[str, tuple[str, ...]]:
    """Return for each environment the modules that its fork server imports: the lesson's list, else what the cells have in common."""
    cells: dict[str, list[Cell | Expression]] = {}
    for request in requests:
        cells.setdefault(request.environment, []).extend(request.cells)
    return {environment: preloaded(found) for environment, found in cells.items()} | dict(lesson.settings.execution.preload)


def shipped_files(lesson: Lesson) -> list[str]:
    """Return every file below ``episodes/``, relative to it."""
    folder = lesson.root / BASE
    return [file.relative_to(folder).as_posix() for file in files.files_below(folder)]


def _received(planned: PlannedLesson, request: Request, running: set[str], left: Path) -> Iterator[Path]:
    """The folders of files that an episode gets: of runs to come, and of earlier ones."""
    for other in planned.episodes:
        if other.slug in request.needs and other.request:
            yield left / other.slug if other.slug in running else folder_of(planned.lesson.root, other.slug, other.request.parts)


def _leaving(planned: PlannedLesson, episode: Episode, left: Path) -> Path | None:
    """Where an episode's files go while others wait for them; none where nobody does."""
    needed = any(other.request and episode.slug in other.request.needs for other in planned.episodes)
    return left / episode.slug if needed else None
