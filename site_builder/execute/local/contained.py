"""Sessions in a container: the same command behind the image's engine, which sees the episode's folder and nothing else of the machine."""

from __future__ import annotations

import asyncio
import os
import secrets
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from site_builder import files, terminal
from site_builder.environments.images import ContainerImage
from site_builder.execute.base import Job
from site_builder.execute.local import child_process
from site_builder.execute.local.child_process import KernelDied
from site_builder.execute.local.inside import launcher_path
from site_builder.execute.local.kernel import SOCKETS, Kernel
from site_builder.execute.local.messages import mask
from site_builder.execute.local.session import SessionEnded, SessionPlace
from site_builder.execute.local.shell import Shell, reader_of, script_of

NUMBERS = {"source": 7, "report": 8, "errors": 9}
"""Descriptors of a shell in a container: of the machine's own, only standard input, output and errors are passed on."""


class Container:
    """What stands before the commands of one session, and ends what they started."""

    def __init__(self, image: ContainerImage, place: SessionPlace, job: Job) -> None:
        """Start nothing."""
        self._image, self._place, self._job = image, place, job
        self._name = f"lesson-{secrets.token_hex(8)}"
        self._may_run = False

    def front(self, shared: Sequence[Path], read_only: Sequence[Path], more: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """Return what stands before a command; the episode's folder is ``shared`` in any case, ``more`` are further variables."""
        self._may_run = True
        variables = {**self._place.variables, **(more or {})}
        return self._image.command(
            folder=self._place.start, shared=(self._place.top, *shared), read_only=read_only, variables=variables,
            container=self._name, gpu=self._job.accelerated, offline=self._job.offline, limit=self._place.limits.processes,
        )  # fmt: skip

    def outer(self, more: Mapping[str, str] | None = None) -> SessionPlace:
        """Return the place with the variables of the engine's own process; ``more`` as in `front`."""
        return replace(self._place, variables=self._image.outer({**self._place.variables, **(more or {})}))

    def end(self) -> None:
        """End the container, if it outlived its command."""
        if self._may_run:
            self._may_run = False
            self._image.end(self._name)


class ContainedKernel(Kernel):
    """A kernel whose container is ended with it."""

    def __init__(self, image: ContainerImage, python: str, place: SessionPlace, job: Job) -> None:
        """Remember what to start; `start` starts it."""
        self._container = Container(image, place, job)
        launcher = launcher_path()
        front = self._container.front((Path(SOCKETS),), (Path(launcher).parent,))
        super().__init__([*front, python, launcher, "-f", "{connection_file}"], self._container.outer())

    async def stop(self) -> None:
        """End the kernel, everything it started, and its container."""
        await super().stop()
        self._container.end()


class ContainedShell(Shell):
    """A bash whose container is ended with it. It talks through named pipes in the episode's folder.

    An engine hands on what a program writes when it comes to it, which may be after the next cell has begun; a pipe has no such delay.
    """

    def __init__(self, image: ContainerImage, place: SessionPlace, job: Job) -> None:
        """Remember what to start; `start` starts it."""
        super().__init__(place)
        self._container = Container(image, place, job)
        self._pipes = place.top / f"shell-{secrets.token_hex(4)}"
        self._ending: asyncio.Future[None] | None = None
        self._said = b""

    async def start(self) -> None:
        """Start bash in the container.

        Raises:
            KernelDied: the engine cannot start it; the message has its last words.
            OSError: the engine cannot be started.
        """
        try:
            await super().start()
        except SessionEnded as error:
            said = terminal.plain(self._said.decode("utf-8", "replace")).strip().splitlines()
            words = mask(said[-1], self._place.hidden) if said else str(error)
            raise KernelDied(f"Bash does not start in the image: {words}") from error

    async def _begun(self) -> tuple[asyncio.StreamReader, asyncio.StreamReader, asyncio.StreamReader]:
        files.make_folder(self._pipes)
        names = {name: self._pipes / name for name in (*NUMBERS, "output")}
        for path in names.values():
            os.mkfifo(path)
        self._source = os.open(names["source"], os.O_RDWR)  # for reading as well: it waits for nobody to open the other end
        report, output, errors = (os.open(names[name], os.O_RDONLY | os.O_NONBLOCK) for name in ("report", "output", "errors"))
        opened = " ".join(f'{number}{"<" if name == "source" else ">"}"$1/{name}"' for name, number in NUMBERS.items())
        script = f'exec {opened} >"$1/output" 2>&1; shift; {script_of(NUMBERS)}'
        outer = self._container.outer()
        try:
            process = self._process = await child_process.spawn(
                (*self._container.front((), ()), "bash", "--norc", "--noprofile", "-c", script, "bash", str(self._pipes)),
                folder=outer.start, variables=outer.variables, processes=outer.limits.processes, output=DEVNULL, errors=PIPE,
            )  # fmt: skip
        except OSError:
            for number in (self._source, report, output, errors):
                os.close(number)
            raise
        self._ending = asyncio.ensure_future(self._end_of(process))
        return await reader_of(report), await reader_of(output), await reader_of(errors)

    async def _end_of(self, process: asyncio.subprocess.Process) -> None:
        """Keep what the engine says, and close the report when it has ended, also if no bash ever opened it."""
        assert process.stderr is not None
        while data := await process.stderr.read(65536):
            self._said = (self._said + data)[-10_000:]
        await process.wait()
        with suppress(OSError):  # somebody reads no longer
            os.close(os.open(self._pipes / "report", os.O_WRONLY | os.O_NONBLOCK))

    async def stop(self) -> None:
        """End bash, everything it started, and its container."""
        await super().stop()
        if self._ending is not None:
            self._ending.cancel()
        self._container.end()
