"""Run one episode: a fresh working folder, a kernel for each language, cell after cell until the end or the first failure."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import os
import re
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from pathlib import Path

import site_builder
from site_builder import files, terminal
from site_builder.environments.kernels import SHELLS, data_folders, kernel_command
from site_builder.execute.base import Failure, Reason, Result
from site_builder.execute.limits import CellFlooded
from site_builder.execute.local.assignment import Assignment
from site_builder.execute.local.child_process import KernelDied, KernelNotStarted
from site_builder.execute.local.fork_server import ForkServer
from site_builder.execute.local.fork_servers import ForkServers
from site_builder.execute.local.inside import launcher_path
from site_builder.execute.local.knitr.runner import KnitrRunner
from site_builder.execute.local.reads import files_used, watch
from site_builder.execute.local.saved_files import SavedFiles, with_saved
from site_builder.execute.local.session import PLAINLY, CellTimeout, Manner, Session, SessionEnded, SessionPlace, ended_in
from site_builder.execute.local.session_setup import preparation
from site_builder.execute.local.shell import Shell
from site_builder.execute.local.working_folder import files_left, given_files, make_place, stamps
from site_builder.lesson.root import WORK
from site_builder.markdown.tree import Cell, Expression
from site_builder.problems import Location
from site_builder.records.model import EXIT_STATUS, CellRecord, Output, Raised, Stream
from site_builder.settings.cell import CellOptions, ends_at_failure

LAST_LINES = 20
"""Lines of a failed shell cell's output that its message quotes."""

CELL_LINE = re.compile(r"(?:Cell In\[\d+\], line |File <ipython-input[^>]*>, line |line )(\d+)")


async def run_episode(assignment: Assignment, scratch: Path, servers: ForkServers, ending: asyncio.Event | None = None) -> Result:
    """Run a job in its own folder below ``scratch`` and return its outcome; the folder and all processes are gone afterwards.

    When ``ending`` is set, the cell that runs is ended; the outcome has the cells before it.

    A document whose forked R did not come to its end runs once more in a fresh R, as if nothing had been.
    """
    if assignment.job.knit is None:
        return await _run(lambda place: _Runner(assignment, place, servers.of(assignment)), assignment, scratch, ending)
    knit, server, apart = assignment.job.knit, await servers.knitr.of(assignment), servers.knitr.may_fork(assignment)
    result = await _run(lambda place: KnitrRunner(assignment, place, knit, server, apart=apart), assignment, scratch, ending)
    if server is None or result.failure is None or result.failure.reason is not Reason.DIED:
        return result
    return await _run(lambda place: KnitrRunner(assignment, place, knit), assignment, scratch, ending)


async def _run(
    make: Callable[[SessionPlace], _Runner | KnitrRunner], assignment: Assignment, scratch: Path, ending: asyncio.Event | None
) -> Result:
    started, clock = datetime.datetime.now(datetime.UTC), time.perf_counter()
    observed, given = assignment.job.observed, given_files(assignment)
    async with _working_folder(scratch, assignment.job.slug) as top:
        runner = make(make_place(assignment, scratch, top))
        if observed:
            watch(given, top)
        before = stamps(assignment, top)
        saved = SavedFiles(assignment.job.shows, runner.place, before)
        try:
            failure, *further = await _to_its_end(runner, saved, ending) or (None,)
        finally:
            await runner.stop()
        used = files_used(top, runner.place.watched, given, observed=observed)
        left = files_left(assignment, runner.place, before)
        loaded, warned = (runner.loaded, runner.warned) if isinstance(runner, KnitrRunner) else ((), ())
        installed = runner.place.scratch.installed() if runner.place.scratch else ()
    seconds = round(time.perf_counter() - clock, 3)
    return Result(
        assignment.job, tuple(runner.cells), started.isoformat(timespec="seconds"), seconds, assignment.surroundings, failure,
        _lessons_own(used.read, assignment), left, _lessons_own(used.absent, assignment), used.listed, loaded, installed,
        tuple(item for item in further if item), warned,
    )  # fmt: skip


async def _to_its_end(runner: _Runner | KnitrRunner, saved: SavedFiles, ending: asyncio.Event | None) -> tuple[Failure, ...]:
    """Run an episode and return its failures, or where it was when it was ended from outside.

    A scheduler may end the kernels at the same moment, so that they are seen to die.
    """
    if ending is None:
        return await runner.run(saved)
    running, asked = asyncio.ensure_future(runner.run(saved)), asyncio.ensure_future(ending.wait())
    try:
        await asyncio.wait((running, asked), return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            return (runner.ended(),)
        failures = running.result()
        return (runner.ended(),) if ending.is_set() and failures and failures[-1].reason in GONE else failures
    finally:
        running.cancel()
        asked.cancel()
        await asyncio.gather(running, asked, return_exceptions=True)


def _lessons_own(names: Iterable[str], assignment: Assignment) -> tuple[str, ...]:
    """Leave out files inside the lesson's folder that are not the lesson's: of the environment, whose packages are part of the key already,
    of the builder, and below its working folder, where libraries keep caches.
    """
    if assignment.lesson is None:
        return tuple(names)
    episodes = assignment.lesson.resolve() / "episodes"
    known = {
        Path(site_builder.__file__).resolve().parent, assignment.activation.prefix.resolve(), assignment.lesson.resolve() / WORK,
    }  # fmt: skip
    # `..` is resolved in the text: an environment's files can be links into a cache elsewhere.
    return tuple(name for name in names if known.isdisjoint(Path(os.path.normpath(episodes / name)).parents))


@contextlib.asynccontextmanager
async def _working_folder(scratch: Path, slug: str) -> AsyncIterator[Path]:
    """A temporary folder that is deleted while other episodes run: disks can be slow."""
    with contextlib.ExitStack() as stack:
        yield stack.enter_context(files.temporary_folder(scratch, f"{slug[:16]}."))
        await asyncio.to_thread(stack.close)


def _code(cell: Cell | Expression) -> str:
    """Return what to run; an R expression in a sentence is printed without R's index, as knitr does."""
    if isinstance(cell, Expression) and cell.language == "r":
        return f'cat(paste({cell.source}, collapse = ", "))'
    return cell.source


async def _started(session: Session) -> None:
    try:
        await session.start()
    except KernelDied as error:
        raise KernelNotStarted(str(error)) from error


def _session_name(language: str) -> str:
    return "bash" if language in SHELLS else language


def _manner(options: CellOptions) -> Manner:
    return Manner(not options.warning, options.answers, ends_at_failure(options))


def _may_fail(cell: Cell | Expression) -> bool:
    """Tell whether the episode goes on after an error of the cell."""
    return isinstance(cell, Cell) and (cell.options.error or cell.options.may_raise)


def _last_words(outputs: Iterable[Output]) -> str:
    """Return the last lines that a shell wrote, to standard error where it was a stream of its own."""
    written = [output for output in outputs if isinstance(output, Stream)]
    apart = [output for output in written if output.name == "stderr"]
    said = terminal.plain("".join(output.text for output in apart or written))
    return "\n".join(said.rstrip().split("\n")[-LAST_LINES:])


GONE = frozenset((Reason.DIED, Reason.TIMEOUT, Reason.FLOODED))
"""Failures that end the session."""


class _Runner:
    """The state of one running episode: its sessions by language and the cells done so far."""

    def __init__(self, assignment: Assignment, place: SessionPlace, server: ForkServer | None) -> None:
        self.job, self._activation, self._advanced = assignment.job, assignment.activation, assignment.advanced
        self.cells: list[CellRecord] = []
        self.place = place
        self._server = server
        self._left = self.job.limits.episode_seconds
        self._sessions: dict[str, Session] = {}
        self._ran: dict[str, list[int]] = {}

    async def run(self, saved: SavedFiles) -> tuple[Failure, ...]:
        """Run the cells in order and keep what they ``saved`` for pages.

        Return the failure that stopped the episode, if any, or all those after which it kept going.
        """
        failures: list[Failure] = []
        for cell in self.job.cells:
            clock = time.perf_counter()
            failure = await self._cell(cell)
            saved.look(len(self.cells) - 1)
            self._advanced(len(self.cells))
            if failure is not None:
                failures.append(failure)
                never = failure.reason is Reason.NOT_STARTED  # nor would it for the next cell
                if never or not self.job.keep_going or self._left <= 0:
                    return tuple(failures)
                if failure.reason in GONE:
                    self._left -= time.perf_counter() - clock
                    await self._leave(cell.language)
        for name, session in self._sessions.items():
            for number, outputs in (await session.finish()).items():
                place = self._ran[name][number]
                self.cells[place] = replace(self.cells[place], outputs=outputs)
        saved.look(len(self.cells) - 1)
        self.cells = with_saved(self.cells, saved.found())
        return tuple(failures)

    def ended(self) -> Failure:
        """Return the failure of an episode that was ended from outside in the cell that runs."""
        number = min(len(self.cells), len(self.job.cells) - 1)
        return self._failure(self.job.cells[number], Reason.ENDED, ended_in(number + 1, len(self.job.cells)))

    async def _cell(self, cell: Cell | Expression) -> Failure | None:
        missing = self.job.missing.get(cell.identifier, ())
        runs = not missing and (isinstance(cell, Expression) or cell.options.evaluate)
        outputs: tuple[Output, ...] = ()
        clock = time.perf_counter()
        if runs:
            manner = _manner(cell.options) if isinstance(cell, Cell) else PLAINLY
            try:
                session = await self._session(cell.language)
                self._ran.setdefault(_session_name(cell.language), []).append(len(self.cells))
                outputs = await session.run(_code(cell), self._timeout(cell), manner)
            except SessionEnded as error:
                if not _may_fail(cell):
                    return self._ended(cell, error)
                outputs = error.outputs
                await self._leave(cell.language)
            except KernelNotStarted as error:
                return self._failure(cell, Reason.NOT_STARTED, f"the {cell.language} kernel does not start: {error}")
            except KernelDied as error:
                return self._failure(cell, Reason.DIED, f"the {cell.language} kernel ended: {error}")
            except CellTimeout:
                return self._failure(cell, Reason.TIMEOUT, self._too_long(cell))
            except CellFlooded as error:
                return self._failure(cell, Reason.FLOODED, f"the cell wrote so much that it was stopped ({error})")
        seconds = round(time.perf_counter() - clock, 3) if runs else 0.0
        self._left -= seconds
        self.cells.append(CellRecord(cell.identifier, cell.language, cell.source, outputs, seconds, missing))
        return self._judge(cell, outputs) if runs else None

    def _judge(self, cell: Cell | Expression, outputs: tuple[Output, ...]) -> Failure | None:
        """An error fails the episode unless the cell expects it, and an expected error must occur."""
        raised = next((output for output in outputs if isinstance(output, Raised)), None)
        expected = isinstance(cell, Cell) and cell.options.error
        if raised is not None and not _may_fail(cell):
            if raised.name == EXIT_STATUS:  # a shell has no traceback: what it wrote last says what went wrong
                return self._failure(cell, Reason.RAISED, f"it ended with exit status {raised.value}", _last_words(outputs))
            detail = "\n".join(terminal.plain(line) for line in raised.traceback)
            return self._failure(cell, Reason.RAISED, f"{raised.name}: {raised.value}".strip(": "), detail)
        if raised is None and expected:
            return self._failure(cell, Reason.DID_NOT_RAISE, "the cell sets `error: true` but did not raise")
        return None

    def _ended(self, cell: Cell | Expression, error: SessionEnded) -> Failure:
        if isinstance(cell, Cell) and ends_at_failure(cell.options) and cell.language in SHELLS:
            message = f"a command failed with exit status {error.status}, at which this cell ends"
            return self._failure(cell, Reason.RAISED, message, _last_words(error.outputs))
        return self._failure(cell, Reason.DIED, f"the {cell.language} kernel ended: {error}", _last_words(error.outputs))

    def _failure(self, cell: Cell | Expression, reason: Reason, message: str, detail: str = "") -> Failure:
        first = cell.source_line if isinstance(cell, Cell) else cell.line
        found = [int(number) for number in CELL_LINE.findall(detail.partition("\n\n")[0])]
        offset = found[0] - 1 if found and found[0] <= cell.source.count("\n") + 1 else 0
        place = Location(self.job.path, (first or cell.line) + offset)
        return Failure(reason, message, place, cell.identifier, self.job.environment.name, detail)

    def _timeout(self, cell: Cell | Expression) -> float:
        own = cell.options.timeout if isinstance(cell, Cell) else None
        return max(0.001, min(own or self.job.limits.cell_seconds, self._left))

    def _too_long(self, cell: Cell | Expression) -> str:
        own = cell.options.timeout if isinstance(cell, Cell) else None
        allowed = own or self.job.limits.cell_seconds
        if self._left < allowed:
            return f"the episode took longer than {self.job.limits.episode_seconds:g} s"
        return f"the cell took longer than {allowed:g} s"

    async def _session(self, language: str) -> Session:
        name = _session_name(language)
        if name not in self._sessions:
            try:
                if self.job.keep_going:  # an earlier cell may have deleted its folder, in which nothing could be started
                    for folder in (self.place.start, Path(self.place.variables["HOME"])):
                        files.make_folder(folder)
                session = self._sessions[name] = self._make(name)
                await _started(session)
                await session.prepare(preparation(name, self.place))
            except OSError as error:  # too many open files, no temporary folder, a working folder that a cell has deleted
                raise KernelDied(f"{error.filename or 'it cannot be started'}: {error.strerror}") from error
        return self._sessions[name]

    def _make(self, language: str) -> Session:
        activation = self._activation
        if language == "bash" and not activation.image:
            return Shell(self.place)
        from site_builder.execute.local.contained import ContainedKernel, ContainedShell  # nbclient takes a tenth of a second to import
        from site_builder.execute.local.kernel import Kernel

        if language == "bash" and activation.image:
            return ContainedShell(activation.image, self.place, self.job)
        if language == "python" and activation.image:
            return ContainedKernel(activation.image, str(activation.python), self.place, self.job)
        if language == "python":
            python = self.place.scratch.python if self.place.scratch else activation.python
            command = [str(python), launcher_path(), "-f", "{connection_file}"]
            return Kernel(command, self.place, self._server)
        folders = data_folders(activation.prefix, shared=not activation.locked)
        found = kernel_command(language, folders)
        if not found:
            raise KernelDied(f"no kernel for `{language}` in environment `{activation.packages.environment}`")
        return Kernel(list(found), self.place)

    async def _leave(self, language: str) -> None:
        """End a session whose code has ended it: the next cell gets a new one."""
        name = _session_name(language)
        if name in self._sessions:
            await self._sessions.pop(name).stop()
        self._ran.pop(name, None)

    async def stop(self) -> None:
        """End every session."""
        await asyncio.gather(*(session.stop() for session in self._sessions.values()))
