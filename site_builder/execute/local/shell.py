"""A persistent bash session: state, functions and ``cd`` last from cell to cell, and every cell's exit status is known."""

from __future__ import annotations

import asyncio
import codecs
import os
import shutil
from asyncio.subprocess import PIPE, Process
from contextlib import suppress

from site_builder.execute.limits import CellFlooded, Meter
from site_builder.execute.local import child_process
from site_builder.execute.local.child_process import KernelDied
from site_builder.execute.local.messages import bounded, mask, merged, with_mark
from site_builder.execute.local.session import CellTimeout, SessionPlace
from site_builder.records.model import Output, Raised, Stream

STATUS = "ExitStatus"
"""Name of the output for a status other than 0."""

TRACED = 'case $- in *x*) __lesson_trace="set -x; ";; *) __lesson_trace=;; esac; set +x'
"""Stops tracing between cells; the next cell restores it, so that `set -x` shows only the cells' own commands."""

LOOP = (
    (
        "shopt -s expand_aliases; trap : INT; __lesson_status=0; __lesson_trace=; "
        "while :; do while :; do "
        "{ builtin printf '%s\\0' \"$__lesson_status\" >&{report}; __lesson_done=; "
        "IFS= builtin read -r -d '' __lesson_cell <&{source} || exit; } 2>/dev/null; "
        'if (exit "$__lesson_status"); then {run}; else {run}; fi; '
        '{ case $__lesson_done in "") __lesson_status=$?; {traced};; esac; } 2>/dev/null; '
        "done; done"
    )
    .replace("{run}", 'builtin eval "$__lesson_trace$__lesson_cell" {source}<&- {report}>&- </dev/null')
    .replace("{traced}", TRACED)
)
"""Reports the status of the last cell on one descriptor, and reads the next one from another, so that a cell's standard input is empty.

``$?`` is the last cell's status when a cell begins, in an ``if`` so that it trips neither ``set -e`` nor a trap. A ``break`` or
``continue`` outside of a loop, which Bash takes for ours, only comes back to the report; hence two loops.
"""

END = f"\n\n{{ __lesson_status=$? __lesson_done=1; {TRACED}; }} 2>/dev/null"
"""Appended to each cell: `eval` itself then fails only for a syntax error, so that traps and ``set -e`` see each failure once."""


class Shell:
    """One bash process in a working folder. A cell that ends with a status other than 0 has a `Raised` as its last output."""

    def __init__(self, place: SessionPlace) -> None:
        """Remember what to start; `start` starts it."""
        self._place = place
        self._meter = Meter(place.limits)
        self._process: Process | None = None

    async def start(self) -> None:
        """Start bash.

        Raises:
            KernelDied: there is no bash on the environment's PATH, or it did not start.
            OSError: it cannot be started, or not in its folder.
        """
        program = shutil.which("bash", path=self._place.variables.get("PATH"))
        if program is None:
            raise KernelDied("there is no bash on PATH")
        source_read, self._source = os.pipe()
        report_read, report_write = os.pipe()
        script = LOOP.replace("{source}", str(source_read)).replace("{report}", str(report_write))
        try:
            self._process = await child_process.spawn(
                (program, "--norc", "--noprofile", "-c", script, "bash"), folder=self._place.start, variables=self._place.variables,
                processes=self._place.limits.processes, output=PIPE, errors=PIPE, descriptors=(source_read, report_write),
            )  # fmt: skip
        except OSError:
            os.close(self._source)
            os.close(report_read)
            raise
        finally:
            os.close(source_read)
            os.close(report_write)
        self._report = asyncio.StreamReader()
        transport = asyncio.StreamReaderProtocol(self._report)
        await asyncio.get_running_loop().connect_read_pipe(lambda: transport, os.fdopen(report_read, "rb"))
        self._arrived: list[Output] = []
        self._flood: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._readers = [
            asyncio.ensure_future(self._collect("stdout", self._process.stdout)),
            asyncio.ensure_future(self._collect("stderr", self._process.stderr)),
        ]
        seconds = self._place.limits.start_seconds
        try:
            await self._status(seconds)
        except CellTimeout as error:
            raise KernelDied(f"it did not start within {seconds:g} s") from error

    async def prepare(self, source: str) -> None:
        """Do nothing: a shell needs no preparation."""

    async def _collect(self, name: str, stream: asyncio.StreamReader) -> None:
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode  # a character can be split over two pieces
        try:
            while data := await stream.read(65536):
                if self._meter.accept(len(data)):
                    self._arrived.append(Stream(name, decode(data)))
        except CellFlooded as error:
            if not self._flood.done():
                self._flood.set_exception(error)

    async def run(self, source: str, timeout: float) -> tuple[Output, ...]:
        """Run one cell and return what it wrote; a status other than 0 is a `Raised` named ``ExitStatus``.

        Raises:
            CellTimeout: it took longer than ``timeout`` seconds; the session is gone afterwards.
            CellFlooded: it wrote too much; the session is gone afterwards.
            KernelDied: the session ended (``exit``, or a failure under ``set -e``).
        """
        assert self._process is not None
        self._meter.begin()
        with suppress(BrokenPipeError):  # it has ended since the last cell: there will be no status either
            os.write(self._source, (source + END).encode() + b"\0")
        status = await self._status(timeout)
        outputs = await self._drain()
        if self._meter.end():
            outputs = list(with_mark(outputs, self._meter.mark()))
        if status != "0":
            outputs.append(Raised(STATUS, status))
        return tuple(outputs)

    async def _status(self, timeout: float) -> str:
        """Wait for the cell's exit status; end the session if there will be none."""
        assert self._process is not None
        reading = asyncio.ensure_future(self._report.readuntil(b"\0"))
        done, _ = await asyncio.wait({reading, self._flood}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        if reading in done:
            try:
                return reading.result()[:-1].decode()
            except asyncio.IncompleteReadError as error:
                status = child_process.last_status(await self._process.wait(), self._place.limits.processes)
                raise KernelDied(f"the shell session ended: {status}") from error
        reading.cancel()
        await self.stop()
        if self._flood.done():
            self._flood.result()
        raise CellTimeout

    async def _drain(self) -> list[Output]:
        """Wait until the pipes are silent: the status can arrive before the last output."""
        quiet = 0
        while quiet < 3:
            before = len(self._arrived)
            await asyncio.sleep(0.001)
            quiet = quiet + 1 if len(self._arrived) == before else 0
        outputs, self._arrived[:] = merged(self._arrived), []
        hidden = self._place.hidden
        named = [Stream(item.name, mask(item.text, hidden)) if isinstance(item, Stream) else item for item in outputs]
        return list(bounded(named, self._meter.allowance))

    async def stop(self) -> None:
        """End bash and everything it started; a second call does nothing: its descriptor may belong to another file by then."""
        process, self._process = self._process, None
        if process is None:
            return
        await child_process.end(process)
        with suppress(OSError):
            os.close(self._source)
        for reader in self._readers:
            reader.cancel()
        if self._flood.done():
            self._flood.exception()
