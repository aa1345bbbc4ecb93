"""Run one R Markdown document: one R process, watched through the events that it appends to a file, killed with all it started."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import shutil
import time
from asyncio import StreamReader
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from site_builder import files, terminal
from site_builder.environments.base import Package
from site_builder.environments.r import OLDEST_KNITR
from site_builder.execute.base import Failure, Knit, Reason
from site_builder.execute.limits import CellFlooded
from site_builder.execute.local import child_process
from site_builder.execute.local.assignment import Assignment
from site_builder.execute.local.child_process import ChildProcess, KernelDied
from site_builder.execute.local.contained import Container
from site_builder.execute.local.inside import reaper
from site_builder.execute.local.knitr.events import DocumentRecords, Told, line_is_known, lines_of
from site_builder.execute.local.knitr.ladder import Ladder, Order
from site_builder.execute.local.knitr.python import PythonChunks, failure
from site_builder.execute.local.knitr.server import DRIVER, OPTIONS, ForkRequest, RServer
from site_builder.execute.local.knitr.servers import QUIET, differing
from site_builder.execute.local.messages import mask
from site_builder.execute.local.saved_files import SavedFiles, maker_of, with_saved
from site_builder.execute.local.server_process import HAS_REAPER
from site_builder.execute.local.session import CellTimeout, SessionPlace, ended_in
from site_builder.execute.local.working_folder import given_files, place_of
from site_builder.markdown.rmarkdown import KnitrChunk, KnitrText, divide
from site_builder.markdown.tree import Cell
from site_builder.problems import Location
from site_builder.records.model import CellRecord, Display, Raised
from site_builder.records.r_errors import crash, r_error

OPTION = re.compile(r"the inline code `r (.*?)` of fig\.")
"""How `driver.R` names inline code in a caption or an alternative text."""

MOST_WARNINGS = 5
"""Warnings of knitr's own that are told of one document."""

LOOK = 0.05
"""Seconds between two looks at the events."""

LOG = 100_000
"""Bytes that are kept of what R and its programs wrote past knitr, for the words of a failure."""


class KnitrRunner:
    """The state of one running document: what its R has told, and the cells when all is done."""

    def __init__(
        self, assignment: Assignment, place: SessionPlace, knit: Knit, server: RServer | None = None, *, apart: bool = False
    ) -> None:
        """Take a job, where its files lie, and the server that forks its R; without one a fresh R is started.

        ``apart``: forks of that R may draw figures while the document goes on.
        """
        self.job, self.place = assignment.job, place
        self.cells: list[CellRecord] = []
        self._assignment, self._knit = assignment, knit
        self._parts = divide(knit.text)
        self._told = Told()
        self._server, self._apart = server, apart
        self._process: ChildProcess | None = None
        self._nonce = secrets.token_hex(6)
        self._log = bytearray()
        self._ladder = Ladder(place.limits)
        self._over: Failure | None = None
        self._python = PythonChunks(assignment, place)
        self._container = Container(image, place, assignment.job) if (image := assignment.activation.image) else None

    async def run(self, saved: SavedFiles) -> tuple[Failure, ...]:
        """Run the document and keep what it ``saved`` for pages.

        Return what stopped it, or the errors that were not allowed: the first, or all of a job that keeps going.
        """
        stopped = await self._run()
        if stopped:
            return (stopped,)
        return self._finished(saved) or ((self._over,) if self._over else ())

    async def _run(self) -> Failure | None:
        source, events = self.place.top / f"{self.job.slug}.Rmd", self.place.top / "events"
        files.write_text(source, self._knit.text)
        files.write_text(events, "")
        made = self.place.top / f"{self.job.slug}.md"
        arguments = (
            str(source), str(made), str(events), self._nonce, "01"[self._knit.fail_on_error], str(self.place.limits.output_bytes),
            "01"[self._knit.python], ",".join(map(str, self._left_out())) or "0", "01"[self._apart],
        )  # fmt: skip
        try:
            process, output = await (self._forked(self._server, arguments) if self._server else self._spawned(arguments))
        except OSError as error:
            return self._failure(Reason.DIED, f"R cannot be started: {error.strerror}")
        except KernelDied as error:
            return self._failure(Reason.DIED, str(error))
        self._process = process
        stopped = await self._watch(process, output, events)
        return stopped or self._ended()

    async def _spawned(self, arguments: Sequence[str]) -> tuple[ChildProcess, StreamReader]:
        place = replace(self.place, variables={**self.place.variables, **QUIET})
        program: str | None = "Rscript"
        front: tuple[str, ...] = ()
        if self._container is not None:
            front = self._container.front((), (DRIVER.parent,), QUIET)
            place = self._container.outer(QUIET)
        else:
            program = shutil.which("Rscript", path=place.variables.get("PATH"))
        if program is None:
            raise KernelDied("there is no Rscript on PATH")
        process = await child_process.spawn(
            (*front, program, *OPTIONS, str(DRIVER), *arguments), folder=place.folder, variables=place.variables,
            processes=self.place.limits.processes, output=PIPE, errors=STDOUT,
        )  # fmt: skip
        assert process.stdout is not None
        return process, process.stdout

    async def _forked(self, server: RServer, arguments: Sequence[str]) -> tuple[ChildProcess, StreamReader]:
        own = differing(self.place.variables, server.variables)
        return await server.fork(ForkRequest(arguments, self.place.top, self.place.folder, own, self.place.limits.processes))

    @property
    def warned(self) -> tuple[str, ...]:
        """What knitr itself warned of, as it says on a console beside the page; each warning once, on one line."""
        lines = (" ".join(mask(terminal.plain(words), self.place.hidden).split()) for words in self._told.warned)
        return tuple(dict.fromkeys(lines))[:MOST_WARNINGS]

    @property
    def loaded(self) -> tuple[Package, ...]:
        """R itself and the packages that the document loaded."""
        return tuple(Package(name, version) for name, version in self._told.loaded)

    def ended(self) -> Failure:
        """Return the failure of a document that was ended from outside in the chunk that runs."""
        found = self._failure(Reason.ENDED, "")
        number = 1 + next((index for index, cell in enumerate(self.job.cells) if cell.identifier == found.cell), 0)
        return replace(found, message=ended_in(number, len(self.job.cells)))

    async def stop(self) -> None:
        """End R with everything it started."""
        if self._process is not None:
            await child_process.end(self._process)
            if self._container is not None:
                self._container.end()
        await self._python.stop()

    async def _watch(self, process: ChildProcess, output: StreamReader, events: Path) -> Failure | None:
        reading = asyncio.ensure_future(self._collect(output))
        ending = asyncio.ensure_future(process.wait())
        started, position = time.monotonic(), 0
        answers: list[asyncio.Task[None]] = []
        try:
            while True:
                over = ending.done()
                position = self._hear(events, position)
                if over:
                    return None
                for number, code in self._told.questions[len(answers) :]:
                    answers.append(asyncio.ensure_future(self._answer(events.with_name(f"{events.name}.answer-{number}"), code)))
                if answers and not answers[-1].done():
                    self._ladder.wait(time.monotonic())
                if time.monotonic() - started > self.place.limits.episode_seconds:
                    return self._failure(Reason.TIMEOUT, f"the episode took longer than {self.place.limits.episode_seconds:g} s")
                order = self._ladder.look(self._told.part, self._told.heard, self._timeout(self._told.part), time.monotonic())
                if order is Order.KILL:
                    return self._over
                if order is Order.ASK:
                    self._over = self._over or self._failure(self._ladder.reason, self._ladder.words)
                    self._interrupt(process, events, self._ladder.words)
                await asyncio.wait({ending}, timeout=LOOK)
        finally:
            for task in (reading, *answers):
                task.cancel()
            await asyncio.gather(*answers, return_exceptions=True)
            await self.stop()
            await asyncio.gather(reading, ending, return_exceptions=True)

    async def _answer(self, file: Path, code: str) -> None:
        """Run a chunk of Python for R, which waits for the file."""
        allowed = self._timeout(self._told.part)
        over: Failure | None = None
        try:
            pieces = await self._python.run(code, allowed)
        except CellTimeout:
            over = self._failure(Reason.TIMEOUT, f"the cell took longer than {allowed:g} s")
        except CellFlooded as error:
            over = self._failure(Reason.FLOODED, f"the cell wrote so much that it was stopped ({error})")
        except (KernelDied, OSError) as error:
            over = self._failure(Reason.DIED, f"the python kernel ended: {error}")
        if over is not None:
            self._over, pieces = self._over or over, failure(over.message)
        files.write_text(file.with_suffix(".new"), pieces)
        files.replace_file(file.with_suffix(".new"), file)

    def _interrupt(self, process: ChildProcess, events: Path, words: str) -> None:
        """Stop what runs: R code, which raises an error with these words; of chunks in other languages the program that R waits for.

        An interrupt that reaches R while such a program runs would end R.
        """
        cell = self._cell_of(self._told.part)
        files.write_text(events.with_name(f"{events.name}.why"), words)
        if cell is None or cell.language == "r" or not HAS_REAPER or self._container is not None:  # whose processes have other numbers
            child_process.interrupt(process)
        else:
            reaper.kill_all(self._told.process)

    async def _collect(self, output: StreamReader) -> None:
        while data := await output.read(65536):
            self._ladder.written += len(data)
            self._log += data
            del self._log[:-LOG]

    def _hear(self, events: Path, position: int) -> int:
        """Take in the events since a position of their file, and return where the next one begins."""
        with events.open("rb") as file:
            file.seek(position)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        for line in whole.splitlines():
            part = self._told.part
            self._told.hear(json.loads(line))
            if self._told.part != part:
                self._assignment.advanced(len(self.job.cells) * (self._told.part - 1) // len(self._parts))
        return position + len(whole)

    def _timeout(self, part: int) -> float:
        if not part:
            return self.place.limits.start_seconds
        cell = self._cell_of(part)
        return (cell.options.timeout if cell else None) or self.place.limits.cell_seconds

    def _ended(self) -> Failure | None:
        """Say why R did not come to the document's end."""
        told = self._told
        if told.knitr and _version(told.knitr) < OLDEST_KNITR:
            return self._failure(Reason.DIED, f"knitr {told.knitr} is too old: {'.'.join(map(str, OLDEST_KNITR))} or newer is needed")
        if told.failed is not None and told.options:
            line, options = told.options[0]
            return self._failure(Reason.RAISED, f"the options are no R: {options}", line=line)
        if self._over is not None and told.done is None:
            return self._over
        if told.failed is not None:
            said = mask(terminal.plain(told.failed), self.place.hidden)
            line = self._option_line(told.part, said) or (self._raised_line(told.part, -1) if told.part else self._named(said))
            return self._failure(Reason.RAISED, f"knitr stopped: {said}", line=line)
        if told.done is not None:
            return None
        status = self._process.returncode if self._process else None
        said = mask(terminal.plain(self._log.decode("utf-8", "replace")), self.place.hidden).strip()
        if not told.knitr:
            return self._failure(Reason.DIED, "R did not start knitr", said)
        if status == 0:
            return self._failure(Reason.DIED, "R ended before the document did: does it call `quit()`?")
        words = child_process.last_status(status or 0, self.place.limits.processes)
        return self._failure(Reason.DIED, f"R ended: {words}", crash(said) or said)

    def _option_line(self, part: int, said: str) -> int:
        """Return the line of the inline code in a chunk's options that knitr names, 0 where it names none."""
        found, cell = OPTION.search(said), self._cell_of(part)
        if not found or cell is None:
            return 0
        lines = self._knit.text.split("\n")
        return next((number for number in range(cell.line, cell.source_line) if found[1] in lines[number - 1]), cell.line)

    def _named(self, said: str) -> int:
        """Return the line of what knitr could not read before it began: of the inline code that it names, else the first."""
        inline = (each for part in self._parts if isinstance(part, KnitrText) for each in part.inline)
        return next((each.line for each in inline if each.code.strip() in said), 1)

    def _finished(self, saved: SavedFiles) -> tuple[Failure, ...]:
        """Make the records, and judge them: an error fails the episode unless knitr was to go on after it."""
        if len(self._told.labels) != len(self._parts):
            message = f"knitr divided the document into {len(self._told.labels)} parts, not {len(self._parts)}"
            return (self._failure(Reason.DIED, message),)
        if len(self._told.parts) != len(self._parts):
            return (self._failure(Reason.DIED, "knitr ended without the document's text: what its hook `document` gave is not known"),)
        given = {place_of(file, self.place.top).resolve(): file.digest for file in given_files(self._assignment)}
        made = DocumentRecords(self._told, self.place, self._nonce, given).of(self._parts, self.job.cells)
        missing = self.job.missing
        self.cells = [
            CellRecord(each.identifier, each.language, each.source, missing=missing[each.identifier])
            if each.identifier in missing
            else each
            for each in made
        ]
        shown = {item.path for cell in self.cells for item in cell.outputs if isinstance(item, Display)}
        found = ((maker_of(file.path, self.cells), file) for file in saved.made() if file.path not in shown)
        self.cells = with_saved(self.cells, found)
        failures = tuple(self._raised({record.identifier: record for record in self.cells}))
        return failures if self.job.keep_going else failures[:1]

    def _left_out(self) -> Iterator[int]:
        """Yield the numbers of the parts for which this machine lacks something."""
        lines = {cell.line for cell in self.job.cells if cell.identifier in self.job.missing}
        for number, part in enumerate(self._parts, 1):
            own = {part.first} if isinstance(part, KnitrChunk) else {each.line for each in part.inline}
            if own & lines:
                yield number

    def _raised(self, records: Mapping[str, CellRecord]) -> Iterator[Failure]:
        for number in range(1, len(self._parts) + 1):
            cell = self._cell_of(number)
            if self._over is not None and cell is not None and cell.identifier == self._over.cell:
                yield self._over
                continue
            if cell is None or all(chunk["allowed"] for chunk in self._told.within.get(number, ())):
                continue
            error = next((item for item in records[cell.identifier].outputs if isinstance(item, Raised)), None)
            if error is not None:
                said = terminal.plain("\n".join(error.traceback))
                found = r_error(said)
                yield self._failure(
                    Reason.RAISED, found.line if found else said.partition("\n")[0], said, line=self._raised_line(number, 0), part=number
                )

    def _failure(self, reason: Reason, message: str, detail: str = "", *, line: int = 0, part: int = 0) -> Failure:
        part = part or self._told.part
        cell = self._cell_of(part)
        place = Location(self.job.path, line or (self._running_line(part) if cell else self._raised_line(part, 0)))
        near = [each.identifier for each in self.job.cells if each.line <= place.line]
        name = cell.identifier if cell else (near or [each.identifier for each in self.job.cells] or [""])[-1]
        return Failure(reason, message, place, name, self.job.environment.name, detail)

    def _running_line(self, part: int) -> int:
        """Return the line of the expression of a chunk that runs, the chunk's own where nobody knows."""
        found = self._parts[part - 1]
        assert isinstance(found, KnitrChunk)
        known = part == self._told.part and found.engine.lower() == "r" and line_is_known(self._told.running, found)
        return found.code_line + self._told.running if known else found.first

    def _raised_line(self, part: int, which: int) -> int:
        """Return the line of an error of a part, the chunk's own where nobody knows; of text, that of the inline code which ran last."""
        if not 0 < part <= len(self._parts):
            return 1
        found = self._parts[part - 1]
        if isinstance(found, KnitrText):
            before = sum(len(each.inline) for each in self._parts[: part - 1] if isinstance(each, KnitrText))
            index = len(self._told.values) - before - 1
            return found.inline[index].line if 0 <= index < len(found.inline) else found.first
        lines = lines_of(self._told.conditions.get(part, []), found)
        return found.code_line + lines[which] if lines else found.first

    def _cell_of(self, part: int) -> Cell | None:
        """Return the chunk that a part is; None for text."""
        if not 0 < part <= len(self._parts) or not isinstance(self._parts[part - 1], KnitrChunk):
            return None
        chunk = self._parts[part - 1]
        return next((cell for cell in self._chunks() if cell.line == chunk.first), None)

    def _chunks(self) -> Iterator[Cell]:
        return (cell for cell in self.job.cells if isinstance(cell, Cell))


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text)[:2])
