"""Run episodes again at each save, for authors: the environment's fork server stays, so a run costs little more than its cells."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.errors import SiteBuilderError
from site_builder.execute.base import JobResult
from site_builder.execute.local.pool import Pool
from site_builder.lesson.discover import discover
from site_builder.lesson.root import WORK, find_root
from site_builder.pipeline.execute import episodes_to_run, failure_problem
from site_builder.pipeline.jobs import jobs_of
from site_builder.pipeline.model import OnProgress, Options
from site_builder.pipeline.plan import PlannedLesson, episode_names, open_lesson, refuse_errors
from site_builder.pipeline.record import Recorder
from site_builder.problems import Problem

LOOK_AGAIN = 0.05
"""Seconds between two looks at the files."""

LOOK_AGAIN_IN_RUN = 0.25
"""The same while cells run: two saves in quick succession are no reason to end a run that is over at once."""

Seen = tuple[tuple[str, int, int], ...]
"""Name, time of change and size of each file that is watched; a file that is gone has 0 for both."""


def watch(path: Path, options: Options, names: Iterable[str], tell: OnProgress) -> None:
    """Run the named episodes (all that must run, when none is named) now and whenever one of their files is saved, until interrupted.

    What is wrong with the lesson or its code is told, and watching goes on.

    Raises:
        ConfigError: there is no lesson, or no such episode.
    """
    root = find_root(path)
    chosen = tuple(names)
    if chosen:
        episode_names(open_lesson(root, options), chosen)
    asyncio.run(_watch(root, options, chosen, tell))


async def _watch(root: Path, options: Options, chosen: tuple[str, ...], tell: OnProgress) -> None:
    pool = Pool(root / WORK / "work", options.workers, fork=options.fork)
    seen: Seen = ()
    try:
        while True:
            found = look(root, chosen)
            if found != seen:
                seen = found
                running = asyncio.ensure_future(_run(root, options, chosen, pool, tell))
                await _until_saved(running, root, chosen, seen, tell)
            await asyncio.sleep(LOOK_AGAIN)
    finally:
        await pool.stop()


async def _until_saved(running: asyncio.Future[None], root: Path, chosen: Iterable[str], seen: Seen, tell: OnProgress) -> None:
    """Wait for a run; end it when a file is saved meanwhile, since a cell that hangs would keep its own correction waiting."""
    try:
        while not running.done():
            await asyncio.wait({running}, timeout=LOOK_AGAIN_IN_RUN)
            if not running.done() and look(root, chosen) != seen:
                tell("saved again: stopped, to run what is there now")
                return
        await running
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def look(root: Path, chosen: Iterable[str]) -> Seen:
    """Return the state of the files that can change what the chosen episodes do: pages, settings, lock, and all below the data folders."""
    slugs = {PurePosixPath(name).stem for name in chosen}
    try:
        lesson, _ = discover(root)
    except SiteBuilderError:
        return ()
    pages = [root / source.path for source in lesson.episodes if not slugs or source.slug in slugs]
    shared = [root / name for name in (lesson.settings.path, lesson.manifest, lesson.lock) if name]
    data = [file for folder in ("data", "files") for file in files.files_below(root / "episodes" / folder)]
    return tuple(_state(path) for path in (*pages, *shared, *data))


def _state(path: Path) -> tuple[str, int, int]:
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), found.st_mtime_ns, found.st_size


async def _run(root: Path, options: Options, chosen: tuple[str, ...], pool: Pool, tell: OnProgress) -> None:
    clock = time.perf_counter()
    try:
        with files.build_lock(root / WORK / "lock"):
            planned = open_lesson(root, options)
            refuse_errors(planned.report)
            good = await _run_steps(planned, options, chosen, pool, tell)
    except SiteBuilderError as error:
        for problem in error.problems:
            tell(str(problem))
        tell(f"error: {error.message}; waiting for the next save")
    else:
        tell(f"{'up to date' if good else 'failed'} after {time.perf_counter() - clock:.2f} s; waiting for the next save")


async def _run_steps(planned: PlannedLesson, options: Options, chosen: tuple[str, ...], pool: Pool, tell: OnProgress) -> bool:
    """Run what must run and tell whether all of it came to its end."""
    episodes = episodes_to_run(planned, chosen, again=False)
    recorder = Recorder(planned)
    failures: list[Problem] = []

    def done(result: JobResult) -> None:
        recorder.save(result)
        if result.failure is None:
            tell(f"ran {result.job.path} in {result.seconds:.2f} s")
        else:
            failures.append(failure_problem(result, planned))
            tell(str(failures[-1]))

    if episodes:
        with files.temporary_folder(planned.lesson.root / WORK / "work", "left.") as left:
            await pool.run(jobs_of(planned, episodes, options, left), done, stop=False)
    for problem in recorder.leaked:
        tell(str(problem))
    return not failures and not recorder.leaked
