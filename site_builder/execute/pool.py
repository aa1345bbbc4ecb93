"""Run several episodes at once on this machine, the longest first, and hand each over as soon as it is done."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from site_builder.execute.base import Job, JobResult
from site_builder.execute.episode import run_episode


def run_jobs(jobs: Sequence[Job], scratch: Path, done: Callable[[JobResult], None], workers: int | None = None) -> None:
    """Run all jobs, ``workers`` at a time (default: one for each core); ``done`` sees each result in the order they finish.

    A failing episode does not stop the others. An interrupt ends every kernel before it is raised.
    """
    ordered = sorted(jobs, key=lambda job: -len(job.cells))
    asyncio.run(_run(ordered, scratch, done, max(1, workers or os.cpu_count() or 1)))


async def _run(jobs: Sequence[Job], scratch: Path, done: Callable[[JobResult], None], workers: int) -> None:
    gate = asyncio.Semaphore(workers)

    async def one(job: Job) -> None:
        async with gate:
            done(await run_episode(job, scratch))

    tasks = [asyncio.ensure_future(one(job)) for job in jobs]
    try:
        await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
