"""Run several episodes at once on this machine, the longest first, and hand each over as soon as it is done."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from site_builder.execute.base import Failure, Job, JobResult, Reason
from site_builder.execute.local.fork_servers import ForkServers
from site_builder.execute.local.memory import available_memory
from site_builder.execute.local.server_process import ServerProcess
from site_builder.problems import Location

EPISODE_MEMORY = 750_000_000
"""Bytes that must be free before one more episode starts beside another: an interpreter with numpy, matplotlib and some data."""

LOOK_AGAIN = 0.2
"""Seconds between two looks at the free memory."""


def run_jobs(
    jobs: Sequence[Job], scratch: Path, done: Callable[[JobResult], None], workers: int | None = None, *, fork: bool = True,
    ahead: ServerProcess | None = None,
) -> None:  # fmt: skip
    """Run all jobs, ``workers`` at a time; ``done`` sees each result in the order they finish.

    By default two more run than there are cores: one begins and one ends while the others compute. Another episode starts beside running
    ones only where memory is free for it, and episodes with a GPU run one at a time. A failing episode does not stop the others. An
    interrupt ends every kernel before it is raised. Without ``fork`` every kernel is started. ``ahead`` is a fork server's process that was
    started before its environment was known for sure.
    """
    ordered = sorted(jobs, key=lambda job: -len(job.cells))
    asyncio.run(Pool(scratch, workers, fork=fork, ahead=ahead).run(ordered, done))


def not_run(job: Job, lost: Sequence[str]) -> JobResult:
    """Return the outcome of a job that did not start, because episodes that it needs failed."""
    place = Location(job.path, job.cells[0].line if job.cells else 1)
    message = f"not run: it needs the files of {' and '.join(lost)}, which failed"
    failure = Failure(Reason.NEEDED, message, place, job.cells[0].identifier, job.activation.packages.environment)
    return JobResult(job, (), "", 0.0, failure)


class Pool:
    """Runs jobs on one event loop; its fork servers live until `stop`, so that running again is fast."""

    def __init__(self, scratch: Path, workers: int | None = None, *, fork: bool = True, ahead: ServerProcess | None = None) -> None:
        """Work below ``scratch``."""
        self._scratch = scratch
        self._workers = max(1, workers or (os.cpu_count() or 1) + 2)
        self._servers = ForkServers(scratch, fork=fork, ahead=ahead)
        self._running = 0

    async def run(self, jobs: Sequence[Job], done: Callable[[JobResult], None], *, stop: bool = True) -> None:
        """Run all jobs; ``stop`` ends the fork servers afterwards."""
        for job in jobs:  # they import while this process imports nbclient
            self._servers.of(job)
        from site_builder.execute.local.episode import run_episode

        gate, device = asyncio.Semaphore(self._workers), asyncio.Lock()
        ended: dict[str, asyncio.Future[bool]] = {job.slug: asyncio.get_running_loop().create_future() for job in jobs}

        async def one(job: Job) -> None:
            lost = [name for name in job.needs if name in ended and not await asyncio.shield(ended[name])]
            if lost:
                finished(not_run(job, lost))
                return
            async with device if job.accelerated else contextlib.nullcontext(), gate:
                await self._when_free(lambda: run_episode(job, self._scratch, self._servers), finished)

        def finished(result: JobResult) -> None:
            done(result)
            if not ended[result.job.slug].done():
                ended[result.job.slug].set_result(result.failure is None)

        tasks = [asyncio.ensure_future(one(job)) for job in jobs]
        try:
            await asyncio.gather(*tasks)
        except BaseException:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            stop = True
            raise
        finally:
            if stop:
                await self.stop()

    async def _when_free(self, start: Callable[[], Awaitable[JobResult]], done: Callable[[JobResult], None]) -> None:
        while self._running and available_memory() < EPISODE_MEMORY:
            await asyncio.sleep(LOOK_AGAIN)
        self._running += 1
        try:
            done(await start())
        finally:
            self._running -= 1

    async def stop(self) -> None:
        """End the fork servers."""
        await self._servers.stop()
