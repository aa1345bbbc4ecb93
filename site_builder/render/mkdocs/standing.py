"""A process that renders changed pages again and again: it has read the settings of a view already.

Only views without plugins and hooks are brought up to date page by page, so that no rendering leaves anything for the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

from site_builder.errors import MachineError

Renders = Callable[[Path, Path, Collection[str], Collection[str]], list[str]]
"""Brings a rendered folder up to date: a staged folder, its rendered one, the names of changed files and of the others -> warnings."""


class StandingWorker:
    """One such process; what it is asked for it does in order."""

    def __init__(self, context: ForkServerContext, serve: Callable[[Connection], None]) -> None:
        """Start it; ``serve`` runs there and answers requests until the connection is closed."""
        self._jobs, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self._asked = 0
        self._answers: list[Any] = []

    def ask(self, folder: Path, target: Path, changed: Collection[str], same: Collection[str]) -> Callable[[], list[str]]:
        """Ask for changed files to be rendered among those that stay the same; return what waits for that and returns the warnings.

        Raises:
            MachineError: by what is returned; the process failed, or was ended.
        """
        number = self._asked
        self._asked += 1
        try:
            self._jobs.send((folder, target, frozenset(changed), frozenset(same)))
        except OSError as error:
            raise _ended() from error
        return lambda: self._answer(number)

    def _answer(self, number: int) -> list[str]:
        while len(self._answers) <= number:
            try:
                self._answers.append(self._jobs.recv())
            except (EOFError, OSError) as error:
                raise _ended() from error
        answer = self._answers[number]
        if isinstance(answer, MachineError):
            raise answer
        return list(answer)

    @property
    def stands(self) -> bool:
        """Whether it can be asked."""
        return self._process.is_alive()

    def end(self) -> None:
        """End it."""
        self._jobs.close()
        if self._process.is_alive():
            self._process.kill()
        self._process.join()


def answer(jobs: Connection, render: Renders) -> None:
    """Do what is asked over a connection until it is closed; failures are sent back."""
    while True:
        try:
            folder, target, changed, same = jobs.recv()
        except EOFError:
            return
        try:
            found: object = render(folder, target, changed, same)
        except MachineError as error:
            found = error
        jobs.send(found)


def _ended() -> MachineError:
    return MachineError("a process that rendered pages was ended", hint="it may have run out of memory; try again")
