"""Run one episode: a fresh working folder, a kernel for each language, cell after cell until the end or the first failure."""

from __future__ import annotations

import datetime
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from site_builder import files
from site_builder.execute.base import Failure, Job, JobResult, Reason
from site_builder.execute.kernel import CellTimeout, Kernel, KernelDied
from site_builder.execute.shell import Shell
from site_builder.markdown.tree import Cell, Expression
from site_builder.problems import Location
from site_builder.records.model import CellRecord, Output, Raised

ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
SHELLS = frozenset(("bash", "sh"))
CELL_LINE = re.compile(r"(?:Cell In\[\d+\], line |File <ipython-input[^>]*>, line |line )(\d+)")


class Session(Protocol):
    """A running interpreter of one language."""

    async def start(self) -> None:
        """Start it."""
        ...

    async def run(self, source: str, timeout: float) -> tuple[Output, ...]:
        """Run code and return its outputs."""
        ...

    async def stop(self) -> None:
        """End it with everything it started."""
        ...


async def run_episode(job: Job, scratch: Path) -> JobResult:
    """Run a job in a folder of its own below ``scratch`` and return its outcome; the folder and all processes are gone afterwards."""
    started, clock = datetime.datetime.now(datetime.UTC), time.perf_counter()
    with files.temporary_folder(scratch, f"{job.slug[:40]}.") as top:
        runner = _Runner(job, top)
        try:
            failure = await runner.run()
        finally:
            await runner.stop()
    seconds = round(time.perf_counter() - clock, 3)
    return JobResult(job, tuple(runner.cells), started.isoformat(timespec="seconds"), seconds, failure)


class _Runner:
    """The state of one running episode: its sessions by language and the cells done so far."""

    def __init__(self, job: Job, top: Path) -> None:
        self.job = job
        self.cells: list[CellRecord] = []
        self._folder = files.make_folder(top / "episodes")
        self._variables = _variables(job, top)
        self._hidden = {str(top): "/lesson", str(job.activation.prefix): "/environment"}
        self._sessions: dict[str, Session] = {}
        for path, data in job.inputs.items():
            files.write_bytes(self._folder / path, data)

    async def run(self) -> Failure | None:
        """Run the cells in order; return the failure that stopped the episode, if any."""
        for cell in self.job.cells:
            failure = await self._cell(cell)
            if failure is not None:
                return failure
        return None

    async def _cell(self, cell: Cell | Expression) -> Failure | None:
        missing = self.job.missing.get(cell.identifier, ())
        runs = not missing and (isinstance(cell, Expression) or cell.options.evaluate)
        outputs: tuple[Output, ...] = ()
        clock = time.perf_counter()
        if runs:
            try:
                session = await self._session(cell.language)
                outputs = await session.run(cell.source, self._timeout(cell))
            except KernelDied as error:
                return self._failure(cell, Reason.DIED, f"the {cell.language} kernel ended: {error}")
            except CellTimeout:
                return self._failure(cell, Reason.TIMEOUT, f"the cell took longer than {self._timeout(cell):g} s")
        seconds = round(time.perf_counter() - clock, 3) if runs else 0.0
        self.cells.append(CellRecord(cell.identifier, cell.language, cell.source, outputs, seconds, missing))
        return self._judge(cell, outputs) if runs else None

    def _judge(self, cell: Cell | Expression, outputs: tuple[Output, ...]) -> Failure | None:
        """An error fails the episode unless it was announced, and one that was announced must come."""
        raised = next((output for output in outputs if isinstance(output, Raised)), None)
        expected = isinstance(cell, Cell) and cell.options.error
        if raised is not None and not expected:
            detail = "\n".join(ANSI.sub("", line) for line in raised.traceback)
            return self._failure(cell, Reason.RAISED, f"{raised.name}: {raised.value}".strip(": "), detail)
        if raised is None and expected:
            return self._failure(cell, Reason.DID_NOT_RAISE, "the cell says `error: true` and did not raise")
        return None

    def _failure(self, cell: Cell | Expression, reason: Reason, message: str, detail: str = "") -> Failure:
        first = cell.source_line if isinstance(cell, Cell) else cell.line
        found = [int(number) for number in CELL_LINE.findall(detail.partition("\n\n")[0])]
        offset = found[0] - 1 if found and found[0] <= cell.source.count("\n") + 1 else 0
        place = Location(self.job.path, (first or cell.line) + offset)
        return Failure(reason, message, place, cell.identifier, self.job.activation.packages.environment, detail)

    def _timeout(self, cell: Cell | Expression) -> float:
        own = cell.options.timeout if isinstance(cell, Cell) else None
        return own or self.job.limits.cell_seconds

    async def _session(self, language: str) -> Session:
        name = "bash" if language in SHELLS else language
        if name not in self._sessions:
            session = self._make(name)
            self._sessions[name] = session
            await session.start()
        return self._sessions[name]

    def _make(self, language: str) -> Session:
        if language == "bash":
            return Shell(self._folder, self._variables, self._hidden)
        if language == "python":
            return Kernel(self.job.activation, self._folder, self._variables, self._hidden, self.job.limits)
        raise KernelDied(f"no kernel for `{language}` in environment `{self.job.activation.packages.environment}`")

    async def stop(self) -> None:
        """End every session."""
        for session in self._sessions.values():
            await session.stop()


def _variables(job: Job, top: Path) -> dict[str, str]:
    """The environment's variables with a home of its own and nothing that differs from run to run."""
    home = str(files.make_folder(top / "home"))
    fixed: Mapping[str, str] = {
        "HOME": home,
        "USERPROFILE": home,
        "IPYTHONDIR": f"{home}/.ipython",
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": str(files.make_folder(top.parent / "matplotlib")),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    return {**job.activation.variables, **fixed}
