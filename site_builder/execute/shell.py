"""A living bash session: state, functions and ``cd`` last from cell to cell, and every cell's exit status is known."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path

from site_builder.execute.kernel import CellTimeout, KernelDied
from site_builder.execute.outputs import mask, merged
from site_builder.records.model import Output, Raised, Stream

LOOP = (
    "shopt -s expand_aliases; trap : INT; status=0; "
    'while IFS= read -r -d "" cell <&{source}; do (exit $status); eval "$cell" {source}<&- {report}>&- </dev/null; '
    "status=$?; printf '%s\\0' \"$status\" >&{report}; done"
)
"""Reads one cell at a time from its own descriptor, so that a cell's standard input is empty; reports the status on another."""


class Shell:
    """One bash process in a working folder. A cell that ends with a status other than 0 gives a `Raised` output last."""

    def __init__(self, folder: Path, variables: dict[str, str], hidden: dict[str, str]) -> None:
        """Remember what to start; `start` starts it."""
        self._folder = folder
        self._variables = variables
        self._hidden = hidden
        self._process: Process | None = None

    async def start(self) -> None:
        """Start bash.

        Raises:
            KernelDied: there is no bash on the environment's PATH.
        """
        program = shutil.which("bash", path=self._variables.get("PATH"))
        if program is None:
            raise KernelDied("there is no bash on PATH")
        source_read, self._source = os.pipe()
        report_read, report_write = os.pipe()
        script = LOOP.replace("{source}", str(source_read)).replace("{report}", str(report_write))
        self._process = await asyncio.create_subprocess_exec(
            program, "--norc", "--noprofile", "-c", script, cwd=self._folder, env=self._variables, stdin=asyncio.subprocess.DEVNULL,
            stdout=PIPE, stderr=PIPE, pass_fds=(source_read, report_write), start_new_session=True, limit=2**20,
        )  # fmt: skip
        os.close(source_read)
        os.close(report_write)
        self._report = asyncio.StreamReader()
        transport = asyncio.StreamReaderProtocol(self._report)
        await asyncio.get_running_loop().connect_read_pipe(lambda: transport, os.fdopen(report_read, "rb"))
        self._arrived: list[Output] = []
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._readers = [
            asyncio.ensure_future(self._collect("stdout", self._process.stdout)),
            asyncio.ensure_future(self._collect("stderr", self._process.stderr)),
        ]

    async def _collect(self, name: str, stream: asyncio.StreamReader) -> None:
        while data := await stream.read(65536):
            self._arrived.append(Stream(name, data.decode(errors="replace")))

    async def run(self, source: str, timeout: float) -> tuple[Output, ...]:
        """Run one cell and return what it wrote; a status other than 0 is a `Raised` named ``ExitStatus``.

        Raises:
            CellTimeout: it took longer than ``timeout`` seconds; the session is gone afterwards.
            KernelDied: the session ended (``exit``, or a failure under ``set -e``).
        """
        assert self._process is not None
        os.write(self._source, source.encode() + b"\0")
        try:
            status = (await asyncio.wait_for(self._report.readuntil(b"\0"), timeout))[:-1].decode()
        except TimeoutError as error:
            await self.stop()
            raise CellTimeout from error
        except asyncio.IncompleteReadError as error:
            raise KernelDied(f"the shell session ended with status {await self._process.wait()}") from error
        outputs = await self._drain()
        if status != "0":
            outputs.append(Raised("ExitStatus", status))
        return tuple(outputs)

    async def _drain(self) -> list[Output]:
        """Wait until the pipes are silent: the status may overtake the last words."""
        quiet = 0
        while quiet < 3:
            before = len(self._arrived)
            await asyncio.sleep(0.001)
            quiet = quiet + 1 if len(self._arrived) == before else 0
        outputs, self._arrived[:] = merged(self._arrived), []
        return [Stream(item.name, mask(item.text, self._hidden)) if isinstance(item, Stream) else item for item in outputs]

    async def stop(self) -> None:
        """End bash and everything it started in its session."""
        if self._process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        with suppress(OSError):
            os.close(self._source)
        for reader in self._readers:
            reader.cancel()
        self._process = None
