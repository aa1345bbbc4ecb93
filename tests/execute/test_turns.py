"""Of tasks that wait for a place the heaviest is next, and a place is never lost."""

from __future__ import annotations

import asyncio

from site_builder.execute.local.turns import Turns


def test_the_heaviest_is_next() -> None:
    async def run() -> list[str]:
        turns, order = Turns(2), list[str]()

        async def task(name: str, weight: float) -> None:
            async with turns.by(weight):
                order.append(name)
                await asyncio.sleep(0.01)

        await asyncio.gather(task("a", 1), task("b", 2), task("c", 1), task("d", 5), task("e", 5))
        return order

    assert asyncio.run(run()) == ["a", "b", "d", "e", "c"]


def test_a_task_that_is_cancelled_leaves_its_place_to_others() -> None:
    async def run() -> int:
        turns, done = Turns(1), 0

        async def task() -> None:
            nonlocal done
            async with turns.by(1):
                await asyncio.sleep(0.01)
                done += 1

        tasks = [asyncio.ensure_future(task()) for _ in range(4)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        tasks[2].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        async with turns.by(0):
            return done

    assert asyncio.run(asyncio.wait_for(run(), 5)) == 2
