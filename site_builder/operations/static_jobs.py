"""From the fences of pages to the jobs that run them, and from results to how each fence ran."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from site_builder import files
from site_builder.execute.base import FileReference, Job, Knit, Reason, Result
from site_builder.execute.content import FolderContent
from site_builder.lesson.inputs import WorkingFile, read_inputs, working_files
from site_builder.lesson.model import Lesson
from site_builder.markdown.document import Document
from site_builder.markdown.reader import read
from site_builder.markdown.tree import Cell, Expression
from site_builder.pipeline.data import data_of, files_around
from site_builder.pipeline.jobs import job_of
from site_builder.pipeline.model import Options
from site_builder.pipeline.plan import refuse_errors
from site_builder.plan.imports import preloaded
from site_builder.problems import Location, Report
from site_builder.records.model import CellRecord, Output, Piece
from site_builder.settings.cell import CellOptions
from site_builder.verification.typed import git
from site_builder.verification.typed.asides import turns
from site_builder.verification.typed.causes import Setting, before_running
from site_builder.verification.typed.desk import last_code
from site_builder.verification.typed.exchange_judging import Ran
from site_builder.verification.typed.fences import Exchange, Fences, fences_of
from site_builder.verification.typed.findings import Cause
from site_builder.verification.typed.notebooks import stored_outputs
from site_builder.verification.typed.printed import printed
from site_builder.verification.typed.recall import Recalled

ALONE = "export EDITOR=true VISUAL=true GIT_EDITOR=true PAGER=cat MANPAGER=cat GIT_PAGER=cat GIT_TERMINAL_PROMPT=0"
"""Nobody is there who could close an editor, turn pages or type a password."""

CHEAPLY = """import sys as _sys
get_ipython().InteractiveTB.set_mode('Plain')
get_ipython().config.InlineBackend.print_figure_kwargs = {'bbox_inches': None, 'dpi': 10}
if 'matplotlib_inline.config' in _sys.modules:
    _sys.modules['matplotlib_inline.config'].InlineBackend.instance(parent=get_ipython()).print_figure_kwargs = {
        'bbox_inches': None, 'dpi': 10}
if hasattr(_sys.modules.get('matplotlib.pyplot'), '_draw_all_if_interactive'):
    try:
        get_ipython().events.unregister('post_execute', _sys.modules['matplotlib.pyplot']._draw_all_if_interactive)
    except ValueError:
        pass
del _sys"""
"""Only an error and its line are looked at; IPython's other tracebacks take a third of a second where they lead through pandas. Of a figure
nothing is looked at but that it is there, so that it is drawn small, and once: Matplotlib draws every figure at the end of a cell, and its
backend for notebooks once more. Matplotlib is not imported for that.
"""

ENDED = "ended"
OWN_CHUNK = "lesson-own"
FENCE_CHUNK = "lesson-fence"
"""How the labels of those chunks begin that stand for cells of the page itself, and for its fences."""

WORDS = {
    Reason.TIMEOUT: "does not end in time",
    Reason.DIED: "ends the session",
    Reason.FLOODED: "writes without end",
}


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a page begins: a working ``folder`` that is tried in place of its own, and code that runs before its own, by language.

    Learners of a shell go on from the last of the pages ``after`` which it comes, with the files of all of these; ``inputs`` are files that
    the first one has. The shell of a ``chained`` page follows them from page to page. What a page ``leaves`` is there for others.
    ``moved`` is the folder, by its path from home, in which it begins if that is not where the one before ended. Fences in ``skipped``,
    by their number, are left out for a reason.
    """

    folder: str | None = None
    code: tuple[Recalled, ...] = ()
    after: tuple[str, ...] = ()
    inputs: Mapping[str, bytes] = field(default_factory=dict)
    chained: bool = False
    leaves: bool = False
    moved: str | None = None
    skipped: Mapping[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class StaticPage:
    """A page while its fences run: what is known of each by the number of its exchange.

    ``branch`` is the one with which its repositories of Git begin. ``ended`` is the folder in which a chained page's shell was at its
    end, by its path from the home folder. ``held`` is the number of the fence at which R stopped, so that those after it did not run,
    and why.
    """

    document: Document
    fences: Fences
    environment: str
    inputs: Mapping[str, bytes]
    folder: str
    shared: bool
    begin: Beginning = field(default_factory=lambda: Beginning())
    branch: str = git.MAIN
    ran: dict[int, Ran] = field(default_factory=dict)
    ended: str | None = None
    held: tuple[int, str] | None = None

    def jobs(self, lesson: Lesson, options: Options, content: FolderContent) -> Iterator[Job]:
        """Yield the page's jobs: one for Python and the shell together, and one for R, which knitr runs.

        Cells that the page has already run in their places, since what follows may use what they leave.
        """
        self._leave_out()
        cells = tuple(self._cells())
        if cells:
            job = job_of(lesson, options, self.document.path, cells, self.environment, self.inputs, content)
            yield self._with_files(job, lesson, options, content)
        if chunks := self._numbers("r"):
            text = self._rmarkdown(chunks)
            document = read(text, PurePosixPath("static.Rmd"), episode=True, may_raise=True)
            job = job_of(lesson, options, self.document.path, document.cells, self.environment, self.inputs, content)
            job = replace(self._with_files(job, lesson, options, content), slug=f"{job.slug}.r", knit=Knit(text), folder="")
            yield job

    def _with_files(self, job: Job, lesson: Lesson, options: Options, content: FolderContent) -> Job:
        found = self.files_around(lesson)
        for file in found.values():
            content.know(file.path, file.digest)
        given = tuple(FileReference(name, file.digest) for name, file in found.items() if name not in self.inputs)
        given += tuple(FileReference(name, content.add(data)) for name, data in self.begin.inputs.items())
        job = replace(job, needs=self.begin.after, leaves=self.begin.leaves)
        return replace(
            job, inputs=(*job.inputs, *given), folder=self.folder, shared=self.shared, keep_going=True, offline=options.offline,
        )  # fmt: skip

    def files_around(self, lesson: Lesson) -> Mapping[str, WorkingFile]:
        """Return the files that learners find beside the inputs that the page declares."""
        declared = None if self.shared else self.document.front_matter.inputs
        return files_around(lesson.root, working_files(lesson), data_of(self.document)[0], declared)[0]

    def setting(self, shared: Setting) -> Setting:
        """Return where the page's code ran, with what all pages share."""
        return replace(shared, folder=self.folder, recalled=frozenset(name for code in self.begin.code for name in code.names))

    def _leave_out(self) -> None:
        for number, exchange in enumerate(self.fences.exchanges):
            if words := self.begin.skipped.get(number):
                self.ran[number] = Ran(stopped=Cause("stopped", str(number), words))
            elif cause := before_running(exchange.code, exchange.language):
                self.ran[number] = Ran(stopped=cause)

    def _numbers(self, *languages: str) -> list[int]:
        return [n for n, exchange in enumerate(self.fences.exchanges) if exchange.language in languages and n not in self.ran]

    def _own(self, *languages: str) -> list[Cell]:
        """The cells that the page has already, in the languages given; those of a notebook or of R Markdown are not beside fences."""
        if self.document.path.suffix != ".md":
            return []
        found = (cell for cell in self.document.cells if isinstance(cell, Cell) and cell.options.evaluate)
        return [
            replace(cell, identifier=f"own.{cell.identifier}", options=replace(cell.options, error=False, may_raise=True))
            for cell in found if cell.language in languages
        ]  # fmt: skip

    def _cells(self) -> Iterator[Cell]:
        numbers = self._numbers("python", "bash")
        languages = {self.fences.exchanges[number].language for number in numbers}
        if self.begin.leaves and not self.begin.chained:
            languages = {"python", "bash"}
        own = self._own(*languages)
        if not numbers and not own:
            return
        used = {*(self.fences.exchanges[number].language for number in numbers), *(cell.language for cell in own)}
        if "python" in used:
            yield Cell("plain", "python", CHEAPLY, CellOptions(may_raise=True))
        if "bash" in used:
            yield Cell("alone", "bash", f"{ALONE}\n{git.settings(self.branch)}", CellOptions(may_raise=True))
        yield from self._begun(languages)
        *around, last = turns((self.fences.exchanges[number] for number in numbers), at_home=self.begin.chained)
        for number, turn in zip(numbers, around, strict=True):
            exchange = self.fences.exchanges[number]
            yield from _unseen(f"back.{number}", turn.back)
            while own and own[0].line < exchange.line:
                yield own.pop(0)
            yield from _unseen(f"here.{number}", turn.remember)
            for part, source in enumerate(() if self._stands_there(exchange) else exchange.sources):
                line = exchange.line
                yield Cell(f"{number}.{part}", exchange.language, source, CellOptions(may_raise=True), line, line + 1)
        yield from _unseen("back.last", last.back)
        if self.begin.leaves:
            yield from own
        if self.begin.chained:
            yield Cell(ENDED, "bash", last_code(), CellOptions(may_raise=True))

    def _stands_there(self, exchange: Exchange) -> bool:
        """Tell whether a cell of the page does already what people at a keyboard would do in a fence."""
        made = exchange.stand_in
        return bool(made) and any(
            isinstance(cell, Cell) and cell.source == made and cell.line > exchange.line for cell in self.document.cells
        )

    def _begun(self, languages: Collection[str]) -> Iterator[Cell]:
        yield from _unseen("begin", [(code.language, code.source) for code in self.begin.code if code.language in languages])

    def _rmarkdown(self, numbers: Sequence[int]) -> str:
        """Return a document of the fences as chunks; the first one is ours: it goes to the working folder."""
        begin = f"knitr::opts_knit$set(root.dir = normalizePath({self.folder!r}))" if self.folder else "invisible(NULL)"
        chunks = [f"```{{r, include=FALSE}}\n{begin}\n```\n"]
        chunks += [_chunk(code.source, f"{OWN_CHUNK}-begin-{place}") for place, code in enumerate(self.begin.code) if code.language == "r"]
        own = self._own("r")
        for number in numbers:
            exchange = self.fences.exchanges[number]
            while own and own[0].line < exchange.line:
                chunks.append(_chunk(own.pop(0).source, f"{OWN_CHUNK}-{len(own)}"))
            chunks += [_chunk(source, f"{FENCE_CHUNK}-{number}-{part}") for part, source in enumerate(exchange.sources)]
        return "\n".join(chunks)

    def take(self, result: Result) -> None:
        """Keep how the fences of a job ran."""
        if result.job.knit is not None:
            self._take_r(result)
            return
        stopped = {failure.cell: failure for failure in result.failures}
        given = {cell.identifier: cell.outputs for cell in result.cells}
        if ENDED in given:
            self.ended = printed(given[ENDED]).out.strip().strip("/")
        for number in self._numbers("python", "bash"):
            exchange = self.fences.exchanges[number]
            names = [f"{number}.{part}" for part in range(0 if self._stands_there(exchange) else len(exchange.sources))]
            failed = next((stopped[name] for name in names if name in stopped), None)
            if failed:
                words = f"{WORDS.get(failed.reason, 'does not run')}: {failed.message}"
                self.ran[number] = Ran(stopped=Cause("stopped", str(number), words), lost=True)
            elif all(name in given for name in names):
                self.ran[number] = Ran(tuple(given[name] for name in names))
            elif never := next((failure for failure in result.failures if failure.reason is Reason.NOT_STARTED), None):
                self.ran[number] = Ran(stopped=Cause("start", never.message, never.message), lost=True)
            else:
                self.ran[number] = Ran(stopped=Cause("time", "", "the episode took too long"))

    def _take_r(self, result: Result) -> None:
        cells = [cell for cell in result.cells[1:] if not cell.identifier.startswith(OWN_CHUNK)]
        numbers = self._numbers("r")
        if result.failure is not None and not cells:
            at = re.fullmatch(rf"{FENCE_CHUNK}-(\d+)-\d+", result.failure.cell)
            if at:
                self.held = int(at[1]), f"{WORDS.get(result.failure.reason, 'does not run')}: {result.failure.message}"
            for number in numbers:
                self.ran[number] = Ran(stopped=Cause("r", "", f"R could not run the page: {result.failure.message}"))
            return
        given = iter(cells)
        for number in numbers:
            runs = self.fences.exchanges[number].sources
            self.ran[number] = Ran(tuple(without_source(next(given)) for _ in runs))


def _unseen(name: str, codes: Iterable[tuple[str, str]]) -> Iterator[Cell]:
    """Yield cells of ours, each with its language and source."""
    for number, (language, source) in enumerate(codes):
        yield Cell(f"{name}.{number}", language, source, CellOptions(may_raise=True))


def _chunk(code: str, label: str = "") -> str:
    fence = "`" * max((len(ticks) + 1 for ticks in re.findall(r"`{3,}", code)), default=3)
    return f"{fence}{{r {label}}}\n{code}\n{fence}\n".replace("{r }", "{r}", 1)


def without_source(cell: CellRecord) -> tuple[Output, ...]:
    """Return the outputs of a chunk without its own code, which knitr gives back in pieces."""
    if not cell.pieces:
        return cell.outputs
    return tuple(output for piece, output in zip(cell.pieces, cell.outputs, strict=True) if piece is not Piece.SOURCE)


def static_page(lesson: Lesson, document: Document, begin: Beginning | None = None, branch: str = git.MAIN) -> StaticPage:
    """Return what is needed to run a page's fences: environment, declared inputs, and the folder in which they begin.

    Raises:
        LessonFailed: an input that the page declares is missing.
    """
    matter = document.front_matter
    _, data = files_around(lesson.root, working_files(lesson), data_of(document)[0], matter.inputs)
    declared, wrong = read_inputs(lesson.root, matter.inputs, Location(document.path, matter.lines.get("inputs", 1)), data)
    refuse_errors(Report(wrong))
    folder = lesson.settings.execution.working_folder if matter.working_folder is None else matter.working_folder
    begin = begin or Beginning()
    folder = folder if begin.folder is None else begin.folder
    notebook = document.path.suffix == ".ipynb"
    fences = stored_outputs(document, files.read_text(lesson.root / document.path)[0]) if notebook else fences_of(document)
    environment, shared = (matter.environments or ("default",))[0], "inputs" not in matter.values
    return StaticPage(document, fences, environment, declared, folder, shared, begin, branch)


def with_preload(jobs: Iterable[Job]) -> list[Job]:
    """Return jobs whose kernels share what their cells import."""
    found = list(jobs)
    cells: dict[str, list[Cell | Expression]] = {}
    for job in found:
        cells.setdefault(job.environment.name, []).extend(cell for cell in job.cells if cell.language == "python")
    return [job if job.knit else replace(job, preload=preloaded(cells[job.environment.name])) for job in found]
