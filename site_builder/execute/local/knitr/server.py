"""The builder's side of a server of forked R, which has loaded knitr and packages and forks a process a document. Linux only."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from asyncio import StreamReader
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from site_builder.execute.local.child_process import KernelDied, spawn_server
from site_builder.execute.local.fork_server import ForkedProcess
from site_builder.execute.local.inside import reaper
from site_builder.execute.local.knitr.literals import literal, vector

DRIVER = Path(__file__).with_name("driver.R")

OPTIONS = ("--no-init-file", "--min-nsize=4M", "--min-vsize=64M")
"""How R is started: without the profile of a user, and with as much memory as most documents come to need (R, ``?Memory``): a heap that
grows step by step is collected again and again.
"""

PATIENCE = 10.0
"""Seconds in which a server has to fork, which takes it some milliseconds."""


@dataclass(frozen=True, slots=True)
class ForkRequest:
    """What a forked R needs: the driver's arguments, its folder, and the variables that differ from the server's; ``top`` is for files of
    the builder's own.
    """

    arguments: Sequence[str]
    top: Path
    folder: Path
    variables: Mapping[str, str]
    processes: int


class RServer:
    """An R that waits for documents. Make it inside a running event loop; it loads its packages while the caller continues."""

    def __init__(self, program: str, variables: Mapping[str, str], folder: Path, packages: Sequence[str]) -> None:
        """Start it in ``folder``.

        Raises:
            OSError: it cannot be started.
        """
        self.variables = dict(variables)
        self._loop = asyncio.get_running_loop()
        self._up: asyncio.Future[bool] = self._loop.create_future()
        self._processes: list[ForkedProcess] = []
        self._watched: set[int] = set()
        self._rest = b""
        self.unfit = ""
        self.log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._server = spawn_server(
            (program, *OPTIONS, str(DRIVER), "--serve", *packages), folder=folder, variables=variables, errors=self.log
        )
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._requests, self._answers = self._server.stdin, self._server.stdout
        os.set_blocking(self._answers.fileno(), False)
        self._loop.add_reader(self._answers.fileno(), self._receive)

    async def ready(self) -> bool:
        """Wait until it has loaded its packages; tell whether it can fork."""
        return await asyncio.shield(self._up)

    def _receive(self) -> None:
        try:
            data = os.read(self._answers.fileno(), 1 << 16)
        except BlockingIOError:
            return
        if not data:
            self._lost()
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            with suppress(ValueError):  # a package's own words, past R
                self._take(json.loads(line))

    def _take(self, message: dict[str, Any]) -> None:
        if "up" in message or "unfit" in message:
            self.unfit = message.get("unfit", "")
            self._decide("up" in message)
        elif "exit" in message:
            for process in self._processes:
                if process.reaper == message["reaper"]:
                    process.end(message["exit"], "R ended")
        elif "id" in message:
            self._begin(self._processes[message["id"]], message["reaper"])

    def _decide(self, able: bool) -> None:
        if not self._up.done():
            self._up.set_result(able)

    def _begin(self, process: ForkedProcess, number: int) -> None:
        """Note a document's reaper, and its end, also where it cannot tell it itself."""
        try:
            descriptor = os.pidfd_open(number)
        except OSError:
            process.end(1, "R ended")
            return
        self._watched.add(descriptor)
        self._loop.add_reader(descriptor, self._gone, process, descriptor)
        process.begin(number)

    def _gone(self, process: ForkedProcess, descriptor: int) -> None:
        self._forget(descriptor)
        self._receive()  # its last words may be waiting
        process.end(1, "R ended")
        with suppress(OSError):
            self._ask("")

    def _forget(self, descriptor: int) -> None:
        self._loop.remove_reader(descriptor)
        self._watched.discard(descriptor)
        os.close(descriptor)

    def _lost(self) -> None:
        """The server is gone, and its reapers have ended every document."""
        self._loop.remove_reader(self._answers.fileno())
        self._decide(False)
        for process in self._processes:
            process.end(1, "the server of R ended")

    async def fork(self, document: ForkRequest) -> tuple[ForkedProcess, StreamReader]:
        """Fork an R for a document; return it, and what it writes past knitr.

        Raises:
            KernelDied: the server or the process ended first.
        """
        number, process = len(self._processes), ForkedProcess()
        self._processes.append(process)
        log, keeper = document.top / "log", document.top / "keeper"
        os.mkfifo(log, 0o600)
        output = await _reader(log)
        program = (sys.executable, "-I", "-S", reaper.__file__, "--keep", str(document.processes), str(keeper))
        request = ", ".join((
            f"id = {number}", f"arguments = {vector(document.arguments)}", f"folder = {literal(str(document.folder))}",
            f"variables = {vector(document.variables.values(), document.variables)}", f"log = {literal(str(log))}",
            f"keeper = {literal(str(keeper))}", f"program = {vector(program)}",
        ))  # fmt: skip
        try:
            self._ask(f"list({request})")
        except OSError as error:
            raise KernelDied("the server of R ended") from error
        try:
            async with asyncio.timeout(PATIENCE):
                await process.forked
        except asyncio.CancelledError:
            process.abandon()
            raise
        except TimeoutError as error:
            raise KernelDied("the server of R does not answer") from error
        return process, output

    def _ask(self, line: str) -> None:
        self._requests.write(f"{line}\n".encode())
        self._requests.flush()

    async def stop(self) -> None:
        """End the server and all of its documents that still run."""
        self._loop.remove_reader(self._answers.fileno())
        for descriptor in tuple(self._watched):
            self._forget(descriptor)
        with suppress(OSError):
            self._requests.close()
        self._server.terminate()
        try:
            await asyncio.to_thread(self._server.wait, PATIENCE)
        except subprocess.TimeoutExpired:
            self._server.kill()  # R dies with it
            await asyncio.to_thread(self._server.wait)
        self._answers.close()
        for process in self._processes:
            process.end(1, "the server of R ended")
        self.log.close()


async def _reader(pipe: Path) -> StreamReader:
    """Return what is written to a named pipe, which can be opened for writing from now on."""
    file = os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0)
    reader = StreamReader(limit=2**20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), file)
    return reader
