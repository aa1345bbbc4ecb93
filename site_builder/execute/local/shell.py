"""A persistent bash session: state, functions and ``cd`` last from cell to cell, and every cell's exit status is known."""

from __future__ import annotations

import asyncio
import codecs
import os
import shutil
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from site_builder import files
from site_builder.execute.limits import CellFlooded, Meter
from site_builder.execute.local import child_process
from site_builder.execute.local.child_process import KernelDied
from site_builder.execute.local.messages import bounded, mask, merged, with_mark
from site_builder.execute.local.session import PLAINLY, CellTimeout, Manner, SessionEnded, SessionPlace
from site_builder.records.model import EXIT_STATUS, Output, Raised, Stream

TRACED = 'case $- in *x*) __lesson_trace="set -x; ";; *) __lesson_trace=;; esac; set +x'
"""Stops tracing between cells; the next cell restores it, so that `set -x` shows only the cells' own commands."""

LOOP = (
    (
        "shopt -s expand_aliases; trap : INT; __lesson_status=0; __lesson_trace=; "
        "while :; do while :; do "
        "{ builtin printf '%s\\0' \"$__lesson_status\" >&{report}; __lesson_done=; "
        "IFS= builtin read -r -d '' __lesson_apart <&{source} || exit; "
        "IFS= builtin read -r -d '' __lesson_input <&{source} || exit; "
        "IFS= builtin read -r -d '' __lesson_cell <&{source} || exit; } 2>/dev/null; "
        'if (exit "$__lesson_status"); then {each}; else {each}; fi; '
        '{ case $__lesson_done in "") __lesson_status=$?; {traced};; esac; } 2>/dev/null; '
        "done; done"
    )
    .replace("{each}", "case $__lesson_apart in 1) {run} 2>&{errors};; *) {run};; esac")
    .replace("{run}", 'builtin eval "$__lesson_trace$__lesson_cell" {source}<&- {report}>&- <"$__lesson_input"')
    .replace("{traced}", TRACED)
)
"""Reports the status of the last cell on one descriptor, and reads the next one from another, so that a cell's standard input is empty,
or a file of answers.

Standard error is standard output, so that what a cell writes comes in the order in which it was written; a cell that keeps it apart has
another pipe for it. ``$?`` is the last cell's status when a cell begins, in an ``if`` so that it trips neither ``set -e`` nor a trap. A
``break`` or ``continue`` outside of a loop, which Bash takes for ours, only comes back to the report; hence two loops.
"""

STRICT = "__lesson_options=$(shopt -po errexit pipefail); set -e -o pipefail; "
"""Before a cell that ends at its first failure, on its first line, so that Bash counts lines as the cell does."""

END = f"\n\n{{ __lesson_status=$? __lesson_done=1; {TRACED}; }} 2>/dev/null"
STRICT_END = END.replace(TRACED, f'builtin eval "$__lesson_options"; {TRACED}')
"""Appended to each cell: `eval` itself then fails only for a syntax error, so that traps and ``set -e`` see each failure once.
A cell that ends at its first failure gives the session back what it had before."""


class Shell:
    """One bash process in a working folder. A cell that ends with a status other than 0 has a `Raised` as its last output.

    What it writes is one stream, in the order in which it was written; a cell can ask for standard error as a stream of its own.
    """

    def __init__(self, place: SessionPlace) -> None:
        """Remember what to start; `start` starts it."""
        self._place = place
        self._meter = Meter(place.limits)
        self._process: Process | None = None
        self._shown: list[tuple[Output, ...]] = []

    async def start(self) -> None:
        """Start bash.

        Raises:
            KernelDied: there is no bash on the environment's PATH, or it did not start.
            OSError: it cannot be started, or not in its folder.
        """
        self._arrived: list[Output] = []
        self._flood: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._report, output, errors = await self._begun()
        self._readers = [
            asyncio.ensure_future(self._collect("stdout", output)),
            asyncio.ensure_future(self._collect("stderr", errors)),
        ]
        seconds = self._place.limits.start_seconds
        try:
            await self._status(seconds)
        except CellTimeout as error:
            raise KernelDied(f"it did not start within {seconds:g} s") from error

    async def _begun(self) -> tuple[asyncio.StreamReader, asyncio.StreamReader, asyncio.StreamReader]:
        """Start the program and return what it reports, what it writes, and the errors of cells that keep them apart."""
        program = shutil.which("bash", path=self._place.variables.get("PATH"))
        if program is None:
            raise KernelDied("there is no bash on PATH")
        source_read, self._source = os.pipe()
        report_read, report_write = os.pipe()
        errors_read, errors_write = os.pipe()
        numbers = {"source": source_read, "report": report_write, "errors": errors_write}
        script = script_of(numbers)
        try:
            self._process = await child_process.spawn(
                (program, "--norc", "--noprofile", "-c", script, "bash"), folder=self._place.start, variables=self._place.variables,
                processes=self._place.limits.processes, output=PIPE, errors=STDOUT, descriptors=tuple(numbers.values()),
            )  # fmt: skip
        except OSError:
            for number in (self._source, report_read, errors_read):
                os.close(number)
            raise
        finally:
            for number in numbers.values():
                os.close(number)
        assert self._process.stdout is not None
        return await reader_of(report_read), self._process.stdout, await reader_of(errors_read)

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

    async def run(self, source: str, timeout: float, manner: Manner = PLAINLY) -> tuple[Output, ...]:
        """Run one cell and return what it wrote; a status other than 0 is a `Raised` named ``ExitStatus``.

        Its standard input has the answers as lines, and nothing without any.

        Raises:
            CellTimeout: it took longer than ``timeout`` seconds; the session is gone afterwards.
            CellFlooded: it wrote too much; the session is gone afterwards.
            SessionEnded: the shell ended (``exit``, ``exec``, an unset variable under ``set -u``, a failure under ``set -e``).
            KernelDied: it was ended because it started too many processes.
        """
        self._meter.begin()
        given = "/dev/null"
        if manner.answers:
            given = str(self._place.top / "answers")
            files.write_text(Path(given), "".join(f"{line}\n" for line in manner.answers))
        with suppress(BrokenPipeError):  # it has ended since the last cell: there will be no status either
            cell = f"{STRICT}{source}{STRICT_END}" if manner.strict else source + END
            os.write(self._source, "".join(f"{part}\0" for part in ("01"[manner.apart], given, cell)).encode())
        try:
            status = await self._status(timeout)
        except SessionEnded as error:
            error.outputs = (*await self._written(), Raised(EXIT_STATUS, error.status))
            raise
        outputs = await self._written()
        self._shown.append(outputs if status == "0" else (*outputs, Raised(EXIT_STATUS, status)))
        return self._shown[-1]

    async def _status(self, timeout: float) -> str:
        """Wait for the cell's exit status; end the session if there will be none."""
        assert self._process is not None
        reading = asyncio.ensure_future(self._report.readuntil(b"\0"))
        done, _ = await asyncio.wait({reading, self._flood}, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
        if reading in done:
            try:
                return reading.result()[:-1].decode()
            except asyncio.IncompleteReadError as error:
                status = await self._process.wait()
                words = f"the shell session ended: {child_process.last_status(status, self._place.limits.processes)}"
                if child_process.is_crowded(status):
                    raise KernelDied(words) from error
                raise SessionEnded(words, str(status)) from error
        reading.cancel()
        await self.stop()
        if self._flood.done():
            self._flood.result()
        raise CellTimeout

    async def _written(self) -> tuple[Output, ...]:
        """Return what the cell wrote, with a mark where it was cut."""
        outputs = await self._drain()
        return with_mark(outputs, self._meter.mark()) if self._meter.end() else tuple(outputs)

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

    async def finish(self) -> Mapping[int, tuple[Output, ...]]:
        """Return the last cell's outputs with what programs in the background have written since; a terminal would show that, too."""
        late = await self._drain() if self._shown else []
        return {len(self._shown) - 1: tuple(merged((*self._shown[-1], *late)))} if late else {}

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


def script_of(numbers: Mapping[str, int]) -> str:
    """Return the script of a session, with its descriptors: where cells come from, where it reports, and that of errors kept apart."""
    script = LOOP
    for name, number in numbers.items():
        script = script.replace(f"{{{name}}}", str(number))
    return script


async def reader_of(descriptor: int) -> asyncio.StreamReader:
    """Return a reader of a pipe, which closes it at its end."""
    reader = asyncio.StreamReader()
    transport = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: transport, os.fdopen(descriptor, "rb"))
    return reader
