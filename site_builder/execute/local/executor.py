"""The local executor: several episodes at once, the longest first; each start and end is reported at once."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import replace
from pathlib import Path

from site_builder.environments.base import UNAVAILABLE, EnvironmentProvider
from site_builder.errors import EnvironmentUnavailable
from site_builder.execute.base import Advanced, Content, Event, Failure, Finished, Job, Reason, Result, Started
from site_builder.execute.local import granted
from site_builder.execute.local.assignment import Assignment
from site_builder.execute.local.fork_servers import ForkServers
from site_builder.execute.local.repairs import Repairs, not_started
from site_builder.execute.local.server_process import ServerProcess
from site_builder.execute.local.turns import Turns
from site_builder.execute.local.working_folder import clean_font_folder
from site_builder.problems import Location, Problem

EPISODE_MEMORY = 750_000_000
"""Bytes that must be free before another episode starts beside running ones: an interpreter with numpy, matplotlib and some data."""

DRAWS = re.compile(r"\b(?:gg|re|sub)?plots?\w*\s*\(|\bgeom_|\b(?:hist|scatter|imshow|bar)\s*\(|\bplot\.\w+\(")
"""R or Python that makes a figure."""

CELL_SECONDS = 0.02
"""Seconds that a cell is thought to take whose episode never ran: enough to put episodes into an order."""

LOOK_AGAIN = 0.2
"""Seconds between two checks of the free memory."""


class LocalExecutor:
    """Runs jobs in local kernels and shells; its fork servers live until `close`, so that running again is fast.

    By default two more episodes run than there are cores: one starts and one ends while the others compute. Another one starts beside
    running ones only if there is memory for it, and episodes with a GPU run one at a time. R Markdown computes from its first moment to its
    last, so that of these no more run than there are cores, unless ``workers`` says how many.
    """

    def __init__(
        self, provider: EnvironmentProvider, scratch: Path, *, lesson: Path | None = None, workers: int | None = None, fork: bool = True,
        ahead: ServerProcess | None = None,
    ) -> None:  # fmt: skip
        """Work below ``scratch`` with the environments of ``provider``.

        Files of the ``lesson`` folder that cells open are noted. Without ``fork`` every kernel is started. ``ahead`` is a fork server's
        process that was started before its environment was certain.
        """
        self._provider, self._scratch, self._lesson = provider, scratch, lesson
        if ahead is None:
            clean_font_folder(scratch)
        here = granted.cores()
        self._workers, self._knitting = max(1, workers or here + 2), max(1, workers or here)
        self._servers = ForkServers(scratch, fork=fork, ahead=ahead)
        self._running = 0
        self._ending = asyncio.Event()
        self._repairs = Repairs(provider)

    def serve(self, provider: EnvironmentProvider, lesson: Path | None = None) -> None:
        """Use the environments of another provider from now on: the lesson was read again, or this is another ``lesson``."""
        self._provider, self._repairs = provider, Repairs(provider)
        if lesson is not None:
            self._lesson = lesson
            self._servers.knitr.other_documents()

    async def run(self, jobs: Sequence[Job], content: Content) -> AsyncGenerator[Event, None]:
        """Run all jobs and yield events as they happen.

        Raises:
            EnvironmentUnavailable: environments cannot be made ready; all of them are named, and nothing was started.
        """
        ready = self._activated(sorted(jobs, key=lambda job: -weight(job)), content)
        self._servers.start(ready)  # they import while this process does
        events: asyncio.Queue[Event | None] = asyncio.Queue()
        task = asyncio.ensure_future(self._run_all(ready, events.put_nowait))
        task.add_done_callback(lambda done: events.put_nowait(None))
        try:
            while (event := await events.get()) is not None:
                yield event
            await task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def end(self) -> None:
        """End all jobs that are not done."""
        self._ending.set()

    async def close(self) -> None:
        """End the fork servers."""
        await self._servers.stop()

    def _activated(self, jobs: Sequence[Job], content: Content) -> list[Assignment]:
        problems: list[Problem] = []
        ready: list[Assignment] = []
        for job in jobs:
            try:
                ready.append(Assignment(job, self._provider.activate(job.environment.name, modules_of(job)), content, self._lesson))
            except EnvironmentUnavailable as error:
                problems += error.problems or [Problem(UNAVAILABLE, error.message, Location(job.path, 1), error.hint)]
        if problems:  # a fault of manifest or lock is one fault, however many episodes it stops
            once = tuple(dict.fromkeys(problems))
            raise EnvironmentUnavailable("not every environment is available on this machine", problems=once)
        return ready

    async def _run_all(self, ready: Sequence[Assignment], tell: Callable[[Event], None]) -> None:
        gate, knitting, device = asyncio.Semaphore(self._workers), Turns(self._knitting), asyncio.Lock()
        ended: dict[str, asyncio.Future[Result]] = {item.job.slug: asyncio.get_running_loop().create_future() for item in ready}

        async def one(assignment: Assignment) -> None:
            job = assignment.job
            needed = {name: await asyncio.shield(ended[name]) for name in job.needs if name in ended}
            lost = [name for name, result in needed.items() if result.failure]
            if self._ending.is_set():
                result = not_run(job)
            elif lost:
                result = not_run(job, lost)
            else:
                received = dict.fromkeys((*job.received, *(file for result in needed.values() for file in result.left)))
                await self._servers.knitr.turn(assignment)
                own = device if job.accelerated else knitting.by(weight(job)) if job.knit else contextlib.nullcontext()
                async with own, gate:
                    result = await self._with_repair(replace(assignment, received=tuple(received)), tell)
            tell(Finished(result))
            if not ended[job.slug].done():
                ended[job.slug].set_result(result)

        tasks = [asyncio.ensure_future(one(assignment)) for assignment in ready]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self._repairs.refuse()

    async def _with_repair(self, assignment: Assignment, tell: Callable[[Event], None]) -> Result:
        """Run an episode, and once more if its kernel did not start and its environment turned out to be damaged and was repaired."""
        result = await self._when_free(assignment, tell, self._servers)
        if not not_started(result) or not assignment.activation.locked:
            return result
        if await self._repairs.repaired(assignment.job):
            activation = self._provider.activate(assignment.job.environment.name, modules_of(assignment.job))
            fresh = ForkServers(self._scratch, fork=False)  # the old server is one of the damaged environment
            result = await self._when_free(replace(assignment, activation=activation), tell, fresh)
        if not_started(result):
            self._repairs.lost(result)
        return result

    async def _when_free(self, assignment: Assignment, tell: Callable[[Event], None], servers: ForkServers) -> Result:
        from site_builder.execute.local.episode import run_episode  # what runs cells, when something begins to run

        while self._running and granted.available_memory() < EPISODE_MEMORY and not self._ending.is_set():
            await asyncio.sleep(LOOK_AGAIN)
        if self._ending.is_set():
            return not_run(assignment.job)
        self._running += 1
        try:
            tell(Started(assignment.job, assignment.activation.provider))
            heard = replace(assignment, advanced=lambda count: tell(Advanced(assignment.job, count)))
            return await run_episode(heard, self._scratch, servers, self._ending)
        finally:
            self._running -= 1


def modules_of(job: Job) -> tuple[str, ...]:
    """Return the modules that a job needs: what runs its cells of Python, if it has any, and what they import."""
    return (*(("ipykernel",) if any(cell.language == "python" for cell in job.cells) else ()), *job.modules)


def weight(job: Job) -> float:
    """Return about how many seconds a job takes: what it took before, else by its cells, of which those that draw take long."""
    if job.before is not None:
        return job.before
    return CELL_SECONDS * sum(10 if DRAWS.search(cell.source) else 1 for cell in job.cells)


def not_run(job: Job, lost: Sequence[str] = ()) -> Result:
    """Return the outcome of a job that did not start because episodes that it needs failed (``lost``), or because all were ended."""
    place = Location(job.path, job.cells[0].line if job.cells else 1)
    message = f"not run: it needs the files of {' and '.join(lost)}, which failed" if lost else "ended from outside before it began"
    failure = Failure(
        Reason.NEEDED if lost else Reason.ENDED, message, place, job.cells[0].identifier if job.cells else "", job.environment.name
    )
    return Result(job, (), "", 0.0, None, failure)
