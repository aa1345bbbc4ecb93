"""Show a lesson in a browser that follows its files: each save brings the preview up to date, and cells run again when asked to."""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from site_builder import files
from site_builder.changes.snapshot import builder_digest
from site_builder.changes.states import States, preview_states
from site_builder.changes.tree import entries
from site_builder.errors import Busy, LessonFailed, MachineError, SiteBuilderError
from site_builder.kept_results import KeptResults
from site_builder.lesson.root import WORK, find_root
from site_builder.operations.check import check
from site_builder.operations.runner import Runner
from site_builder.pipeline.engine import EngineFor, engine_ahead
from site_builder.pipeline.leftovers import remove_leftovers
from site_builder.pipeline.model import OnProgress, Options
from site_builder.pipeline.plan import PlannedLesson, open_lesson
from site_builder.pipeline.preview import Preview, preview
from site_builder.pipeline.shared_records import with_shared_records
from site_builder.pipeline.watched import Watched
from site_builder.problems import Problem, sorted_problems
from site_builder.publish.exchange import recover
from site_builder.publish.targets import PREVIEW
from site_builder.records.model import KeyParts
from site_builder.records.store import LOCAL
from site_builder.serving.bulletin import PreviewStatus
from site_builder.serving.editors import editor_of
from site_builder.serving.server import Binding, PreviewServer
from site_builder.serving.watching import FileWatcher

AGAIN = 0.5
"""Seconds until a lesson that another command is building is looked at again."""

CALM = 0.5
"""Seconds without a save after which everything is checked that `lesson check` looks at."""

OnProblems = Callable[[Iterable[Problem]], None]


@dataclass(frozen=True, slots=True)
class Serving:
    """What a preview is asked to do: where it listens, and whether cells that changed run at once."""

    binding: Binding = Binding()
    run: bool = False


def serve(
    path: Path, options: Options, wanted: Serving, tell: OnProgress, tell_problems: OnProblems, opened: Callable[[Binding], None]
) -> None:
    """Serve the preview of a lesson until interrupted; ``opened`` is called once, when it can be looked at.

    Faults of the lesson or its code are shown in the page and told, and the preview goes on.

    Raises:
        ConfigError: there is no lesson, or the address is none of this machine.
        MachineError: no port is free.
    """
    root = find_root(path)
    with files.build_lock(root / WORK / "lock"):
        recover(root / PREVIEW)
        remove_leftovers(root)
    kept = KeptResults(files.scratch_folder(root), builder_digest())
    chosen = replace(options, kept=kept, strict=False, force=False)
    with engine_ahead(root, chosen) as engine_for, asyncio.Runner() as loop:
        loop.run(_Serving(root, chosen, wanted, engine_for, tell, tell_problems).until_interrupted(opened))


class _Serving:
    """One lesson that is served. Everything but the server and the notifications of the system happens in one thread."""

    def __init__(
        self, root: Path, options: Options, wanted: Serving, engine_for: EngineFor, tell: OnProgress, tell_problems: OnProblems
    ) -> None:
        self._root, self._options, self._wanted, self._engine_for = root, options, wanted, engine_for
        self._tell, self._tell_problems = tell, tell_problems
        self._runner = Runner(options, tell, self._run_failed)
        self._watcher = FileWatcher(self._concerns)
        self._server = PreviewServer(root / PREVIEW, wanted.binding, editor_of(root, os.environ), self._ask)
        self._asked: deque[str] = deque()
        self._made: Preview | None = None
        self._failure = ""
        self._problems: tuple[Problem, ...] = ()
        self._checked: tuple[Problem, ...] = ()
        self._found: frozenset[Problem] = frozenset()
        self._told: frozenset[Problem] = frozenset()
        self._failed: dict[str, tuple[KeyParts, list[Problem]]] = {}
        self._run: asyncio.Task[None] | None = None
        self._running: Mapping[str, KeyParts] = {}
        self._seen: States = {}
        self._ahead: dict[str, str] = {}

    async def until_interrupted(self, opened: Callable[[Binding], None]) -> None:
        """Build, serve, and build again after each save."""
        try:
            self._take_shared_records()
            self._seen = self._look()
            self._build()
            opened(self._server.start())
            self._post()
            unchecked = True
            while True:
                self._watch()
                self._begin_run()
                woken = await self._wait(CALM if unchecked else None)
                changed = self._seen != (found := self._look())
                self._seen = found
                if changed:
                    self._build()
                    unchecked = True
                elif unchecked and not woken:
                    self._check()
                    unchecked = False
        finally:
            self._watcher.wake()
            await self._end_run()
            await self._runner.close()
            self._server.close()
            self._watcher.close()

    def _take_shared_records(self) -> None:
        """Read what machines share, once: to ask a store takes longer than to show a saved page."""
        if self._options.shared_records is None:
            return
        with suppress(LessonFailed), files.build_lock(self._root / WORK / "lock"):  # the first build says what is wrong with the lesson
            with_shared_records(open_lesson(self._root, self._options), self._options, self._tell)
            self._options.kept.settle()

    async def _wait(self, seconds: float | None) -> bool:
        """Wait for a save, for a run that was asked for, or for the end of one."""
        wait = self._watcher.wait if seconds is None else lambda: self._watcher.wait(seconds)
        return await asyncio.to_thread(wait)

    def _look(self) -> States:
        return preview_states(self._root, self._made.further if self._made else ())

    def _watch(self) -> None:
        root = self._root
        outside = {Path(os.path.normpath(root / name)).parent for name in (self._made.further if self._made else ())}
        whole = [*entries(root), root / LOCAL]
        self._watcher.watch(whole, [root, *(place for place in outside if not place.is_relative_to(root))])

    def _concerns(self, path: Path) -> bool:
        """Tell whether a notification can be about the lesson: builds write beside it and into its hidden folder."""
        if not path.is_relative_to(self._root):
            return True
        parts = path.relative_to(self._root).parts
        return bool(parts) and (not parts[0].startswith(".") or path.is_relative_to(self._root / LOCAL))

    def _build(self) -> None:
        """Bring the preview up to date, or tell why it cannot be."""
        clock = time.perf_counter()
        before = self._made
        try:
            with ExitStack() as held:
                if self._run is None:  # a run has the lock already
                    held.enter_context(files.build_lock(self._root / WORK / "lock"))
                self._ahead = {}
                made = preview(self._root, replace(self._options, watched=self._watched()), self._engine_for)
                self._options.kept.settle()
        except Busy as error:
            self._failure = error.message
            self._seen = {}  # look again
            time.sleep(AGAIN)
        except SiteBuilderError as error:
            self._failed_build(error)
        except OSError as error:  # a file that was there a moment ago, as while another branch is checked out
            self._seen = {}
            self._failed_build(MachineError(f"{error.filename or 'a file'} cannot be read: {error.strerror or error}"))
        else:
            self._made, self._failure, self._checked = made, "", ()
            self._problems = made.built.report.problems
            if made.changed or before is None:
                pages = sum(name.endswith(".html") for name in made.changed)
                self._tell(f"{pages} page{'' if pages == 1 else 's'} in {time.perf_counter() - clock:.2f} s")
            self._forget_failures(made.planned)
            shown, self._ahead = self._ahead, {}
            self._post({name for name in (*made.changed, *shown) if name not in shown or made.changed.get(name) != shown[name]})
        self._say()

    def _watched(self) -> Watched:
        return Watched(self._server.audience.pages, self._show_ahead)

    def _show_ahead(self, pages: Mapping[str, bytes], unchanged: frozenset[str]) -> None:
        self._ahead |= {name: hashlib.sha256(page).hexdigest() for name, page in pages.items()}
        self._server.show_ahead(pages, unchanged)

    def _failed_build(self, error: SiteBuilderError) -> None:
        before, self._failure = self._failure, error.message + (f"\n{error.hint}" if error.hint else "")
        self._problems = error.problems
        self._checked = ()
        if self._failure != before:
            self._tell(f"error: {self._failure}; the preview shows what was there before")
        shown, self._ahead = self._ahead, {}
        self._post(shown)

    def _check(self) -> None:
        """Find what `lesson check` finds, once nobody writes any more."""
        if self._failure:
            return
        with suppress(SiteBuilderError, OSError):  # what stops it stops the next build as well, which says so
            self._checked = check(self._root, self._options).problems
            self._found = frozenset(self._checked)
            self._say(checked=True)
            self._post()

    def _all_problems(self) -> tuple[Problem, ...]:
        failed = [problem for _, problems in self._failed.values() for problem in problems]
        return tuple(sorted_problems(dict.fromkeys((*self._problems, *self._checked, *failed))))

    def _say(self, *, checked: bool = False) -> None:
        """Tell the problems that were not told yet; those of a check are still there until the next one."""
        found = frozenset(self._all_problems())
        self._tell_problems(found - self._told)
        self._told = found if checked else found | (self._told & self._found)

    def _post(self, changed: Iterable[str] = ()) -> None:
        stale = {slug: stale.reason for slug, stale in self._made.stale.items()} if self._made else {}
        self._server.post(PreviewStatus(self._failure, self._all_problems(), tuple(self._running), stale), changed)

    def _ask(self, episode: str) -> None:
        """Take a page's request; called in the server's thread."""
        self._asked.append(episode)
        self._watcher.wake()

    def _begin_run(self) -> None:
        """Run what a page asked for, or what changed, unless it is running or failed with just this code."""
        if self._made is None or self._failure:
            return
        waiting = self._requests(self._made)
        asked = {self._asked.popleft() for _ in range(len(self._asked))} & waiting.keys()
        if self._run is not None:
            if all(waiting.get(slug) == parts for slug, parts in self._running.items()) and asked <= self._running.keys():
                return
            self._run.cancel()
            asked |= self._running.keys() & waiting.keys()
            self._tell("saved again: stopped to run the new version")
        automatic = (
            {slug for slug, parts in waiting.items() if self._failed.get(slug, (None, []))[0] != parts} if self._wanted.run else set()
        )
        chosen = asked | automatic
        if chosen:
            before, planned = self._run, self._made.planned
            self._running = {slug: waiting[slug] for slug in waiting if slug in chosen}
            self._failed = {slug: found for slug, found in self._failed.items() if slug not in chosen}
            self._run = asyncio.ensure_future(self._execute(planned, before))
            self._post()

    def _requests(self, made: Preview) -> dict[str, KeyParts]:
        """Return what could run and has no results of its present code."""
        return {episode.slug: episode.request.parts for episode in made.planned.episodes if episode.request and episode.slug in made.stale}

    async def _execute(self, planned: PlannedLesson, before: asyncio.Task[None] | None) -> None:
        me = asyncio.current_task()
        try:
            if before is not None:
                await asyncio.gather(before, return_exceptions=True)
            with files.build_lock(self._root / WORK / "lock"):
                await self._runner.run(planned, tuple(self._running))
        except SiteBuilderError as error:
            for slug, parts in self._running.items():
                self._failed[slug] = (parts, list(error.problems))
            self._tell(f"error: {error.message}" + (f"\n  {error.hint}" if error.hint else ""))
        finally:
            if self._run is me:
                self._run, self._running = None, {}
                self._say()
                self._post()
                self._watcher.wake()

    def _run_failed(self, problem: Problem) -> None:
        slug = problem.location.path.stem
        parts = self._running.get(slug)
        if parts is not None:
            self._failed.setdefault(slug, (parts, []))[1].append(problem)

    def _forget_failures(self, planned: PlannedLesson) -> None:
        """Forget why code failed that is no longer there."""
        now = {episode.slug: episode.request.parts for episode in planned.episodes if episode.request}
        self._failed = {slug: found for slug, found in self._failed.items() if now.get(slug) == found[0]}

    async def _end_run(self) -> None:
        if self._run is not None:
            self._run.cancel()
            await asyncio.gather(self._run, return_exceptions=True)
