"""Run what a plan says must run, and save a record of each episode."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from site_builder import files
from site_builder.environments.base import UNAVAILABLE, EnvironmentProvider
from site_builder.episode import Episode
from site_builder.errors import EnvironmentUnavailable, ExecutionFailed, LessonFailed
from site_builder.execute.base import Advanced, Event, Executor, Finished, Reason, Result, Started
from site_builder.execute.content import FolderContent
from site_builder.lesson.model import Lesson
from site_builder.lesson.root import WORK, find_root
from site_builder.pipeline.data import fetch_for
from site_builder.pipeline.lacking import hint_for
from site_builder.pipeline.leftovers import remove_leftovers
from site_builder.pipeline.model import Expected, OnProgress, Options
from site_builder.pipeline.plan import PlannedLesson, episode_names, open_lesson, refuse_errors, replanned
from site_builder.pipeline.shared_records import share_records, with_shared_records
from site_builder.plan.model import Action
from site_builder.plan.needs import with_what_they_need
from site_builder.problems import Location, Problem
from site_builder.records.model import EpisodeRecord

if TYPE_CHECKING:
    from site_builder.pipeline.record import Recorder

ENDED = "LS360"
"""The code of the problem that an episode was ended from outside."""

OnEvent = Callable[[Event], None]
"""Receives starts and ends of episodes."""


def run(path: Path, options: Options, names: Iterable[str], tell: OnProgress = lambda line: None) -> tuple[Result, ...]:
    """Execute the named episodes, or all that must run, and save their records.

    Raises:
        SiteBuilderError: as `build` does.
    """
    with files.build_lock(find_root(path) / WORK / "lock"):
        remove_leftovers(find_root(path))
        planned = open_lesson(path, options)
        refuse_errors(planned.shown(planned.report))
        named = tuple(names)  # these run again, whatever there is
        ran, planned = run_planned(planned if named else with_shared_records(planned, options, tell), options, tell, named)
        share_records(planned, options, tell)
        return ran


def run_planned(
    planned: PlannedLesson,
    options: Options,
    tell: OnProgress,
    only: Iterable[str] = (),
    watch: OnEvent = lambda event: None,
    saved: Callable[[EpisodeRecord], None] = lambda record: None,
) -> tuple[tuple[Result, ...], PlannedLesson]:
    """Run the episodes that must run, save a record of each as it finishes, and return the results and the lesson planned again.

    ``watch`` gets each start and, once its record is saved, each end; ``saved`` each new record.

    Raises:
        EnvironmentUnavailable: an environment cannot be made ready.
        ExecutionFailed: at least one episode failed; the records of the others are saved, and every failure is listed.
    """
    named = episode_names(planned, only)
    _refuse_unable(episode for episode in planned.episodes if episode.slug in named and episode.obstacle)
    episodes = episodes_to_run(planned, named)
    if not episodes:
        if options.ahead is not None:
            options.ahead.drop()
        return (), planned
    from site_builder.pipeline.record import Recorder  # what compares and searches results, which a build that runs nothing does not need

    recorder, results = Recorder(planned), dict[str, Result]()

    def hear(event: Event, content: FolderContent) -> None:
        record = _record(event, content, recorder, results)
        watch(event)
        tell(progress(event))
        if record is not None:
            saved(record)

    while episodes:
        try:
            execute(planned, episodes, options, hear, tell)
        except EnvironmentUnavailable as error:  # what else failed is told too
            failed = [item for item in results.values() if item.failure and item.failure.reason is not Reason.NOT_STARTED]
            others = [failure_problem(item, planned) for item in failed]
            raise EnvironmentUnavailable(error.message, hint=error.hint, problems=[*others, *error.problems]) from error
        if any(item.failure and item.failure.reason is Reason.ENDED for item in results.values()):
            break
        episodes, planned = episodes_again(planned, results)
        recorder.renew(planned)
        options = replace(options, ahead=None)  # its one fork server has served
        if episodes:
            tell(f"running after the episodes whose files they use: {', '.join(episode.slug for episode in episodes)}")
    order = [episode.slug for episode in planned.episodes]
    failed = [results[slug] for slug in order if slug in results and results[slug].failure]
    if failed:
        problems = [problem for result in failed for problem in failure_problems(result, planned)]
        raise ExecutionFailed(_failed(failed), problems=[*problems, *recorder.leaked])
    if recorder.leaked:
        raise LessonFailed("outputs contain secrets; their records were not saved", problems=recorder.leaked)
    return tuple(results.values()), planned


def _refuse_unable(named: Iterable[Episode]) -> None:
    """Refuse to run episodes that somebody named and that cannot run here."""
    problems = [
        Problem(
            UNAVAILABLE, episode.obstacle, Location(episode.path, 1),
            hint_for(episode.lacks) if episode.lacks else "run it on a machine that has this",
        )
        for episode in named
    ]  # fmt: skip
    if problems:
        raise EnvironmentUnavailable("not every episode named can run on this machine", problems=problems)


def _record(event: Event, content: FolderContent, recorder: Recorder, results: dict[str, Result]) -> EpisodeRecord | None:
    """Note the result of an episode that ended, and return its record, if it is a new one."""
    if not isinstance(event, Finished):
        return None
    results[event.result.job.slug] = event.result
    return recorder.save(event.result, content)


def _failed(results: Sequence[Result]) -> str:
    """Say how many episodes failed, and how many were ended from outside."""
    ended = sum(result.failure is not None and result.failure.reason is Reason.ENDED for result in results)
    failed = len(results) - ended
    parts = [f"the code of {_episodes(failed)} failed"] if failed else []
    return ", and ".join([*parts, *([f"{_episodes(ended)} ended before the last cell"] if ended else [])])


def _episodes(count: int) -> str:
    return f"{count} episode{'' if count == 1 else 's'}"


def episodes_again(planned: PlannedLesson, results: Mapping[str, Result]) -> tuple[list[Episode], PlannedLesson]:
    """Return the episodes that must run again after these results, and the lesson planned with them.

    They are those that turned out to need the files of earlier ones, and those that need such an episode. One that looked for a file in
    vain brings along the earlier ones that have never run: they may leave it.
    """
    from site_builder.pipeline.record import trace_of_result

    failed = {slug: trace_of_result(result) for slug, result in results.items() if result.failure}
    after = replanned(planned, failed)
    before = {episode.slug: episode.request.parts.code for episode in planned.episodes if episode.request}
    changed = {
        episode.slug for episode in after.episodes
        if episode.slug in results and episode.request and not episode.obstacle and episode.request.parts.code != before[episode.slug]
    }  # fmt: skip
    unknown = {slug for name, result in results.items() if trace_of_result(result).missed for slug in _never_ran(after, name, results)}
    found = with_what_they_need(changed | unknown, after.plan, after.handed_over)
    return [episode for episode in after.episodes if episode.slug in found], after


def _never_ran(planned: PlannedLesson, slug: str, results: Mapping[str, Result]) -> Iterator[str]:
    """Yield the earlier episodes in an episode's folder of which nobody knows what they leave."""
    if not planned.episode(slug).shares_files:
        return
    for episode in planned.episodes:
        if episode.slug == slug:
            return
        if episode.shares_files and episode.step and not episode.obstacle and episode.record is None and episode.slug not in results:
            yield episode.slug


def episodes_to_run(planned: PlannedLesson, only: Iterable[str], *, again: bool = True) -> list[Episode]:
    """Return the episodes that run: all that must, or the chosen ones with what they need; episodes that need not run do so ``again``."""
    chosen = with_what_they_need(episode_names(planned, only), planned.plan, planned.handed_over)
    able = [episode for episode in planned.episodes if episode.step and not episode.obstacle and (not chosen or episode.slug in chosen)]
    return [episode for episode in able if (episode.step and episode.step.action is Action.RUN) or (chosen and again)]


def execute(
    planned: PlannedLesson,
    episodes: Sequence[Episode],
    options: Options,
    hear: Callable[[Event, FolderContent], None],
    tell: OnProgress = lambda line: None,
) -> None:
    """Run episodes on this machine; ``hear`` receives the events, and where the results' files are. Nothing is saved. Failures hold no
    secrets; outputs may (`site_builder.pipeline.secrets`).

    Data from elsewhere that they find are fetched first; ``tell`` hears of that.

    Raises:
        EnvironmentUnavailable: environments cannot be made ready; all of them are named. Or data cannot be fetched.
    """
    fetch_for(planned.lesson, episodes, tell)
    import asyncio  # with the executor a tenth of a second, which a build that runs nothing does not need

    from site_builder.pipeline.jobs import jobs_of
    from site_builder.pipeline.secrets import without_secrets

    watcher, shared = options.run_watcher, options.shared
    if watcher is not None:
        watcher.begins({episode.slug: Expected(len(episode.cells), episode.seconds) for episode in episodes})

    async def run() -> None:
        with working_content(planned.lesson, options.scratch) as content:
            executor = (shared.executor if shared else executor_of)(planned.lesson, planned.provider, options)
            try:
                with _ended_by_termination(executor) if options.endable else nullcontext():
                    async with aclosing(executor.run(jobs_of(planned, episodes, options, content), content)) as events:
                        async for event in events:
                            if watcher is not None:
                                watcher.hears(event)
                            if not isinstance(event, Advanced):
                                hear(without_secrets(event), content)
            finally:
                if not shared:
                    await executor.close()

    try:
        (shared.run if shared else asyncio.run)(run())
    finally:
        if watcher is not None:
            watcher.ends()


@contextmanager
def _ended_by_termination(executor: Executor) -> Iterator[None]:
    """Have SIGTERM end the jobs of an executor in order, where the system has such a signal, and nothing else."""
    import asyncio

    before, loop = signal.getsignal(signal.SIGTERM), asyncio.get_running_loop()
    try:
        loop.add_signal_handler(signal.SIGTERM, executor.end)
    except (NotImplementedError, RuntimeError, ValueError):  # Windows; a thread
        yield
        return
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
        signal.signal(signal.SIGTERM, before)


@contextmanager
def working_content(lesson: Lesson, scratch: Path | None = None) -> Iterator[FolderContent]:
    """Yield a store for the files of one run, below the lesson's scratch folder or another one.

    Raises:
        MachineError: it cannot be made.
    """
    with files.temporary_folder(scratch or files.scratch_folder(lesson.root), "content.") as folder:
        yield FolderContent(folder)


def executor_of(lesson: Lesson, provider: EnvironmentProvider, options: Options) -> Executor:
    """Return the local executor for a lesson."""
    from site_builder.execute.local.executor import LocalExecutor

    scratch = options.scratch or files.scratch_folder(lesson.root)
    return LocalExecutor(provider, scratch, lesson=lesson.root, workers=options.workers, fork=options.fork, ahead=options.ahead)


def progress(event: Event) -> str:
    """Report an event in one line, and what knitr warned of in one each."""
    if isinstance(event, Started):
        return f"running {event.job.path} in environment {event.job.environment.name} ({event.provider})"
    if isinstance(event, Advanced):
        return f"{event.job.path}: {event.cells} of {len(event.job.cells)} cells"
    result = event.result
    ended = f"{result.job.path} failed" if result.failure else f"ran {result.job.path} in {result.seconds:.1f} s"
    return "\n".join((ended, *(f"  knitr warns: {words}" for words in (() if result.failure else result.warned))))


def failure_problems(result: Result, planned: PlannedLesson) -> tuple[Problem, ...]:
    """Return all failures of an episode as problems of the lesson, in the order of its cells."""
    return tuple(failure_problem(replace(result, failure=failure), planned) for failure in result.failures)


def failure_problem(result: Result, planned: PlannedLesson) -> Problem:
    """Return the failure of an episode as a problem of the lesson; in a notebook it names the notebook's cell too."""
    from site_builder.pipeline.record import advice

    failure = result.failure
    assert failure is not None
    notebook_cell = planned.episode(result.job.slug).document.where(failure.location.line)
    where = f"{notebook_cell}{', ' if notebook_cell else ''}cell `{failure.cell}` in environment `{failure.environment}`"
    tail = "\n".join(failure.detail.splitlines()[-6:])
    if failure.reason is Reason.ENDED:
        return Problem(ENDED, f"{where}: {failure.message}", failure.location, "give it more time, or run it again; what is done is kept")
    return Problem("LS511", f"{where}: {failure.message}" + (f"\n{tail}" if tail else ""), failure.location, advice(planned, result))
