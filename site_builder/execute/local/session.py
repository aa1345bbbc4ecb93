"""A running interpreter of one language: the interface of kernels and shells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from site_builder.execute.limits import Limits
from site_builder.execute.local.child_process import KernelDied
from site_builder.execute.local.scratch_environment import ScratchEnvironment
from site_builder.records.model import Output


class CellTimeout(Exception):
    """A cell exceeded its time limit; its session was ended."""


class SessionEnded(KernelDied):
    """The code of a cell ended its session: ``status`` is the exit status, ``outputs`` what the cell wrote and the status as an error."""

    def __init__(self, words: str, status: str) -> None:
        """Keep the status; what was written is added when it has arrived."""
        super().__init__(words)
        self.status = status
        self.outputs: tuple[Output, ...] = ()


@dataclass(frozen=True, slots=True)
class SessionPlace:
    """Where a session works: its folder, its variables, the paths that outputs must not show, and the limits.

    The folder is ``top``/lesson/episodes, cells begin in ``start``, which is this or one below it; the builder's own files are in ``top``.
    Files below ``watched`` folders are noted when a Python cell opens them, as those of the working folder are. ``scratch`` is where cells
    install packages, if they do.
    """

    top: Path
    folder: Path
    variables: dict[str, str]
    hidden: dict[str, str]
    limits: Limits
    watched: tuple[Path, ...] = ()
    below: str = ""
    scratch: ScratchEnvironment | None = None

    @property
    def start(self) -> Path:
        """Where cells begin."""
        return self.folder / self.below


@dataclass(frozen=True, slots=True)
class Manner:
    """How a cell runs: with standard error as a stream of its own (``apart``), with ``answers`` to what it asks, and whether a shell
    ends at the first command that fails (``strict``).
    """

    apart: bool = False
    answers: tuple[str, ...] = ()
    strict: bool = False


PLAINLY = Manner()


def ended_in(number: int, total: int) -> str:
    """Say where an episode was when it was ended from outside, which a scheduler does at a time limit or to make room."""
    return f"ended from outside in cell {number} of {total}"


class Session(Protocol):
    """A running interpreter of one language."""

    async def start(self) -> None:
        """Start it.

        Raises:
            KernelDied: it did not start.
            OSError: the system cannot start it.
        """
        ...

    async def prepare(self, source: str) -> None:
        """Run code before the first cell that leaves no trace."""
        ...

    async def run(self, source: str, timeout: float, manner: Manner = PLAINLY) -> tuple[Output, ...]:
        """Run code and return its outputs.

        Raises:
            CellTimeout: it took longer than ``timeout`` seconds; the session is gone afterwards.
            CellFlooded: it wrote too much; the session is gone afterwards.
            SessionEnded: the code ended the session, as code in a shell may.
            KernelDied: the session ended meanwhile.
        """
        ...

    async def finish(self) -> Mapping[int, tuple[Output, ...]]:
        """Return the outputs that changed after their own run (a display that later code updated), by the number of the run from 0."""
        ...

    async def stop(self) -> None:
        """End it and everything it started; never raises for one that is already gone."""
        ...
