"""Run episodes again after each save: the environment's fork server stays, so a run costs little more than its cells."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterable, Mapping
from contextlib import aclosing
from pathlib import Path

from site_builder import files
from site_builder.changes.dependencies import Dependencies, dependencies_of
from site_builder.changes.tree import existing, lesson_files
from site_builder.errors import SiteBuilderError
from site_builder.execute.base import Content, Executor, Finished, Result
from site_builder.lesson.root import WORK, find_root
from site_builder.pipeline.execute import episodes_again, episodes_to_run, executor_of, failure_problems, working_content
from site_builder.pipeline.jobs import jobs_of
from site_builder.pipeline.model import OnProgress, Options
from site_builder.pipeline.plan import PlannedLesson, episode_names, open_lesson, refuse_errors, replanned
from site_builder.pipeline.raised import raised
from site_builder.pipeline.record import Recorder

LOOK_AGAIN = 0.05
"""Minimum seconds between two scans of the files; lessons with very many files are scanned less often."""

LOOK_AGAIN_IN_RUN = 0.25
"""The same while cells run: two saves in quick succession should not interrupt a very short run."""

SHARE = 4
"""Ratio of the pause to the scan before it, so that watching uses at most a fifth of a core."""

Seen = Mapping[str, tuple[int, int]]
"""Time of change in nanoseconds and size in bytes of each file, by its path."""


def watch(path: Path, options: Options, names: Iterable[str], tell: OnProgress) -> None:
    """Run the named episodes (default: all that must run) now and whenever something they depend on is saved.

    Runs until interrupted; faults of the lesson or its code are reported, and watching continues.

    Raises:
        ConfigError: there is no lesson, or no such episode.
    """
    root = find_root(path)
    chosen = tuple(names)
    if chosen:
        chosen = episode_names(open_lesson(root, options), chosen)
    asyncio.run(_Watch(root, options, chosen, tell).run())


class _Watch:
    """Watches one lesson; the dependencies of the chosen episodes are updated after each reading, None while it cannot be read."""

    def __init__(self, root: Path, options: Options, chosen: tuple[str, ...], tell: OnProgress) -> None:
        self._root, self._options, self._chosen, self._tell = root, options, chosen, tell
        self._executor: Executor | None = None
        self._dependencies: Dependencies | None = None
        self._pause = LOOK_AGAIN

    async def run(self) -> None:
        seen = self._look()
        try:
            while True:
                running = asyncio.ensure_future(self._run())
                seen = await self._until_saved(running, seen)
                while not self._concerned(seen, found := self._look()):
                    await asyncio.sleep(self._pause)
                seen = found
        finally:
            if self._executor is not None:
                await self._executor.close()

    async def _until_saved(self, running: asyncio.Future[None], seen: Seen) -> Seen:
        """Wait for a run; end it if a file is saved meanwhile, since a hanging cell would otherwise block its own correction."""
        try:
            while not running.done():
                await asyncio.wait({running}, timeout=max(LOOK_AGAIN_IN_RUN, self._pause))
                if not running.done() and self._concerned(seen, self._look()):
                    self._tell("saved again: stopped to run the new version")
                    return seen
            await running
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        return seen

    def _look(self) -> Seen:
        clock = time.perf_counter()
        further = self._dependencies.paths if self._dependencies else ()
        found: dict[str, tuple[int, int]] = {}
        for file in (*lesson_files(self._root), *existing(self._root, further)):
            try:
                state = file.stat()
            except OSError:
                continue
            found[str(file)] = (state.st_mtime_ns, state.st_size)
        self._pause = max(LOOK_AGAIN, SHARE * (time.perf_counter() - clock))
        return found

    def _concerned(self, before: Seen, after: Seen) -> bool:
        """Tell whether a file on which the chosen episodes depend was changed, added or removed."""
        changed = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
        if not changed or self._dependencies is None:
            return bool(changed)
        places = [os.path.normpath(self._root / path) for path in self._dependencies.paths]
        return any(name == place or name.startswith(place + os.sep) for name in changed for place in places)

    async def _run(self) -> None:
        clock = time.perf_counter()
        try:
            with files.build_lock(self._root / WORK / "lock"):
                self._dependencies = None
                planned = open_lesson(self._root, self._options)
                self._learn(planned)
                refuse_errors(planned.shown(planned.report))
                good = await self._run_episodes(planned)
                self._learned(planned)
        except SiteBuilderError as error:
            for problem in error.problems:
                self._tell(str(problem))
            self._tell(f"error: {error.message}; waiting for the next save")
        else:
            state = "up to date" if good else "failed"
            self._tell(f"{state} after {time.perf_counter() - clock:.2f} s; waiting for the next save")

    def _learned(self, planned: PlannedLesson) -> None:
        """Take in what the records now say: what was read, and which errors pages will show."""
        after = replanned(planned)
        self._learn(after)
        before = {episode.slug: episode.record for episode in planned.episodes}
        for episode in after.episodes:
            if episode.record is not None and episode.record is not before[episode.slug] and episode.record != before[episode.slug]:
                for problem in raised(episode, episode.record):
                    self._tell(str(problem))

    def _learn(self, planned: PlannedLesson) -> None:
        found = dependencies_of(planned.lesson, planned.episodes, self._chosen)
        self._dependencies = found if self._chosen else Dependencies(("episodes", *found.paths))

    async def _run_episodes(self, planned: PlannedLesson) -> bool:
        """Run what must run and tell whether everything completed."""
        episodes = episodes_to_run(planned, self._chosen, again=False)
        recorder = Recorder(planned)
        results: dict[str, Result] = {}
        while episodes:
            if self._executor is None:
                self._executor = executor_of(planned.lesson, planned.provider, self._options)
            self._executor.serve(planned.provider)
            with working_content(planned.lesson) as content:
                async with aclosing(self._executor.run(jobs_of(planned, episodes, self._options, content), content)) as events:
                    async for event in events:
                        if isinstance(event, Finished):
                            self._finished(event.result, planned, recorder, content)
                            results[event.result.job.slug] = event.result
            episodes, planned = episodes_again(planned, results)
            recorder.renew(planned)
        for problem in recorder.leaked:
            self._tell(str(problem))
        return not any(result.failure for result in results.values()) and not recorder.leaked

    def _finished(self, result: Result, planned: PlannedLesson, recorder: Recorder, content: Content) -> None:
        recorder.save(result, content)
        for problem in failure_problems(result, planned):
            self._tell(str(problem))
        if result.failure is None:
            self._tell(f"ran {result.job.path} in {result.seconds:.2f} s")
