"""A run that is cancelled ends at once, whatever it was doing just then."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from site_builder.execute.limits import Limits
from site_builder.execute.local.kernel import Kernel
from site_builder.execute.local.session import SessionPlace


def test_a_kernel_whose_start_is_cancelled_as_it_succeeds_is_cancelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def attempt(steps: int) -> None:
        kernel = Kernel(["kernel", "-f", "{connection_file}"], SessionPlace(tmp_path, tmp_path, {}, {}, Limits()))
        started = asyncio.get_running_loop().create_future()

        async def start(**options: object) -> None:
            await started

        monkeypatch.setattr(kernel._client, "async_setup_kernel_quietly", start)
        starting = asyncio.ensure_future(kernel.start())
        await asyncio.sleep(0.01)
        started.set_result(None)
        for _ in range(steps):  # the loop goes on by so many steps until somebody cancels
            await asyncio.sleep(0)
        before = starting.done()
        starting.cancel()
        assert before or (await asyncio.gather(starting, return_exceptions=True)) != [None]
        await kernel.stop()

    for steps in range(4):
        asyncio.run(attempt(steps))


def test_a_cell_whose_run_is_cancelled_leaves_no_task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def attempt() -> int:
        kernel = Kernel(["kernel", "-f", "{connection_file}"], SessionPlace(tmp_path, tmp_path, {}, {}, Limits()))
        begun = asyncio.Event()

        async def execute(*given: object, **options: object) -> None:
            begun.set()
            await asyncio.Event().wait()

        monkeypatch.setattr(kernel._client, "async_execute_cell", execute)
        monkeypatch.setattr(kernel, "_ended", asyncio.Event().wait)
        before = len(asyncio.all_tasks())
        running = asyncio.ensure_future(kernel.run("1", 60))
        await begun.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await kernel.stop()
        await asyncio.sleep(0)
        return len(asyncio.all_tasks()) - before

    assert asyncio.run(attempt()) == 0
