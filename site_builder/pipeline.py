"""The stages of a build in their order; the only module that knows all of them.

source to model -> text to blocks -> plan -> environments and execute -> records -> weave -> stage -> render -> check -> publish
"""

from __future__ import annotations

import contextlib
import datetime
import os
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import site_builder
from site_builder import files, publish
from site_builder.check.links import check_links
from site_builder.check.source import check_sources, without_repeats
from site_builder.environments import choose, machine
from site_builder.environments.base import Activation, EnvironmentProvider
from site_builder.environments.lock import LockedWorkspace
from site_builder.errors import ConfigError, EnvironmentUnavailable, ExecutionFailed, LessonFailed
from site_builder.execute.base import Failure, Job, JobResult, Limits
from site_builder.execute.requirements import imported_modules
from site_builder.lesson import history
from site_builder.lesson.discover import SUFFIXES, discover, find_root
from site_builder.lesson.model import Lesson
from site_builder.plan.model import Action, Plan, Step
from site_builder.plan.planner import plan
from site_builder.preparation import Prepared, prepare
from site_builder.problems import Location, Problem, Report, did_you_mean
from site_builder.read import Sources, read_sources
from site_builder.records.model import EpisodeRecord, KeyParts, Provenance
from site_builder.records.store import RecordStore, StoredRecord
from site_builder.render.base import Renderer
from site_builder.weave.model import WovenSite
from site_builder.weave.outputs import WovenDocument, weave_outputs
from site_builder.weave.site import weave
from site_builder.weave.stage import StagedSite, stage

WORK = PurePosixPath(".lesson")
"""Caches, local records and unfinished work of a lesson; never committed."""

Told = Callable[[str], None]
"""Receives one line of progress."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a command asks for: where environments come from, whether warnings fail, how many episodes run at once, bounds of execution."""

    environments: str = "auto"
    strict: bool = False
    workers: int | None = None
    force: bool = False
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class Opened:
    """A lesson that was read and planned: everything a command looks at before anything runs."""

    lesson: Lesson
    sources: Sources
    provider: EnvironmentProvider
    lock: LockedWorkspace
    prepared: Prepared
    plan: Plan
    report: Report


@dataclass(frozen=True, slots=True)
class Built:
    """A build's outcome: where the site is, whether it changed, how many pages it has, and the warnings to show."""

    site: Path
    changed: bool
    pages: int
    ran: int
    report: Report


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
    records, damaged = RecordStore(root).find(item.slug for item in prepared.wanted)
    made = plan(prepared.wanted, [stored.record for stored in records])
    report = found + read_report + Report((*prepared.problems, *damaged))
    return Opened(lesson, sources, provider, lock, prepared, made, report)


def refuse_errors(report: Report, *, strict: bool = False) -> None:
    """Stop where problems stop a build.

    Raises:
        LessonFailed: there are errors, or under ``strict`` any problem at all.
    """
    if report.failed(strict=strict):
        count = len(report.problems if strict else report.errors)
        raise LessonFailed(f"the lesson has {count} problem{'s' if count > 1 else ''}", problems=report.problems)


def build(path: Path, output: Path | None, options: Options, tell: Told = lambda line: None) -> Built:
    """Build a lesson's site: read, plan, run what must run, weave, render, check, publish.

    The site that is there stays untouched until the new one is whole.

    Raises:
        SiteBuilderError: each with its exit code; see `site_builder.errors`.
    """
    from site_builder.render.mkdocs import MkDocsRenderer

    root = find_root(path)
    with files.build_lock(root / WORK / "lock"), MkDocsRenderer() as renderer:
        opened = open_lesson(path, options)
        refuse_errors(opened.report)
        ran, opened = run_planned(opened, options, tell)
        if options.strict:
            refuse_errors(Report(tuple(_unproven(opened.plan))))
        woven = _weave_outputs(opened)
        site, report = _weave(opened, woven)
        assets = _assets(opened.lesson, woven)
        report = opened.report + Report(tuple(p for item in woven.values() for p in item.problems)) + report + check_links(site, assets)
        refuse_errors(report, strict=options.strict)
        done = Built((output or root / "site").resolve(), True, len(site.pages), len(ran), report)
        return _publish(opened.lesson, site, assets, done, renderer, options, tell)


def run_planned(opened: Opened, options: Options, tell: Told, only: Iterable[str] = ()) -> tuple[tuple[JobResult, ...], Opened]:
    """Run the steps that must run, save a record of each as it finishes, and return the results with the lesson planned anew.

    Raises:
        EnvironmentUnavailable: an environment cannot be made ready.
        ExecutionFailed: at least one episode failed; the records of the others are saved, and every failure is listed.
    """
    chosen = set(only)
    steps = [step for step in opened.plan.steps if (step.wanted.slug in chosen if chosen else step.action is Action.RUN)]
    steps = [step for step in steps if not step.wanted.obstacle]
    if not steps:
        return (), opened
    results = _execute(opened, steps, options, tell)
    failures = [result.failure for result in results if result.failure]
    if failures:
        count = f"{len(failures)} episode{'s' if len(failures) > 1 else ''}"
        raise ExecutionFailed(f"the code of {count} failed", problems=[_failure_problem(failure) for failure in failures])
    return results, open_lesson(opened.lesson.root, options)


def _execute(opened: Opened, steps: list[Step], options: Options, tell: Told) -> tuple[JobResult, ...]:
    from site_builder.execute.pool import run_jobs  # nbclient takes a third of a second to import

    jobs = [_job(opened, step, activation, options.limits) for step, activation in _activated(opened, steps)]
    parts = {step.wanted.slug: step.wanted.parts for step in steps}
    store, results = RecordStore(opened.lesson.root), list[JobResult]()
    commit = history.commit(opened.lesson.root)

    def done(result: JobResult) -> None:
        results.append(result)
        if result.failure is None:
            store.save(_record(opened, result, parts[result.job.slug], commit))
            tell(f"ran {result.job.path} in {result.seconds:.1f} s")
        else:
            tell(f"{result.job.path} failed")

    for job in jobs:
        tell(f"running {job.path} in environment {job.activation.packages.environment} ({job.activation.provider})")
    run_jobs(jobs, opened.lesson.root / WORK / "work", done, options.workers)
    return tuple(results)


def _activated(opened: Opened, steps: list[Step]) -> Iterator[tuple[Step, Activation]]:
    """Make each environment ready, collecting everything that is not, so that one message names it all."""
    problems: list[Problem] = []
    ready: list[tuple[Step, Activation]] = []
    for step in steps:
        able = [cell for cell in step.wanted.cells if cell.identifier in step.wanted.runnable]
        try:
            ready.append((step, opened.provider.activate(step.wanted.environment, imported_modules(able))))
        except EnvironmentUnavailable as error:
            problems.append(Problem("LS512", error.message, Location(step.wanted.path, 1), error.hint))
    if problems:
        raise EnvironmentUnavailable("not every environment can be had on this machine", problems=problems)
    return iter(ready)


def _job(opened: Opened, step: Step, activation: Activation, limits: Limits) -> Job:
    slug = step.wanted.slug
    inputs, missing = opened.prepared.inputs[slug], opened.prepared.missing[slug]
    return Job(slug, step.wanted.path, step.wanted.cells, activation, inputs, missing, limits)


def _record(opened: Opened, result: JobResult, parts: KeyParts, commit: str) -> EpisodeRecord:
    activation = result.job.activation
    locked = opened.lock.find(activation.packages.environment, machine.subdir())
    provenance = Provenance(
        tool=f"lesson {site_builder.__version__}",
        provider=activation.provider,
        packages=activation.packages,
        locked=activation.locked,
        lock=locked.digest if locked else "",
        machine=machine.description(),
        python=_python_version(activation),
        started=result.started,
        seconds=result.seconds,
        gpu=machine.gpu(),
        commit=commit,
    )
    return EpisodeRecord(result.job.slug, parts, result.cells, provenance)


def _python_version(activation: Activation) -> str:
    found = next((package.version for package in activation.packages.packages if package.name == "python"), "")
    return found or platform.python_version()


def _failure_problem(failure: Failure) -> Problem:
    where = f"cell `{failure.cell}` in environment `{failure.environment}`"
    tail = "\n".join(failure.detail.splitlines()[-6:])
    return Problem("LS511", f"{where}: {failure.message}" + (f"\n{tail}" if tail else ""), failure.location)


def _unproven(plan_: Plan) -> Iterator[Problem]:
    """Under ``--strict`` a page may not show code without results: Skip is an error there."""
    for step in plan_.of(Action.SKIP):
        place = Location(step.wanted.path, 1)
        yield Problem("LS513", f"no record, and it cannot run here: {step.reason}", place, "make the record on a machine that can")


def _weave_outputs(opened: Opened) -> Mapping[PurePosixPath, WovenDocument]:
    steps = {step.wanted.path: step for step in opened.plan.steps}
    return {
        path: weave_outputs(document, steps[path].record if path in steps else None, steps[path].wanted.obstacle if path in steps else "")
        for path, document in opened.sources.documents.items()
    }


def _weave(opened: Opened, woven: Mapping[PurePosixPath, WovenDocument]) -> tuple[WovenSite, Report]:
    dates = history.dates(opened.lesson.root)
    documents = {path: item.document for path, item in woven.items()}
    return weave(
        opened.lesson, documents, dates=dates, citation=opened.sources.citation, build_date=_build_date(dates.values()),
        links=opened.sources.links, glossary=opened.sources.glossary,
    )  # fmt: skip


def _build_date(dates: Iterable[str]) -> str:
    """The day of ``SOURCE_DATE_EPOCH``, else of the newest source, so that building twice gives equal bytes; else today."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdigit():
        return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date().isoformat()
    return max(dates, default=datetime.date.today().isoformat())


def _assets(lesson: Lesson, woven: Mapping[PurePosixPath, WovenDocument]) -> dict[PurePosixPath, Path | bytes]:
    assets: dict[PurePosixPath, Path | bytes] = {asset.target: lesson.root / asset.source for asset in lesson.assets}
    for item in woven.values():
        assets |= {figure.target: figure.data for figure in item.figures}
    return assets


def _publish(
    lesson: Lesson, site: WovenSite, assets: Mapping[PurePosixPath, Path | bytes], wanted: Built, renderer: Renderer, options: Options,
    tell: Told,
) -> Built:  # fmt: skip
    from site_builder.render.configuration import configurations

    with files.temporary_folder(lesson.root / WORK, "stage.") as folder:
        staged = stage(site, assets, configurations(lesson), folder)
        if not options.force and publish.is_current(wanted.site, staged.digest):
            return replace(wanted, changed=False)
        tell(f"rendering {wanted.pages} pages")
        engine = _render(staged, wanted.site, renderer, options)
    return replace(wanted, report=wanted.report + engine)


def _render(staged: StagedSite, output: Path, renderer: Renderer, options: Options) -> Report:
    with files.temporary_folder(output.parent, f".{output.name}.") as beside:
        rendered = files.make_folder(beside / "site")
        report = renderer.render(staged, rendered)
        refuse_errors(report, strict=options.strict)
        readme = output / "README.md"
        if readme.is_file():  # the Workbench's repositories commit site/README.md
            with contextlib.suppress(FileNotFoundError):
                files.place_copy(readme, rendered / "README.md")
        publish.write_manifest(rendered, staged.digest)
        publish.publish(rendered, output)
    return report


def run(path: Path, options: Options, names: Iterable[str], tell: Told = lambda line: None) -> tuple[JobResult, ...]:
    """Execute the named episodes, or all that must run, and save their records.

    Raises:
        SiteBuilderError: as `build` does.
    """
    with files.build_lock(find_root(path) / WORK / "lock"):
        opened = open_lesson(path, options)
        refuse_errors(opened.report)
        return run_planned(opened, options, tell, episode_names(opened, names))[0]


def check(path: Path, options: Options) -> Report:
    """Return everything that is wrong with a lesson's sources and links; nothing runs, so outputs are not looked at.

    Raises:
        ConfigError: there is no lesson, or its settings cannot be read.
    """
    opened = open_lesson(path, options)
    woven = _weave_outputs(opened)
    site, report = _weave(opened, woven)
    figures = Report(tuple(problem for item in woven.values() for problem in item.problems))
    links = check_links(site, _assets(opened.lesson, woven))
    return opened.report + without_repeats(_check_sources(opened), links) + figures + report


def _is_there(root: Path, path: PurePosixPath) -> bool:
    place = files.safe_join(root, path)
    return place is not None and (files.is_file(place) or files.is_folder(place))


def _check_sources(opened: Opened) -> Report:
    root = opened.lesson.root
    written = [source.path for source in opened.lesson.sources if source.path.suffix in SUFFIXES]
    paths = [path for path in (*written, PurePosixPath(".gitignore")) if files.is_file(root / path)]
    texts = {path: files.read_text(root / path)[0] for path in paths}
    return check_sources(opened.lesson, opened.sources.documents, lambda path: _is_there(root, path), texts)


def records(path: Path) -> tuple[tuple[StoredRecord, ...], tuple[Problem, ...]]:
    """Return all verified records of a lesson's episodes, and a warning for each damaged one.

    Raises:
        ConfigError: there is no lesson, or its settings cannot be read.
    """
    root = find_root(path)
    lesson, _ = discover(root)
    return RecordStore(root).find(source.slug for source in lesson.episodes)


def save_records(path: Path) -> tuple[PurePosixPath, ...]:
    """Copy the records that a lesson's pages show to ``records/`` and return the files that changed.

    Raises:
        SiteBuilderError: the lesson cannot be read, or the folder not written.
    """
    opened = open_lesson(path, Options())
    shown = [step.record for step in opened.plan.steps if step.record]
    return RecordStore(opened.lesson.root).commit(shown)


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
