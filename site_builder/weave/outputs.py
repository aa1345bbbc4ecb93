"""Put the results into the page: each cell becomes its code, its outputs and their provenance."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from types import MappingProxyType

from site_builder.diagrams.model import ChartOutcomes
from site_builder.environments.capabilities import describe
from site_builder.kept_results import NOTHING_KEPT, KeptResults
from site_builder.markdown.document import Document
from site_builder.markdown.inline_code import with_values
from site_builder.markdown.marks import NOTE
from site_builder.markdown.tree import Cell, CodeBlock, Element, Expression, Node, element, text_of, transform
from site_builder.outputs.ansi import coloured, written_out
from site_builder.outputs.base import Figure, OutputPlace
from site_builder.outputs.registry import (
    UNSHOWN,
    chosen,
    chosen_inline,
    is_shown,
    names_drawing,
    shows_picture,
    stand_in,
    text_shown,
    unshown,
)
from site_builder.outputs.saved import content
from site_builder.outputs.storage import PLAIN
from site_builder.problems import Location, Problem, Severity
from site_builder.records.inline import inline_bundle
from site_builder.records.knitted import results_of
from site_builder.records.model import EXIT_STATUS, CellRecord, Display, EpisodeRecord, Output, Raised, Stream
from site_builder.settings.cell import CellOptions
from site_builder.terminal import plain
from site_builder.typed.prompting import with_prompts
from site_builder.weave.filter.code import in_full
from site_builder.weave.knitted import KnittedDocument, figures_of, with_results
from site_builder.weave.provenance import note
from site_builder.weave.translations import ENGLISH, Phrases

WARNING = re.compile(r"^\S*Warning\b|:\d+: \w*Warning: ", re.MULTILINE)


NO_CHARTS: ChartOutcomes = MappingProxyType({})
NO_REASONS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class WovenDocument:
    """A document whose cells have become code and outputs, with its figures and problems."""

    document: Document
    figures: tuple[Figure, ...] = ()
    problems: tuple[Problem, ...] = ()


def weave_outputs(
    document: Document, record: EpisodeRecord | None, obstacle: str = "", words: Phrases = ENGLISH, charts: ChartOutcomes = NO_CHARTS,
    stale: Mapping[str, str] = NO_REASONS, kept: KeptResults = NOTHING_KEPT,
) -> WovenDocument:  # fmt: skip
    """Replace every cell and expression of a page; without a record each states in the lesson's ``words`` that it did not run, and why.

    ``obstacle`` is in English; ``charts`` is what became of the figures of Plotly and Vega. ``stale`` says, by cell, why results are not
    those of the present code; previews alone show such results. ``kept`` has what was read of equal results before.
    """
    weaver = _Weaver(document, record, obstacle, words, charts, stale)
    knits = document.rmarkdown is not None
    knitted = with_results(document, record, words, charts, kept) if knits and record else KnittedDocument(document)
    body = transform(knitted.document.body, weaver.replace)
    figures = (*_attachments(document), *weaver.figures, *knitted.figures, *(figures_of(record) if record else ()))
    problems = (*weaver.problems, *knitted.problems, *((*_installed(document, record), *_too_large(document, record)) if record else ()))
    return WovenDocument(replace(document, body=body), figures, problems)


def _installed(document: Document, record: EpisodeRecord) -> Iterator[Problem]:
    """Yield a problem that names what cells installed for themselves: no lock file knows it, and the next run may get something else."""
    if record.provenance.installed:
        line = next((cell.line for cell in document.cells if "install" in cell.source), 1)
        message = f"cells install packages, outside the lock: {', '.join(record.provenance.installed)}"
        hint = "add them to the environment that the episode names"
        yield Problem("LS518", message, Location(document.path, line), hint, Severity.WARNING)


def _too_large(document: Document, record: EpisodeRecord) -> Iterator[Problem]:
    """Yield a problem for each file that a page shows, a cell saved, and no record holds."""
    lines = {cell.identifier: cell.line for cell in document.cells}
    for cell in record.cells:
        for output in cell.outputs:
            if isinstance(output, Display) and output.saved and content(output.data) is None:
                message = f"the file {output.path}, which the cell saves for the page, is left out: {output.data.get(PLAIN, 'damaged')}"
                place = Location(document.path, lines.get(cell.identifier, 1))
                yield Problem("LS532", message, place, "save it smaller, or raise `picture-bytes` in the settings", Severity.WARNING)


def _attachments(document: Document) -> Iterator[Figure]:
    for address, text in document.attachments:
        with suppress(ValueError):  # damaged: the page links to a file that is not there, which is said
            yield Figure(PurePosixPath(address), base64.b64decode(text))


class _Weaver:
    def __init__(
        self,
        document: Document,
        record: EpisodeRecord | None,
        obstacle: str,
        words: Phrases,
        charts: ChartOutcomes,
        stale: Mapping[str, str],
    ) -> None:
        self._words, self._charts, self._stale = words, charts, stale
        self._document = document
        self._record = record
        self._obstacle = obstacle
        self._results = record.by_identifier if record else {}
        self._displays = 0
        self._values: dict[str, tuple[Node, ...]] = {}
        self.figures: list[Figure] = []
        self.problems: list[Problem] = []

    def replace(self, node: Node) -> tuple[Node, ...] | None:
        """Return the replacement of a node, or None to keep it."""
        if isinstance(node, Cell):
            return tuple(self._cell(node))
        if isinstance(node, Expression):
            return self._expression(node)
        if isinstance(node, Element) and node.tag == "img" and node.children:  # an alternative text with expressions
            return (node.set({"alt": " ".join(text_of(node.children).split())}).with_children(()),)
        if isinstance(node, CodeBlock) and node.classes and node.classes[0].startswith(NOTE):
            return tuple(self._note(int(node.classes[0].removeprefix(NOTE))))
        return None

    def _note(self, number: int) -> Iterator[Node]:
        """Return where the results of a chunk of R Markdown come from."""
        result = self._results.get(self._document.cells[number].identifier)
        if result is not None and self._record is not None:
            yield from self._marked(self._document.cells[number])
            yield note(self._record, result, self._words)

    def _expression(self, node: Expression) -> tuple[Node, ...]:
        if node.identifier not in self._values:
            self._values[node.identifier] = self._value(node)
        return self._values[node.identifier]

    def _value(self, node: Expression) -> tuple[Node, ...]:
        result = self._results.get(node.identifier)
        bundle = inline_bundle(result.outputs, node.language) if result else {}
        problem = unshown(bundle, OutputPlace(self._document.path, node.line, CellOptions(), self._words)) if bundle else None
        self.problems += [problem] if problem else []
        kind, best = chosen_inline(bundle), chosen(bundle)
        if best is not None and best.inline is None:
            instead = "its text" if kind else "its code"
            message = f"the value of `{node.source.strip()}` is shown as {instead}: a sentence cannot show {best.mime}"
            place, hint = Location(self._document.path, node.line), "show it with a cell, or write what of it belongs into the sentence"
            self.problems.append(Problem(UNSHOWN, message, place, hint, Severity.WARNING))
        if result is not None and result.ran and not bundle and not any(isinstance(output, Raised) for output in result.outputs):
            message = f"the expression `{node.source.strip()}` has no value: the sentence shows nothing in its place"
            place = Location(self._document.path, node.line)
            self.problems.append(Problem("LS318", message, place, "give it one, or remove it", Severity.WARNING))
            return ()
        if kind is None or kind.inline is None:
            return (element("code", node.source, class_="expression not-run", title=self._words("not run")),)
        return kind.inline(bundle[kind.mime])

    def _cell(self, cell: Cell) -> Iterator[Node]:
        options = cell.options
        if not options.include:
            return
        written = options.echo and bool(cell.source.strip())  # notebooks have blank cells
        code = (self._code(cell),) if written else ()
        result = self._results.get(cell.identifier)
        shown: tuple[Node, ...] = ()
        if options.evaluate and (result is None or not result.ran or self._record is None):
            yield from self._folded(self._words("Show the code"), code, cell) if options.code_fold else code
            yield self._not_run(cell, result)
            return
        if options.evaluate and options.output and result is not None and self._record is not None:
            shown = self._scrolled(tuple(self._outputs(self._with_values(cell), result)), cell)
            shown += (*self._marked(cell), note(self._record, result, self._words)) if shown else ()
        if code and shown and options.code_fold and options.output_fold:
            yield from self._folded(self._words("Show the code and its output"), (*code, *shown), cell)
            return
        yield from self._folded(self._words("Show the code"), code, cell) if options.code_fold else code
        yield from self._folded(self._words("Show the output"), shown, cell) if options.output_fold else shown

    def _marked(self, cell: Cell | Expression) -> Iterator[Node]:
        """Yield what a preview says below results of other code than the present one."""
        if cell.identifier in self._stale:
            text = f"Stale: {self._stale[cell.identifier]}. "
            yield element("p", text, class_="lesson-stale not-run", data_chrome="", data_episode=self._document.slug)

    def _with_values(self, cell: Cell) -> Cell:
        """Return a cell whose caption and alternative text have the values of their expressions."""
        values = iter([text_of(self._expression(each)) for each in cell.expressions])
        caption, alt = cell.options.figure_caption, cell.options.figure_alt
        if not cell.expressions:
            return cell
        caption = with_values(caption, lambda: next(values))
        alt = None if alt is None else with_values(alt, lambda: next(values))
        return replace(cell, options=replace(cell.options, figure_caption=caption, figure_alt=alt))

    def _folded(self, words: str, nodes: tuple[Node, ...], cell: Cell) -> tuple[Node, ...]:
        """Return nodes in a block that readers can open."""
        return (element("details", element("summary", words), *nodes, class_="code-fold", line=cell.line),) if nodes else ()

    def _scrolled(self, nodes: tuple[Node, ...], cell: Cell) -> tuple[Node, ...]:
        """Return nodes in an area that scrolls, which the keyboard reaches, or marked to be shown whole, where the cell asks for it."""
        if cell.options.output_scroll is False:
            return transform(nodes, lambda node: (in_full(node),) if isinstance(node, CodeBlock) else None)
        if not nodes or not cell.options.output_scroll:
            return nodes
        named = {"tabindex": "0", "role": "group", "aria_label": self._words("OUTPUT")}
        return (element("div", *nodes, class_="output-scroll", line=cell.line, **named),)

    def _code(self, cell: Cell) -> Node:
        text = with_prompts(cell.source, cell.language) if cell.options.prompt else cell.source
        return CodeBlock(text, (cell.language,), "", (), cell.line)

    def _not_run(self, cell: Cell, result: CellRecord | None) -> Element:
        told = self._words("Not run on the machine that built this page.")
        return element("p", f"{told} ", self._reason(result.missing if result else cell.options.requires), class_="not-run", line=cell.line)

    def _reason(self, lacking: tuple[str, ...]) -> Node:
        if lacking:
            named = [self._words(describe((name,))) for name in lacking]
            several = self._words("{first} and {last}", first=", ".join(named[:-1]), last=named[-1])
            return self._words("It needs {needed}.", needed=several if len(named) > 1 else named[0])
        if self._obstacle and self._words.language != ENGLISH.language:
            return element("span", self._obstacle, lang="en")
        return self._obstacle or self._words("It has not been run yet.")

    def _outputs(self, cell: Cell, result: CellRecord) -> Iterator[Node]:
        text, kind = "", ""
        results = results_of(result)
        drawn = any(isinstance(output, Display) and shows_picture(output.data) for output in results)
        shown = (
            output for output in results
            if not isinstance(output, Display) or (is_shown(output.data) and not (drawn and output.result and names_drawing(output.data)))
        )  # fmt: skip
        for output in (part for whole in shown for part in _parts(cell, whole)):
            piece = self._as_text(cell, output)
            if piece is None:
                yield from self._block(cell, text, kind)
                text, kind = "", ""
                yield from self._display(cell, output)
                continue
            if piece[0] != kind:
                yield from self._block(cell, text, kind)
                text, kind = "", piece[0]
            text += piece[1] if not text or text.endswith("\n") else "\n" + piece[1]
        yield from self._block(cell, text, kind)

    def _as_text(self, cell: Cell, output: Output) -> tuple[str, str] | None:
        """Return (class, text) of an output that is shown as text, or None for one that its type renders."""
        if isinstance(output, Stream):
            warning = output.name == "stderr" and WARNING.search(output.text)
            hidden = not (cell.options.warning if output.name == "stderr" else cell.options.stdout)
            return ("warning" if warning else "output"), "" if hidden else output.text
        if isinstance(output, Raised):
            whole = "\n".join(output.traceback) or _named(output)
            if cell.language == "r":  # R's kernel adds R's internal calls; R's own prompt and knitr do not
                whole = whole.partition("Traceback:")[0].rstrip()
            return "error", whole
        kind = chosen(output.data)
        if kind is not None and kind.mime != PLAIN:
            return None
        place = self._place(cell, output)
        self.problems += [problem for problem in (unshown(output.data, place), *place.at_rest(PLAIN)) if problem]
        return "output", text_shown(output.data) if kind else stand_in(output.data)

    def _block(self, cell: Cell, text: str, kind: str) -> Iterator[Node]:
        written = written_out(text).rstrip("\n")
        if not plain(written).strip():
            return
        lines, most = written.split("\n"), cell.options.max_lines
        if most is not None and len(lines) > most:
            written = "\n".join([*lines[:most], f"\x1b[0m{self._words('[… {number} more lines]', number=len(lines) - most)}"])
        yield CodeBlock(plain(written).rstrip("\n"), (kind,), "", (), cell.line, coloured(written))

    def _display(self, cell: Cell, output: Output) -> Iterator[Node]:
        assert isinstance(output, Display)
        kind = chosen(output.data)
        assert kind is not None
        made = kind.render(output.data, self._place(cell, output))
        self.figures += made.figures
        self.problems += made.problems
        yield from made.nodes

    def _place(self, cell: Cell, output: Display) -> OutputPlace:
        stem = f"{self._document.slug}-rendered-{re.sub(r'[^A-Za-z0-9_-]+', '-', cell.identifier)}-"
        number = sum(figure.target.name.startswith(stem) for figure in self.figures) + 1
        self._displays += 1
        name = f"o{hashlib.sha256(self._document.slug.encode()).hexdigest()[:4]}-{self._displays}"
        return OutputPlace(
            self._document.path, cell.line, cell.options, self._words, f"{stem}{number}", name, output.metadata, self._charts
        )


def _named(error: Raised) -> str:
    """Return an error without a traceback, such as that of a debugger's end, as Python's last line of one says it."""
    if error.name == EXIT_STATUS:
        return f"exit status {error.value}"
    return f"{error.name}: {error.value}" if error.value else error.name


def _parts(cell: Cell, output: Output) -> tuple[Output, ...]:
    """R writes messages and warnings to one stream; the Workbench shows a message as output and a warning as a warning."""
    if cell.language != "r" or not isinstance(output, Stream) or output.name != "stderr":
        return (output,)
    found = WARNING.search(output.text)
    cut = found.start() if found else len(output.text)
    return tuple(Stream("stderr", text) for text in (output.text[:cut], output.text[cut:]) if text.strip())


def visible(text: str) -> str:
    """Return output text as a page without colours shows it."""
    return plain(written_out(text))
