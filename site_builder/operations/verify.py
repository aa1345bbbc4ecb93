"""Run a lesson's code again and compare its outputs with what the pages show; nothing is saved."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.environments import machine
from site_builder.episode import Episode
from site_builder.execute.base import Event, Finished, Result
from site_builder.execute.content import FolderContent
from site_builder.lesson.root import WORK, find_root
from site_builder.markdown.document import Document
from site_builder.pipeline.execute import execute, failure_problem, progress
from site_builder.pipeline.model import OnProgress, Options
from site_builder.pipeline.plan import PlannedLesson, episode_names, open_lesson, refuse_errors
from site_builder.pipeline.secrets import secrets_in, without_secrets
from site_builder.plan.choosing import choose
from site_builder.plan.imports import imported_modules, named_modules
from site_builder.plan.needs import with_what_they_need
from site_builder.plan.planner import changed_packages
from site_builder.problems import Problem, Report
from site_builder.records.model import EpisodeRecord, with_loaded
from site_builder.verification.comparison import Compared, Drift, compare


class Verdict(Enum):
    """The verdict on an episode."""

    SAME = "same"
    DRIFTED = "drifted"
    FAILED = "failed"
    UNRECORDED = "no record"
    UNRUNNABLE = "cannot run here"


@dataclass(frozen=True, slots=True)
class Verified:
    """One episode: verdict and reason, what else differs here, and the cells."""

    episode: str
    path: PurePosixPath
    verdict: Verdict
    reason: str = ""
    packages: tuple[str, ...] = ()
    compared: Compared = Compared()
    problems: tuple[Problem, ...] = field(default=())


def verify(path: Path, options: Options, names: Iterable[str], tell: OnProgress = lambda line: None) -> tuple[tuple[Verified, ...], Report]:
    """Run the named episodes, or all that have a record and can run here, and compare; in the lesson's order, with the lesson's warnings.

    The record is the one that the page shows, else the best with equal code: changed packages are then listed beside the differences.

    Raises:
        ConfigError: there is no such episode.
        LessonFailed: the lesson has errors, a record holds a secret, or a cell names an unknown normaliser.
        EnvironmentUnavailable: an environment cannot be made ready.
        Busy: another build is running.
    """
    with files.build_lock(find_root(path) / WORK / "lock"):
        planned = open_lesson(path, options)
        refuse_errors(planned.shown(planned.report))
        chosen = set(episode_names(planned, names))
        episodes = [episode for episode in planned.episodes if episode.request and (not chosen or episode.slug in chosen)]
        stored, _ = planned.store.find(episode.slug for episode in episodes)
        records = {
            episode.slug: episode.record or choose(episode.request, [item.record for item in stored])
            for episode in episodes
            if episode.request
        }
        refuse_errors(Report(tuple(_secrets(episodes, records))))
        able = [episode.slug for episode in episodes if records[episode.slug] and not episode.obstacle]
        needed = with_what_they_need(able, planned.plan, planned.handed_over)
        running = [episode for episode in planned.episodes if episode.slug in needed and not episode.obstacle]
        results: dict[str, Result] = {}
        if running:

            def hear(heard: Event, content: FolderContent) -> None:
                event = without_secrets(heard, outputs=True)
                if isinstance(event, Finished):
                    results[event.result.job.slug] = event.result
                tell(progress(event))

            execute(planned, running, options, hear, tell)
    done = tuple(_verified(planned, episode, records[episode.slug], results.get(episode.slug)) for episode in episodes)
    return done, planned.shown(planned.report)


def _secrets(episodes: Sequence[Episode], records: Mapping[str, EpisodeRecord | None]) -> Iterator[Problem]:
    """Yield an error for each secret in the records with which runs are compared."""
    for episode in episodes:
        record = records[episode.slug]
        if record and episode.request:
            yield from secrets_in(record, episode.request)


def _verified(planned: PlannedLesson, episode: Episode, record: EpisodeRecord | None, result: Result | None) -> Verified:
    slug, path = episode.slug, episode.path
    if record is None:
        return Verified(slug, path, Verdict.UNRECORDED, episode.step.reason if episode.step else "")
    if result is None:
        return Verified(slug, path, Verdict.UNRUNNABLE, episode.obstacle)
    imported = imported_modules(episode.cells, [*episode.inputs, *named_modules(episode.cells)])
    made, now = record.provenance, result.surroundings
    before = with_loaded(made.packages, made.loaded, locked=made.locked)
    after = with_loaded(now.packages, result.loaded, locked=now.locked) if now else before
    packages = tuple(changed_packages(before, after, imported))
    if result.failure:
        problem = failure_problem(result, planned)
        return Verified(slug, path, Verdict.FAILED, result.failure.message, packages, problems=(problem,))
    fresh = {cell.identifier: cell for cell in result.cells}
    compared = compare(path, episode.cells, record, fresh, _machines(record))
    problems = tuple(_drift_problem(drift, episode.document, packages) for drift in compared.drifts)
    return Verified(slug, path, Verdict.DRIFTED if problems else Verdict.SAME, "", packages, compared, problems)


def _drift_problem(drift: Drift, document: Document, packages: tuple[str, ...]) -> Problem:
    notebook_cell = document.where(drift.location.line)
    where = f"{notebook_cell}{', ' if notebook_cell else ''}cell `{drift.cell}`"
    return Problem("LS504", f"the output of {where} differs from its record", drift.location, _hint(drift, packages))


def _hint(drift: Drift, packages: tuple[str, ...]) -> str:
    if drift.advice:
        return f"if that may differ, write `#| normalise: [{', '.join(drift.advice)}]`"
    if packages:
        return f"the packages differ: {', '.join(packages)}"
    return "if the new output is right, run the episode again and save the record"


def _machines(record: EpisodeRecord) -> tuple[str, ...]:
    """Names of both machines' hardware, for the normaliser ``host``."""
    cards = [gpu for gpu in (record.provenance.gpu, machine.gpu()) if gpu]
    known = (record.provenance.machine, machine.description(), machine.processor(), platform.node())
    return (*known, *(part for gpu in cards for part in (gpu.name, gpu.driver)))
