"""What is asked of an executor and what it answers; a lesson's failing code is an answer, not an exception."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path, PurePosixPath

from site_builder.environments.base import Activation
from site_builder.execute.limits import Limits
from site_builder.markdown.tree import Cell, Expression
from site_builder.problems import Location
from site_builder.records.model import CellRecord


@dataclass(frozen=True, slots=True)
class Job:
    """One episode to run: its cells in order, the ready environment, the input files (path below the working folder -> bytes).

    ``missing`` names, by cell, what this machine lacks for it; such a cell is passed over. ``preload`` are modules that a fork server
    may import once for all episodes of the environment. An ``accelerated`` episode uses a GPU: one at a time, never forked. Files of the
    ``lesson`` folder that cells open are noted. The job starts when the jobs that it ``needs`` are done, with the files of the folders that
    it ``receives``; what its own cells leave is put into the folder ``leaves``.
    """

    slug: str
    path: PurePosixPath
    cells: tuple[Cell | Expression, ...]
    activation: Activation
    inputs: Mapping[str, bytes] = field(default_factory=dict)
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limits: Limits = Limits()
    preload: tuple[str, ...] = ()
    accelerated: bool = False
    lesson: Path | None = None
    needs: tuple[str, ...] = ()
    receives: tuple[Path, ...] = ()
    leaves: Path | None = None


class Reason(Enum):
    """Why an episode did not run to its end."""

    RAISED = "raised"
    DID_NOT_RAISE = "did not raise"
    TIMEOUT = "took too long"
    DIED = "kernel died"
    FLOODED = "wrote too much"
    NEEDED = "a needed episode failed"


@dataclass(frozen=True, slots=True)
class Failure:
    """The first cell that stopped an episode: where, which, and what it said (traceback without ANSI codes)."""

    reason: Reason
    message: str
    location: Location
    cell: str
    environment: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class JobResult:
    """An episode's outcome: all its cells, or the failure that stopped it. ``started`` is UTC in ISO 8601, ``seconds`` wall time.

    ``files_read`` names the files of the lesson that its Python cells read, relative to ``episodes/``.
    """

    job: Job
    cells: tuple[CellRecord, ...]
    started: str
    seconds: float
    failure: Failure | None = None
    files_read: tuple[str, ...] = ()
