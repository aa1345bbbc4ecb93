"""Read a lesson and plan it: what every command needs before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from site_builder.check.acceptance import Acceptance, acceptances
from site_builder.check.accepted import divide
from site_builder.environments.base import EnvironmentProvider
from site_builder.environments.providers import choose
from site_builder.environments.providers.contained import ContainedProvider
from site_builder.environments.this_machine import ThisMachine
from site_builder.environments.workspace.lock import LockedWorkspace
from site_builder.episode import Episode, plan_of
from site_builder.errors import ConfigError, LessonFailed
from site_builder.lesson.discover import discover
from site_builder.lesson.inputs import digests_now
from site_builder.lesson.model import Lesson
from site_builder.lesson.root import find_root
from site_builder.markdown.tree import Cell
from site_builder.pipeline.data import with_data
from site_builder.pipeline.evidence import believed, compared, outdated, tampered
from site_builder.pipeline.lacking import advice
from site_builder.pipeline.model import Options
from site_builder.pipeline.prepare import prepare
from site_builder.pipeline.raised import raised
from site_builder.pipeline.read import NOTHING, Sources, read_sources
from site_builder.pipeline.scripts import missing_scripts
from site_builder.pipeline.shown_files import with_shown
from site_builder.pipeline.signed import signed
from site_builder.pipeline.tally import refused_by_locked
from site_builder.plan.model import Action, Plan, Request
from site_builder.plan.observed import Trace, newest_traces
from site_builder.plan.planner import plan
from site_builder.problems import Location, Problem, Report, Severity, did_you_mean
from site_builder.records.handover import Handover, handover_of
from site_builder.records.model import EpisodeRecord
from site_builder.records.store import RecordStore
from site_builder.settings.image_names import is_image


@dataclass(frozen=True, slots=True)
class PlannedLesson:
    """A lesson that was read and planned: everything a command needs before anything runs.

    ``report`` has all problems, ``read`` those of reading, `shown` those of a report that the lesson does not accept; ``store`` has the
    records, ``handover`` the files that episodes leave. Of a ``partial`` lesson only some episodes were read, those that others need among
    them. ``elsewhere`` are capabilities of the machines to which episodes are sent.
    """

    lesson: Lesson
    sources: Sources
    provider: EnvironmentProvider
    lock: LockedWorkspace
    episodes: tuple[Episode, ...]
    report: Report
    read: Report
    store: RecordStore
    handover: Handover
    acceptances: tuple[Acceptance, ...] = ()
    partial: bool = False
    elsewhere: frozenset[str] = frozenset()

    @property
    def machine(self) -> ThisMachine:
        """The machine that episodes are planned for."""
        return ThisMachine(self.provider, self.elsewhere)

    def shown(self, report: Report) -> Report:
        """Return a report without what the lesson accepts."""
        return divide(report, self.acceptances).report

    @property
    def plan(self) -> Plan:
        """The steps of the episodes with cells."""
        return plan_of(self.episodes)

    @property
    def handed_over(self) -> frozenset[str]:
        """The episodes whose files for others exist from an earlier run."""
        return frozenset(episode.slug for episode in self.episodes if episode.handed_over)

    def episode(self, slug: str) -> Episode:
        """Return an episode by its slug."""
        return next(episode for episode in self.episodes if episode.slug == slug)


def open_lesson(path: Path, options: Options, instead: Mapping[PurePosixPath, str] = NOTHING) -> PlannedLesson:
    """Read a lesson and plan it, with the texts ``instead`` of what some files hold; nothing is executed and nothing written.

    Raises:
        ConfigError: there is no lesson, or its settings cannot be read.
        LessonFailed: the lesson has errors; all of them are in it.
    """
    root = find_root(path)
    lesson, found = discover(root)
    sources, read_report = read_sources(lesson, instead, kept=options.kept)
    episodes = [Episode(source, sources.documents[source.path]) for source in lesson.running]
    return planned_lesson(lesson, sources, episodes, options, found + read_report)


def planned_lesson(
    lesson: Lesson, sources: Sources, read: Sequence[Episode], options: Options, found: Report, records: Path | None = None
) -> PlannedLesson:
    """Return a lesson that was read, planned; ``found`` are the problems of reading. With ``records`` new ones go to that folder.

    The lesson is partial if not all of its episodes were ``read``.

    Raises:
        SiteBuilderError: as `open_lesson` does.
    """
    root = lesson.root
    given, faulty = with_data(lesson, sources.documents, read)
    episodes = with_shown(lesson, sources.documents, given, options.kept)
    executable = any(episode.cells for episode in episodes)
    lock = choose.locked_workspace(lesson) if executable else LockedWorkspace(())
    provider = choose.provider(lesson, lock, options.environments, options.watcher, options.environments_folder)
    if any(is_image(episode.document.front_matter.container) for episode in episodes):
        provider = ContainedProvider(provider, root)
    accepted, wrong = acceptances(lesson.settings, sources.documents, options.kept)
    report, store, partial = found + Report((*faulty, *wrong)), RecordStore(root, records), len(read) < len(lesson.running)
    handover = handover_of(root, records)
    planned = replanned(
        PlannedLesson(lesson, sources, provider, lock, episodes, report, report, store, handover, accepted, partial, options.elsewhere)
    )
    if options.locked:
        refused = Report(tuple(refused_by_locked(planned.episodes, lesson, options.environments)))
        return replace(planned, report=planned.report + refused)
    return planned


def replanned(planned: PlannedLesson, failed: Mapping[str, Trace] | None = None) -> PlannedLesson:
    """Return a lesson planned with the current records; its sources are not read again. ``failed`` is what runs without a record showed."""
    found, damaged = planned.store.find(episode.slug for episode in planned.episodes if episode.cells)
    counting, unsigned = signed(planned.lesson, found)
    records, refused = believed(planned.lesson, planned.lock, counting)
    traces = {**newest_traces(stored.record for stored in records), **(failed or {})}
    known = choose.known_environments(planned.lesson, planned.lock)
    prepared, problems = prepare(planned.lesson, planned.episodes, planned.machine, planned.lock, known, traces)
    asked = [_with_present(planned.lesson, episode, [stored.record for stored in records]) for episode in prepared if episode.request]
    records = compared(planned.lesson, asked, records)
    handed_over = frozenset(request.slug for request in asked if planned.handover.is_kept(request.slug, request.parts))
    steps = {step.request.slug: step for step in plan(asked, [stored.record for stored in records], handed_over).steps}
    before = {stored.record.episode: stored.record for stored in sorted(records, key=lambda stored: stored.record.provenance.started)}
    episodes = tuple(
        replace(
            episode, step=steps.get(episode.slug), handed_over=episode.slug in handed_over,
            seconds=before[episode.slug].provenance.seconds if episode.slug in before else None,
        )
        for episode in prepared
    )  # fmt: skip
    scripts = missing_scripts(planned.lesson, episodes)
    disbelieved = (*damaged, *unsigned, *refused, *tampered(asked, records))
    report = planned.read + Report((*problems, *_unknown_normalisers(episodes), *disbelieved, *scripts, *_warnings(episodes)))
    return replace(planned, episodes=episodes, report=report)


def _with_present(lesson: Lesson, episode: Episode, records: Iterable[EpisodeRecord]) -> Request:
    """Return an episode's request with the digests of what its records say was read."""
    assert episode.request is not None
    names = {name for record in records if record.episode == episode.slug for name, _ in record.provenance.read}
    return replace(episode.request, present=digests_now(lesson, episode.working_files, sorted(names)))


def _unknown_normalisers(episodes: Iterable[Episode]) -> Iterator[Problem]:
    for episode in episodes:
        for cell in episode.cells if episode.request else ():
            if not isinstance(cell, Cell) or not cell.options.normalise:
                continue
            from site_builder.verification.normalisers import wrong_names

            for word, hint in wrong_names(cell.options.normalise):
                yield Problem("LS503", f"unknown normaliser '{word}'", Location(episode.path, cell.line), hint)


def _warnings(episodes: Sequence[Episode]) -> Iterator[Problem]:
    """Warn of what a plan shows: nothing for lack of packages, undeclared files, errors that nobody announced."""
    told = advice([episode for episode in episodes if episode.step and episode.step.action is Action.SKIP])
    if told is not None:
        yield told
    for episode in episodes:
        if episode.record is not None:
            yield from outdated(episode, episode.record)
            yield from _undeclared(episode, episode.record)
            yield from raised(episode, episode.record)


def _undeclared(episode: Episode, record: EpisodeRecord) -> Iterator[Problem]:
    """Warn about results that depend on files outside the working folder: another machine does not have them there."""
    if record.provenance.undeclared:
        names = ", ".join(record.provenance.undeclared)
        message = f"cells read files that are not declared as inputs: {names}"
        hint = f"add them: `inputs: [{names}]`"
        if episode.shares_files:
            hint = "copy them to episodes/data, where all episodes find them; or list everything that the cells read in `inputs`"
        yield Problem("LS514", message, episode.place("inputs"), hint, Severity.WARNING)


def refuse_errors(report: Report, *, strict: bool = False) -> None:
    """Stop if problems prevent a build.

    Raises:
        LessonFailed: there are errors, or under ``strict`` any problem at all.
    """
    if report.failed(strict=strict):
        count = len(report.problems if strict else report.errors)
        raise LessonFailed(f"the lesson has {count} problem{'s' if count > 1 else ''}", problems=report.problems)


def episode_names(planned: PlannedLesson, names: Iterable[str]) -> tuple[str, ...]:
    """Return the slugs of episodes named on a command line, by slug or path.

    Raises:
        ConfigError: there is no such episode, or it has no cells.
    """
    known = {step.request.slug for step in planned.plan.steps}
    found = []
    for name in names:
        slug = PurePosixPath(name).stem
        if slug not in known:
            raise ConfigError(
                f"there is no episode with cells named `{name}`", hint=did_you_mean(slug, known) or f"known: {', '.join(sorted(known))}"
            )
        found.append(slug)
    return tuple(found)
