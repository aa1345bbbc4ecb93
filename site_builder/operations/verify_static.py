"""Run the plain Python fences of any lesson and compare with the outputs typed below them; nothing is saved."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.environments.base import EnvironmentProvider
from site_builder.environments.providers import choose
from site_builder.environments.providers.automatic import serves_locked
from site_builder.environments.workspace.lock import LockedWorkspace
from site_builder.errors import ConfigError
from site_builder.execute.base import Failure, Finished, Job, Reason, Result
from site_builder.execute.content import FolderContent
from site_builder.lesson.discover import discover
from site_builder.lesson.inputs import read_inputs
from site_builder.lesson.model import Lesson
from site_builder.lesson.root import WORK, find_root
from site_builder.markdown.tree import Cell
from site_builder.pipeline.execute import executor_of, working_content
from site_builder.pipeline.jobs import job_of
from site_builder.pipeline.model import OnProgress, Options
from site_builder.pipeline.plan import refuse_errors
from site_builder.pipeline.read import read_sources
from site_builder.pipeline.tally import refusal
from site_builder.problems import Location, Problem, Report, did_you_mean
from site_builder.records.model import CellRecord
from site_builder.settings.cell import CellOptions
from site_builder.verification.normalisers import Normalisers, chosen, wrong_names
from site_builder.verification.static import Exchange, FenceFinding, FenceOutcome, exchanges, judge

DATA = (PurePosixPath("episodes/data"), PurePosixPath("episodes/files"))
"""Folders of a Workbench lesson whose files learners have beside their notebook."""


@dataclass(frozen=True, slots=True)
class StaticEpisode:
    """One episode's fences in order, and the finding for each."""

    path: PurePosixPath
    findings: tuple[FenceFinding, ...]


@dataclass(slots=True)
class _Attempt:
    """One episode while it is being run: which fences raise, which cannot be run to their end, and where each failed.

    An executor ends an episode at the first unexpected error. So it is run until every error is expected: each time one more fence is
    known to raise, and the code after it runs in the state that the error left, as in a notebook.
    """

    path: PurePosixPath
    exchanges: tuple[Exchange, ...]
    environment: str
    inputs: Mapping[str, bytes]
    raising: set[str]
    stopped: dict[str, str] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    cells: tuple[CellRecord, ...] = ()
    finished: bool = False

    def job(self, lesson: Lesson, options: Options, content: FolderContent) -> Job:
        return job_of(lesson, options, self.path, tuple(self._cells()), self.environment, self.inputs, content)

    def _cells(self) -> Iterable[Cell]:
        for number, exchange in enumerate(self.exchanges):
            name = str(number)
            settings = CellOptions(error=name in self.raising, evaluate=name not in self.stopped)
            yield Cell(name, "python", exchange.code, settings, exchange.line, exchange.line + 1)

    def take(self, result: Result) -> None:
        self.cells = result.cells
        self.finished = result.failure is None
        if result.failure:
            self._learn(result.failure)

    def _learn(self, failure: Failure) -> None:
        if failure.reason is Reason.DID_NOT_RAISE and failure.cell not in self.places:
            self.raising.discard(failure.cell)
            self.places[failure.cell] = 0
        elif failure.reason is Reason.RAISED and failure.cell not in self.raising and self.places.get(failure.cell) != 0:
            self.raising.add(failure.cell)
            self.places[failure.cell] = failure.location.line
        else:  # it took too long, ended the kernel, or raises only now and then
            self.stopped[failure.cell] = failure.message

    def findings(self, normalisers: Normalisers) -> Iterable[FenceFinding]:
        given = {cell.identifier: cell.outputs for cell in self.cells}
        for number, exchange in enumerate(self.exchanges):
            name = str(number)
            if name in self.stopped:
                yield FenceFinding(FenceOutcome.FAILED, exchange.line, self.stopped[name])
            else:
                yield judge(exchange, given.get(name, ()), normalisers, self.places.get(name, 0))


def verify_static(
    path: Path, options: Options, names: Iterable[str], tell: OnProgress = lambda line: None, normalise: Iterable[str] = ()
) -> tuple[StaticEpisode, ...]:
    """Run every Python fence of the episodes named, or of all, in a fresh kernel for each episode; in the lesson's order.

    The lesson's ``episodes/data`` and ``episodes/files`` are in the working folder; ``normalise`` is as the cell option of that name.

    Raises:
        ConfigError: there is no lesson, no such episode, or no such normaliser.
        EnvironmentUnavailable: the environment is not available here.
        Busy: another build is running.
        LessonFailed: ``options.locked``, and an episode would run with this machine's own packages.
    """
    words = tuple(normalise)
    for word, hint in wrong_names(words):
        raise ConfigError(f"unknown normaliser '{word}'", hint=hint)
    root = find_root(path)
    lesson, _ = discover(root)
    with files.build_lock(root / WORK / "lock"):
        attempts = _attempts(lesson, _chosen(lesson, names))
        lock = choose.locked_workspace(lesson) if options.environments != "host" else LockedWorkspace(())
        provider = choose.provider(lesson, lock, options.environments)
        if options.locked:
            refuse_errors(Report(tuple(_refused(attempts, lesson, provider, options.environments))))
        asyncio.run(_run(attempts, lesson, provider, options, tell))
    return tuple(StaticEpisode(attempt.path, tuple(attempt.findings(chosen(words)))) for attempt in attempts)


def _refused(attempts: Iterable[_Attempt], lesson: Lesson, provider: EnvironmentProvider, asked: str) -> Iterable[Problem]:
    for attempt in attempts:
        if not serves_locked(provider, attempt.environment):
            yield refusal(attempt.path, 1, "its fences would run with this machine's own packages", lesson, asked)


def _chosen(lesson: Lesson, names: Iterable[str]) -> frozenset[str]:
    known = [source.slug for source in lesson.episodes]
    slugs = [PurePosixPath(name).stem for name in names]
    for slug in slugs:
        if slug not in known:
            raise ConfigError(f"there is no episode `{slug}`", hint=did_you_mean(slug, known) or f"known: {', '.join(known)}")
    return frozenset(slugs or known)


def _attempts(lesson: Lesson, slugs: frozenset[str]) -> tuple[_Attempt, ...]:
    sources, _ = read_sources(lesson)
    inputs = _data(lesson)
    made = []
    for source in lesson.episodes:
        document = sources.documents[source.path]
        found = exchanges(document)
        if source.slug in slugs and found:
            environment = (document.front_matter.environments or ("default",))[0]
            raising = {str(number) for number, exchange in enumerate(found) if exchange.error is not None}
            place = Location(source.path, document.front_matter.lines.get("inputs", 1))
            declared, wrong = read_inputs(lesson.root, document.front_matter.inputs, place)
            refuse_errors(Report(wrong))
            made.append(_Attempt(source.path, found, environment, {**inputs, **declared}, raising))
    return tuple(made)


def _data(lesson: Lesson) -> dict[str, bytes]:
    sources = [asset.source for asset in lesson.assets if any(asset.source.is_relative_to(folder) for folder in DATA)]
    return {source.relative_to("episodes").as_posix(): files.read_bytes(lesson.root / source) for source in sources}


async def _run(attempts: Iterable[_Attempt], lesson: Lesson, provider: EnvironmentProvider, options: Options, tell: OnProgress) -> None:
    waiting = {attempt.path: attempt for attempt in attempts}
    executor = executor_of(lesson, provider, options)
    try:
        with working_content(lesson) as content:
            while waiting:
                jobs = [attempt.job(lesson, options, content) for attempt in waiting.values()]
                async with aclosing(executor.run(jobs, content)) as events:
                    async for event in events:
                        if isinstance(event, Finished):
                            waiting[event.result.job.path].take(event.result)
                for path in [path for path, attempt in waiting.items() if attempt.finished]:
                    tell(f"ran {path}")
                    del waiting[path]
    finally:
        await executor.close()
