"""What several lessons of one process share: one executor with its fork servers, and the site engines."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from site_builder import files
from site_builder.environments.base import EnvironmentProvider
from site_builder.lesson.model import Lesson
from site_builder.pipeline.engine import Engines
from site_builder.pipeline.model import Options

if TYPE_CHECKING:
    import asyncio

    from site_builder.execute.base import Executor

SEVERAL = "/several"
"""Stands for no lesson in the name of the folder in which the code of several works."""


class Shared:
    """An event loop with one executor, and engines; what lessons are read from, and what they leave, stays apart."""

    def __init__(self) -> None:
        """Start nothing."""
        self.engines = Engines()
        self._loop: asyncio.Runner | None = None
        self._executor: Executor | None = None

    @property
    def runs(self) -> bool:
        """Whether there is an executor already, whose fork servers later lessons use."""
        return self._executor is not None

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine to its end, in the loop that all lessons have."""
        import asyncio  # with the executor a tenth of a second, which lessons that run nothing do not need

        if self._loop is None:
            self._loop = asyncio.Runner()
        self._loop.run(work)

    def executor(self, lesson: Lesson, provider: EnvironmentProvider, options: Options) -> Executor:
        """Return the executor, which serves this lesson from now on."""
        from site_builder.pipeline.execute import executor_of

        if self._executor is None:
            self._executor = executor_of(lesson, provider, options)
        else:
            self._executor.serve(provider, lesson.root)
        return self._executor

    def close(self) -> None:
        """End whatever still runs."""
        if self._loop is not None:
            if self._executor is not None:
                self._loop.run(self._executor.close())
            self._loop.close()
        self.engines.close()


@contextmanager
def several(options: Options) -> Iterator[Options]:
    """Yield options for lessons that are built one after the other; their code works in one folder, which is gone afterwards.

    Raises:
        MachineError: there is no place for working folders.
    """
    with files.own_scratch(Path(SEVERAL)) as scratch:
        shared = Shared()
        try:
            yield replace(options, shared=shared, scratch=scratch)
        finally:
            shared.close()
