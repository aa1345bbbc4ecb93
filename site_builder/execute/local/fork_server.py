"""The driver's side of an environment's fork server, which starts a fresh kernel in a few hundredths of a second. Linux only."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from site_builder.execute.local.child_process import KernelDied
from site_builder.execute.local.server_process import ServerProcess


class ForkedProcess:
    """A kernel that the server forked: represented by its reaper, which gets the signals."""

    def __init__(self) -> None:
        """Wait for the server's answers."""
        loop = asyncio.get_running_loop()
        self.forked: asyncio.Future[int] = loop.create_future()
        self.ready: asyncio.Future[None] = loop.create_future()
        self._gone: asyncio.Future[int] = loop.create_future()
        self.reaper = 0

    @property
    def pid(self) -> int:
        """The reaper's process id."""
        return self.forked.result()

    def begin(self, reaper: int) -> None:
        """Note its reaper; a process that is no longer awaited is ended."""
        self.reaper = reaper
        if self.forked.done():
            self.abandon()
        else:
            self.forked.set_result(reaper)

    def abandon(self) -> None:
        """End it, since nobody waits for it any more: now, or as soon as it is forked."""
        self.forked.cancel()
        if self.reaper and self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.reaper, signal.SIGTERM)

    @property
    def returncode(self) -> int | None:
        """Exit status, None while it runs."""
        return self._gone.result() if self._gone.done() else None

    async def wait(self) -> int:
        """Wait for its end."""
        return await asyncio.shield(self._gone)

    def send_signal(self, number: int) -> None:
        """Send the reaper a signal."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def end(self, status: int, reason: str) -> None:
        """Note that it is gone."""
        for future in (self.forked, self.ready):
            if not future.done():
                future.set_exception(KernelDied(reason))
                future.exception()  # seen: nobody may be waiting any more
        if not self._gone.done():
            self._gone.set_result(status)


class ForkServer:
    """A process of one environment that has imported ipykernel and ``preload``, and forks kernels."""

    def __init__(self, process: ServerProcess, preload: Sequence[str]) -> None:
        """Take over a process that has not served any request. Call it inside a running event loop."""
        self._loop = asyncio.get_running_loop()
        self._up: asyncio.Future[None] = self._loop.create_future()
        self._processes: dict[int, ForkedProcess] = {}
        self._server = process
        self._socket = process.socket
        self._loop.add_reader(self._socket, self._receive)
        process.preload(preload)

    def _receive(self) -> None:
        try:
            data = self._socket.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._lost()
            return
        self._take(json.loads(data))

    def _take(self, message: dict[str, Any]) -> None:
        if "up" in message:
            self._up.set_result(None)
        elif "exit" in message:
            for process in self._processes.values():
                if process.reaper == message["reaper"]:
                    process.end(message["exit"], "it ended during start-up")
        elif "ready" in message:
            process = self._processes[message["id"]]
            if not process.ready.done():
                process.ready.set_result(None)
        else:
            self._processes[message["id"]].begin(message["reaper"])

    def _lost(self) -> None:
        """The server is gone, and its reapers have ended every kernel."""
        self._loop.remove_reader(self._socket)
        if not self._up.done():
            self._up.set_exception(KernelDied(self._server.last_words()))
            self._up.exception()
        for process in self._processes.values():
            process.end(1, "the fork server ended")

    async def launch(
        self, arguments: Sequence[str], folder: Path, variables: Mapping[str, str], log: Path, processes: int
    ) -> ForkedProcess:
        """Fork a kernel with ``arguments`` for ipykernel in ``folder``, and wait until its sockets are bound.

        Raises:
            KernelDied: the server or the kernel ended first.
        """
        await asyncio.shield(self._up)
        number = len(self._processes)
        process = self._processes[number] = ForkedProcess()
        request = {
            "id": number,
            "arguments": list(arguments),
            "folder": str(folder),
            "variables": dict(variables),
            "log": str(log),
            "processes": processes,
        }
        try:
            self._socket.send(json.dumps(request).encode())
        except OSError as error:
            raise KernelDied("the fork server ended") from error
        try:
            await process.forked
            await process.ready
        except asyncio.CancelledError:
            process.abandon()
            raise
        return process

    async def stop(self) -> None:
        """End the server and all of its kernels that still run."""
        self._loop.remove_reader(self._socket)
        await asyncio.to_thread(self._server.end)
