"""Run episodes again after each save: the environment's fork server stays, so a run costs little more than its cells."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterable
from pathlib import Path

from site_builder import files
from site_builder.changes.dependencies import Dependencies, dependencies_of
from site_builder.changes.states import States, states
from site_builder.errors import SiteBuilderError
from site_builder.lesson.root import WORK, find_root
from site_builder.operations.runner import Runner
from site_builder.pipeline.model import OnProgress, Options
from site_builder.pipeline.plan import PlannedLesson, episode_names, open_lesson, refuse_errors, replanned
from site_builder.pipeline.raised import raised
from site_builder.serving.watching import LONGEST, QUIET

LOOK_AGAIN = 0.05
"""Minimum seconds between two scans of the files; lessons with very many files are scanned less often."""

LOOK_AGAIN_IN_RUN = 0.25
"""The same while cells run: two saves in quick succession should not interrupt a very short run."""

SHARE = 4
"""Ratio of the pause to the scan before it, so that watching uses at most a fifth of a core."""


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
        self._runner = Runner(options, tell)
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
                seen = await self._saved(found)
        finally:
            await self._runner.close()

    async def _saved(self, found: States) -> States:
        """Return the state of the files when it stays for a moment: many editors make a file empty, or remove it, and then write it."""
        latest = time.monotonic() + LONGEST
        while time.monotonic() < latest:
            await asyncio.sleep(QUIET)
            found, before = self._look(), found
            if found == before:
                break
        return found

    async def _until_saved(self, running: asyncio.Future[None], seen: States) -> States:
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

    def _look(self) -> States:
        clock = time.perf_counter()
        found = states(self._root, self._dependencies.paths if self._dependencies else ())
        self._pause = max(LOOK_AGAIN, SHARE * (time.perf_counter() - clock))
        return found

    def _concerned(self, before: States, after: States) -> bool:
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
                good = await self._runner.run(planned, self._chosen)
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
        if not {episode.slug for episode in planned.episodes}.issuperset(self._chosen):
            return  # one is gone, or empty for the moment in which it is being saved: whatever changes next may bring it back
        found = dependencies_of(planned.lesson, planned.episodes, self._chosen)
        self._dependencies = found if self._chosen else Dependencies(("episodes", *found.paths))
