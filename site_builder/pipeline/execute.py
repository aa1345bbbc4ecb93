"""Run what a plan says must run and keep a record of each episode."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from site_builder import files
from site_builder.episode import Episode
from site_builder.errors import EnvironmentUnavailable, ExecutionFailed, LessonFailed
from site_builder.execute.base import JobResult
from site_builder.lesson.root import WORK, find_root
from site_builder.pipeline.jobs import jobs_of
from site_builder.pipeline.model import OnProgress, Options
from site_builder.pipeline.plan import PlannedLesson, episode_names, open_lesson, refuse_errors, replanned
from site_builder.pipeline.record import Recorder, advice
from site_builder.plan.model import Action
from site_builder.plan.needs import with_what_they_need
from site_builder.problems import Location, Problem


def run(path: Path, options: Options, names: Iterable[str], tell: OnProgress = lambda line: None) -> tuple[JobResult, ...]:
    """Execute the named episodes, or all that must run, and save their records.

    Raises:
        SiteBuilderError: as `build` does.
    """
    with files.build_lock(find_root(path) / WORK / "lock"):
        planned = open_lesson(path, options)
        refuse_errors(planned.report)
        return run_planned(planned, options, tell, names)[0]


def run_planned(
    planned: PlannedLesson, options: Options, tell: OnProgress, only: Iterable[str] = ()
) -> tuple[tuple[JobResult, ...], PlannedLesson]:
    """Run the episodes that must run, save a record of each as it finishes, and return the results with the lesson planned anew.

    Raises:
        EnvironmentUnavailable: an environment cannot be made ready.
        ExecutionFailed: at least one episode failed; the records of the others are saved, and every failure is listed.
    """
    named = episode_names(planned, only)
    lost = [episode for episode in planned.episodes if episode.slug in named and episode.obstacle]
    if lost:
        hints = [episode.advice.hint if episode.advice else "run it where this is there" for episode in lost]
        problems = [Problem("LS512", episode.obstacle, Location(episode.path, 1), hint) for episode, hint in zip(lost, hints, strict=True)]
        raise EnvironmentUnavailable("not every episode that was named can run on this machine", problems=problems)
    episodes = episodes_to_run(planned, named)
    if not episodes:
        if options.ahead is not None:
            options.ahead.drop()
        return (), planned
    recorder, results = Recorder(planned), list[JobResult]()

    def done(result: JobResult) -> None:
        results.append(result)
        recorder.save(result)

    execute(planned, episodes, options, tell, done)
    failed = [result for result in results if result.failure]
    if failed:
        count = f"{len(failed)} episode{'s' if len(failed) > 1 else ''}"
        problems = [failure_problem(result, planned) for result in failed]
        raise ExecutionFailed(f"the code of {count} failed", problems=[*problems, *recorder.leaked])
    if recorder.leaked:
        raise LessonFailed("outputs hold what must stay secret; their records were not kept", problems=recorder.leaked)
    return tuple(results), replanned(planned)


def episodes_to_run(planned: PlannedLesson, only: Iterable[str], *, again: bool = True) -> list[Episode]:
    """Return the episodes that run: all that must, or the chosen ones with what they need; those that need not run do so ``again``."""
    chosen = with_what_they_need(episode_names(planned, only), planned.plan, planned.handed_over)
    able = [episode for episode in planned.episodes if episode.step and not episode.obstacle and (not chosen or episode.slug in chosen)]
    return [episode for episode in able if (episode.step and episode.step.action is Action.RUN) or (chosen and again)]


def execute(
    planned: PlannedLesson, episodes: Sequence[Episode], options: Options, tell: OnProgress, done: Callable[[JobResult], None]
) -> None:
    """Run episodes as a build does and hand over each result as it finishes; nothing is saved.

    Raises:
        EnvironmentUnavailable: an environment cannot be made ready; all that are not are named.
    """
    from site_builder.execute.local.pool import run_jobs  # nbclient takes a third of a second to import

    def finished(result: JobResult) -> None:
        done(result)
        tell(f"{result.job.path} failed" if result.failure else f"ran {result.job.path} in {result.seconds:.1f} s")

    scratch = planned.lesson.root / WORK / "work"
    with files.temporary_folder(scratch, "left.") as left:
        jobs = jobs_of(planned, episodes, options, left)
        for job in jobs:
            tell(f"running {job.path} in environment {job.activation.packages.environment} ({job.activation.provider})")
        run_jobs(jobs, scratch, finished, options.workers, fork=options.fork, ahead=options.ahead)


def failure_problem(result: JobResult, planned: PlannedLesson) -> Problem:
    """Return the failure of an episode as a problem of the lesson; in a notebook it names the notebook's cell too."""
    failure = result.failure
    assert failure is not None
    notebook_cell = planned.episode(result.job.slug).document.where(failure.location.line)
    where = f"{notebook_cell}{', ' if notebook_cell else ''}cell `{failure.cell}` in environment `{failure.environment}`"
    tail = "\n".join(failure.detail.splitlines()[-6:])
    return Problem("LS511", f"{where}: {failure.message}" + (f"\n{tail}" if tail else ""), failure.location, advice(planned, result))
