"""What an executor receives and returns, as plain data that can travel; a lesson's failing code is a result, not an exception.

Files travel by digest: a job names them, and its executor gets their bytes from a `Content`. Nothing here is a local path or a
live process, so that a job can be written as JSON, sent anywhere, and run by any executor (`site_builder.execute.wire`).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import Protocol

from site_builder.environments.base import EnvironmentProvider, Gpu, Package, PackageSet
from site_builder.execute.limits import Limits
from site_builder.markdown.tree import Cell, Expression
from site_builder.problems import Location
from site_builder.records.model import CellRecord


@dataclass(frozen=True, slots=True)
class EnvironmentReference:
    """An environment by its name in the lesson's manifest; ``digest`` is that of its packages (`PackageSet.digest`)."""

    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class FileReference:
    """A file: its path relative to ``episodes/`` and the sha256 of its bytes."""

    path: str
    digest: str


@dataclass(frozen=True, slots=True)
class Knit:
    """A document that knitr runs whole: its text, whether an error fails it in a chunk that does not say ``error=TRUE``, and whether a
    kernel runs its Python chunks, since R lacks the package for them.
    """

    text: str
    fail_on_error: bool = False
    python: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """One episode to run: its cells in order, its environment, and the files of the working folder.

    ``missing`` names, by cell, what the machine lacks for it; such a cell is skipped. ``modules`` are those that the cells import
    and the environment must have, ``preload`` those that can be imported once for all episodes of the environment. An ``accelerated``
    episode uses a GPU: one at a time, never forked. The job starts when the jobs that it ``needs`` are done, with the files that they
    left and those ``received`` from earlier runs; if ``leaves`` is true, what its own cells make or change is kept for others.
    ``knit`` is the document of an R Markdown episode, whose cells knitr runs all at once. Cells begin in ``folder``, relative to
    ``episodes/``. Files that pages show (``shows``, addresses in the site) are kept if cells save them. A ``shared`` working folder has
    all that the lesson's episodes share, as the Workbench's has; if it is ``observed``, the result says which of its files were read.
    ``variables`` are those of the lesson's settings, ``before`` is how many seconds the
    episode took when it ran last, if anybody knows. With ``keep_going`` a cell's failure does not end the job: a session that is gone is
    started anew for the next cell. An ``offline`` job has no network, where the system can see to that.
    """

    slug: str
    path: PurePosixPath
    cells: tuple[Cell | Expression, ...]
    environment: EnvironmentReference
    inputs: tuple[FileReference, ...] = ()
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    limits: Limits = Limits()
    modules: tuple[str, ...] = ()
    preload: tuple[str, ...] = ()
    accelerated: bool = False
    needs: tuple[str, ...] = ()
    received: tuple[FileReference, ...] = ()
    leaves: bool = False
    knit: Knit | None = None
    folder: str = ""
    shared: bool = False
    observed: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)
    before: float | None = None
    keep_going: bool = False
    offline: bool = False
    shows: tuple[str, ...] = ()


class Reason(Enum):
    """Why an episode did not run to its end."""

    RAISED = "raised"
    DID_NOT_RAISE = "did not raise"
    TIMEOUT = "took too long"
    DIED = "kernel died"
    NOT_STARTED = "kernel did not start"
    FLOODED = "wrote too much"
    NEEDED = "a needed episode failed"
    ENDED = "it was ended from outside"


@dataclass(frozen=True, slots=True)
class Failure:
    """The first cell that stopped an episode: where, which, and its error (traceback without control sequences)."""

    reason: Reason
    message: str
    location: Location
    cell: str
    environment: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RunContext:
    """Where an episode ran: what provided its environment, the packages, the machine in words, and its GPU.

    ``locked`` tells whether ``packages`` are those of the lesson's lock file; ``python`` is the interpreter's version, empty for an episode
    that R runs in an environment without Python. ``pixi`` is the release of Pixi that had a part in it, ``job``
    the scheduler's job, in words.
    """

    provider: str
    packages: PackageSet
    locked: bool
    python: str
    machine: str
    gpu: Gpu | None = None
    pixi: str = ""
    job: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """An episode's outcome: all its cells, or the failure that stopped it, and the ``further`` ones of a job that kept going.

    ``started`` is UTC in ISO 8601, ``seconds`` wall time.

    ``surroundings`` is None where it did not start. ``files_read`` names the files of the lesson that its cells read, as far as that is
    known, relative to ``episodes/``; ``left`` are the files that it leaves for others. ``absent`` names those that its cells looked for in
    vain, and ``listed`` tells whether they looked which figures there are. ``loaded`` are the R packages that an R Markdown episode used,
    ``installed`` those that cells installed, as ``name version``. ``warned`` is what knitr itself warned of, which is on no page.
    """

    job: Job
    cells: tuple[CellRecord, ...]
    started: str
    seconds: float
    surroundings: RunContext | None
    failure: Failure | None = None
    files_read: tuple[str, ...] = ()
    left: tuple[FileReference, ...] = ()
    absent: tuple[str, ...] = ()
    listed: bool = False
    loaded: tuple[Package, ...] = ()
    installed: tuple[str, ...] = ()
    further: tuple[Failure, ...] = ()
    warned: tuple[str, ...] = ()

    @property
    def failures(self) -> tuple[Failure, ...]:
        """All failures, in the order of the cells."""
        return (*((self.failure,) if self.failure else ()), *self.further)


@dataclass(frozen=True, slots=True)
class Started:
    """A job started, in an environment from this provider."""

    job: Job
    provider: str


@dataclass(frozen=True, slots=True)
class Advanced:
    """So many of a job's cells are done."""

    job: Job
    cells: int


@dataclass(frozen=True, slots=True)
class Finished:
    """A job ended, successfully or not."""

    result: Result


Event = Started | Advanced | Finished


class Content(Protocol):
    """Holds files by the sha256 of their bytes."""

    def add(self, data: bytes) -> str:
        """Store bytes and return their digest."""
        ...

    def add_file(self, path: Path) -> str:
        """Store a file's bytes and return their digest.

        Raises:
            MachineError: it cannot be read or stored.
        """
        ...

    def place(self, digest: str, target: Path) -> None:
        """Write the bytes with a digest to a file.

        Raises:
            MachineError: it cannot be written.
            KeyError: nothing with this digest is stored.
        """
        ...


class Executor(Protocol):
    """Runs jobs somewhere."""

    def run(self, jobs: Sequence[Job], content: Content) -> AsyncGenerator[Event, None]:
        """Run all jobs and yield events as they happen; every job ends with a `Finished`.

        A failing episode does not stop the others. When the caller stops iterating, everything that runs is ended.

        Raises:
            EnvironmentUnavailable: environments cannot be made ready; all of them are named, and nothing was started.
        """
        ...

    def serve(self, provider: EnvironmentProvider, lesson: Path | None = None) -> None:
        """Continue for a lesson that was read again, or for another ``lesson``: ``provider`` has its environments as they are now.

        What is kept alive for environments that did not change stays alive.
        """
        ...

    def end(self) -> None:
        """End all jobs that are not done, as a scheduler asks for at a time limit: each is `Reason.ENDED`, with its cells so far."""
        ...

    async def close(self) -> None:
        """End what the executor keeps alive between runs."""
        ...
