"""Turns of tasks for a number of places: of those that wait, the heaviest is next."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class Turns:
    """A semaphore that knows whose turn it is."""

    def __init__(self, places: int) -> None:
        """Let so many tasks run at once."""
        self._free = places
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._numbers = itertools.count()

    @asynccontextmanager
    async def by(self, weight: float) -> AsyncGenerator[None, None]:
        """Hold a place, when it is the turn of this ``weight``; of equal ones the first is first."""
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (-weight, next(self._numbers), future))
        self._next()
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self._leave()
            raise
        try:
            yield
        finally:
            self._leave()

    def _leave(self) -> None:
        self._free += 1
        self._next()

    def _next(self) -> None:
        while self._free and self._waiting:
            future = heapq.heappop(self._waiting)[2]
            if not future.done():
                self._free -= 1
                future.set_result(None)
