"""Read a lesson and plan it: what every command looks at before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from site_builder.environments import choose
from site_builder.environments.base import EnvironmentProvider
from site_builder.environments.lock import LockedWorkspace
from site_builder.errors import ConfigError, LessonFailed
from site_builder.lesson.discover import discover
from site_builder.lesson.model import Lesson
from site_builder.lesson.root import find_root
from site_builder.markdown.tree import Cell
from site_builder.pipeline.model import Options
from site_builder.plan.model import Action, Plan
from site_builder.plan.planner import plan
from site_builder.preparation import Prepared, prepare
from site_builder.problems import Location, Problem, Report, Severity, did_you_mean
from site_builder.read import Sources, read_sources
from site_builder.records.model import Raised
from site_builder.records.passing import is_kept
from site_builder.records.store import RecordStore
from site_builder.verification.normalisers import wrong_names


@dataclass(frozen=True, slots=True)
class Opened:
    """A lesson that was read and planned: everything a command looks at before anything runs.

    ``report`` is all that is wrong, ``found`` the part of it that does not depend on records, which ``store`` keeps. ``kept`` names the
    episodes whose files for others are there from an earlier run with their present key.
    """

    lesson: Lesson
    sources: Sources
    provider: EnvironmentProvider
    lock: LockedWorkspace
    prepared: Prepared
    plan: Plan
    report: Report
    found: Report
    store: RecordStore
    kept: frozenset[str] = frozenset()


def open_lesson(path: Path, options: Options) -> Opened:
    """Read a lesson and plan it; nothing is executed and nothing written.

    Raises:
        ConfigError: there is no lesson, or its settings cannot be read.
        LessonFailed: the lesson has errors; all of them are in it.
    """
    root = find_root(path)
    lesson, found = discover(root)
    sources, read_report = read_sources(lesson)
    executable = any(sources.documents[source.path].cells for source in lesson.episodes)
    lock = choose.locked_workspace(lesson) if executable else LockedWorkspace(())
    provider = choose.provider(lesson, lock, options.environments)
    prepared = prepare(lesson, sources.documents, provider, lock, choose.known_environments(lesson, lock))
    report = found + read_report + Report((*prepared.problems, *_unknown_normalisers(prepared)))
    return _planned(lesson, sources, provider, lock, prepared, report, RecordStore(root))


def replanned(opened: Opened) -> Opened:
    """Return a lesson planned anew with the records that are there now; its sources are not read again."""
    return _planned(opened.lesson, opened.sources, opened.provider, opened.lock, opened.prepared, opened.found, opened.store)


def _planned(
    lesson: Lesson, sources: Sources, provider: EnvironmentProvider, lock: LockedWorkspace, prepared: Prepared, found: Report,
    store: RecordStore,
) -> Opened:  # fmt: skip
    records, damaged = store.find(item.slug for item in prepared.wanted)
    kept = frozenset(item.slug for item in prepared.wanted if is_kept(lesson.root, item.slug, item.parts))
    made = plan(prepared.wanted, [stored.record for stored in records], kept)
    advice = [prepared.advice[step.wanted.slug] for step in made.of(Action.SKIP) if step.wanted.slug in prepared.advice]
    report = found + Report((*damaged, *advice, *_undeclared(made, sources), *_raised(made)))
    return Opened(lesson, sources, provider, lock, prepared, made, report, found, store, kept)


def _unknown_normalisers(prepared: Prepared) -> Iterator[Problem]:
    for item in prepared.wanted:
        for cell in item.cells:
            for word, hint in wrong_names(cell.options.normalise) if isinstance(cell, Cell) else ():
                yield Problem("LS503", f"unknown normaliser '{word}'", Location(item.path, cell.line), hint)


def _undeclared(plan_: Plan, sources: Sources) -> Iterator[Problem]:
    """Warn where a page shows results that depend on files which are not declared: a change of them would go unnoticed."""
    for step in plan_.steps:
        if step.record is not None and step.record.provenance.undeclared:
            names = ", ".join(step.record.provenance.undeclared)
            place = Location(step.wanted.path, sources.documents[step.wanted.path].front_matter.lines.get("inputs", 1))
            message = f"cells read files that are not declared as inputs: {names}"
            yield Problem("LS514", message, place, f"add them: `inputs: [{names}]`", Severity.WARNING)


def _raised(plan_: Plan) -> Iterator[Problem]:
    """Warn of errors that a page shows although nobody said that they belong there."""
    for step in plan_.steps:
        for cell in step.wanted.cells:
            result = step.record.by_identifier.get(cell.identifier) if step.record else None
            error = next((output for output in result.outputs if isinstance(output, Raised)), None) if result else None
            if error and isinstance(cell, Cell) and cell.options.may_raise:
                message = f"cell `{cell.identifier}` raises, and the page shows it: {f'{error.name}: {error.value}'.strip(': ')}"
                hint = "say `error=TRUE` where it belongs there; with `fail_on_error: true` in config.yaml others stop the build"
                yield Problem("LS515", message, Location(step.wanted.path, cell.line), hint, Severity.WARNING)


def refuse_errors(report: Report, *, strict: bool = False) -> None:
    """Stop where problems stop a build.

    Raises:
        LessonFailed: there are errors, or under ``strict`` any problem at all.
    """
    if report.failed(strict=strict):
        count = len(report.problems if strict else report.errors)
        raise LessonFailed(f"the lesson has {count} problem{'s' if count > 1 else ''}", problems=report.problems)


def episode_names(opened: Opened, names: Iterable[str]) -> tuple[str, ...]:
    """Return the slugs of episodes named on a command line, by slug or path.

    Raises:
        ConfigError: there is no such episode, or it has no cells.
    """
    known = {step.wanted.slug for step in opened.plan.steps}
    found = []
    for name in names:
        slug = PurePosixPath(name).stem
        if slug not in known:
            raise ConfigError(
                f"no episode with cells is called `{name}`", hint=did_you_mean(slug, known) or f"known: {', '.join(sorted(known))}"
            )
        found.append(slug)
    return tuple(found)
