"""Run what a plan says must run and keep a record of each episode."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from site_builder import files
from site_builder.environments.base import Activation
from site_builder.errors import EnvironmentUnavailable, ExecutionFailed, LessonFailed
from site_builder.execute.base import Job, JobResult
from site_builder.lesson.root import WORK, find_root
from site_builder.markdown.tree import Cell, Expression
from site_builder.pipeline.model import Options, Told
from site_builder.pipeline.opening import Opened, episode_names, open_lesson, refuse_errors, replanned
from site_builder.pipeline.recording import Keeper, advice, shipped_files
from site_builder.plan.model import Action, Step
from site_builder.plan.needs import with_what_they_need
from site_builder.plan.requirements import imported_modules, preloaded
from site_builder.preparation import uses_gpu
from site_builder.problems import Location, Problem
from site_builder.records.passing import folder_of


def run(path: Path, options: Options, names: Iterable[str], tell: Told = lambda line: None) -> tuple[JobResult, ...]:
    """Execute the named episodes, or all that must run, and save their records.

    Raises:
        SiteBuilderError: as `build` does.
    """
    with files.build_lock(find_root(path) / WORK / "lock"):
        opened = open_lesson(path, options)
        refuse_errors(opened.report)
        return run_planned(opened, options, tell, names)[0]


def run_planned(opened: Opened, options: Options, tell: Told, only: Iterable[str] = ()) -> tuple[tuple[JobResult, ...], Opened]:
    """Run the steps that must run, save a record of each as it finishes, and return the results with the lesson planned anew.

    Raises:
        EnvironmentUnavailable: an environment cannot be made ready.
        ExecutionFailed: at least one episode failed; the records of the others are saved, and every failure is listed.
    """
    named = episode_names(opened, only)
    lost = [step for step in opened.plan.steps if step.wanted.slug in named and step.wanted.obstacle]
    if lost:
        problems = [Problem("LS512", step.wanted.obstacle, Location(step.wanted.path, 1), _remedy(opened, step)) for step in lost]
        raise EnvironmentUnavailable("not every episode that was named can run on this machine", problems=problems)
    steps = steps_to_run(opened, named)
    if not steps:
        if options.ahead is not None:
            options.ahead.drop()
        return (), opened
    keeper, results = Keeper(opened), list[JobResult]()

    def done(result: JobResult) -> None:
        results.append(result)
        keeper.keep(result)

    execute(opened, steps, options, tell, done)
    failed = [result for result in results if result.failure]
    if failed:
        count = f"{len(failed)} episode{'s' if len(failed) > 1 else ''}"
        problems = [failure_problem(result, opened) for result in failed]
        raise ExecutionFailed(f"the code of {count} failed", problems=[*problems, *keeper.leaked])
    if keeper.leaked:
        raise LessonFailed("outputs hold what must stay secret; their records were not kept", problems=keeper.leaked)
    return tuple(results), replanned(opened)


def _remedy(opened: Opened, step: Step) -> str:
    return opened.prepared.advice[step.wanted.slug].hint if step.wanted.slug in opened.prepared.advice else "run it where this is there"


def steps_to_run(opened: Opened, only: Iterable[str], *, again: bool = True) -> list[Step]:
    """Return the steps that run: all that must, or the chosen ones with what they need; chosen ones that need not run do so ``again``."""
    chosen = with_what_they_need(episode_names(opened, only), opened.plan, opened.kept)
    wanted = [step for step in opened.plan.steps if not step.wanted.obstacle and (not chosen or step.wanted.slug in chosen)]
    return [step for step in wanted if step.action is Action.RUN or (chosen and again)]


def execute(opened: Opened, steps: list[Step], options: Options, tell: Told, done: Callable[[JobResult], None]) -> None:
    """Run steps as a build does and hand over each result as it finishes; nothing is saved.

    Raises:
        EnvironmentUnavailable: an environment cannot be made ready; all that are not are named.
    """
    from site_builder.execute.pool import run_jobs  # nbclient takes a third of a second to import

    def finished(result: JobResult) -> None:
        done(result)
        tell(f"{result.job.path} failed" if result.failure else f"ran {result.job.path} in {result.seconds:.1f} s")

    scratch = opened.lesson.root / WORK / "work"
    with files.temporary_folder(scratch, "left.") as left:
        jobs = jobs_of(opened, steps, options, left)
        for job in jobs:
            tell(f"running {job.path} in environment {job.activation.packages.environment} ({job.activation.provider})")
        run_jobs(jobs, scratch, finished, options.workers, fork=options.fork, ahead=options.ahead)


def jobs_of(opened: Opened, steps: Iterable[Step], options: Options, left: Path) -> list[Job]:
    """Return the jobs of steps, with their environments ready; files for other episodes go through the folder ``left``.

    Raises:
        EnvironmentUnavailable: an environment cannot be made ready; all that are not are named.
    """
    return list(_jobs(opened, list(_activated(opened, steps)), options, left))


def _activated(opened: Opened, steps: Iterable[Step]) -> Iterator[tuple[Step, Activation]]:
    """Make each environment ready, collecting everything that is not, so that one message names it all."""
    problems: list[Problem] = []
    ready: list[tuple[Step, Activation]] = []
    shipped = shipped_files(opened)
    for step in steps:
        able = [cell for cell in step.wanted.cells if cell.identifier in step.wanted.runnable]
        try:
            modules = imported_modules(able, [*opened.prepared.inputs[step.wanted.slug], *shipped])
            ready.append((step, opened.provider.activate(step.wanted.environment, modules)))
        except EnvironmentUnavailable as error:
            problems.append(Problem("LS512", error.message, Location(step.wanted.path, 1), error.hint))
    if problems:
        raise EnvironmentUnavailable("not every environment can be had on this machine", problems=problems)
    return iter(ready)


def _jobs(opened: Opened, ready: list[tuple[Step, Activation]], options: Options, left: Path) -> Iterator[Job]:
    settings = opened.lesson.settings.execution
    limits = replace(
        options.limits,
        cell_seconds=settings.timeout or options.limits.cell_seconds,
        episode_seconds=settings.episode_timeout or options.limits.episode_seconds,
        processes=settings.processes or options.limits.processes,
    )
    running = {step.wanted.slug for step, _ in ready}
    preload = {**_preload(step for step, _ in ready), **settings.preload}
    for step, activation in ready:
        environment, slug = step.wanted.environment, step.wanted.slug
        yield Job(
            slug, step.wanted.path, step.wanted.cells, activation, opened.prepared.inputs[slug], opened.prepared.missing[slug], limits,
            preload[environment], uses_gpu(step.wanted, opened.lock), opened.lesson.root,
            step.wanted.needs, tuple(_received(opened, step, running, left)), _leaving(opened, step, left),
        )  # fmt: skip


def _preload(steps: Iterable[Step]) -> dict[str, tuple[str, ...]]:
    """What the cells of each environment have in common, all episodes together."""
    cells: dict[str, list[Cell | Expression]] = {}
    for step in steps:
        cells.setdefault(step.wanted.environment, []).extend(step.wanted.cells)
    return {environment: preloaded(found) for environment, found in cells.items()}


def _received(opened: Opened, step: Step, running: set[str], left: Path) -> Iterator[Path]:
    """The folders of files that an episode gets: of runs to come, and of earlier ones."""
    for other in opened.plan.steps:
        slug = other.wanted.slug
        if slug in step.wanted.needs:
            yield left / slug if slug in running else folder_of(opened.lesson.root, slug, other.wanted.parts)


def _leaving(opened: Opened, step: Step, left: Path) -> Path | None:
    """Where an episode's files go while others wait for them; none where nobody does."""
    wanted = any(step.wanted.slug in other.wanted.needs for other in opened.plan.steps)
    return left / step.wanted.slug if wanted else None


def failure_problem(result: JobResult, opened: Opened) -> Problem:
    """Return the failure of an episode as a problem of the lesson; in a notebook it names the notebook's cell too."""
    failure = result.failure
    assert failure is not None
    notebook_cell = opened.sources.documents[failure.location.path].where(failure.location.line)
    where = f"{notebook_cell}{', ' if notebook_cell else ''}cell `{failure.cell}` in environment `{failure.environment}`"
    tail = "\n".join(failure.detail.splitlines()[-6:])
    return Problem("LS511", f"{where}: {failure.message}" + (f"\n{tail}" if tail else ""), failure.location, advice(opened, result))
