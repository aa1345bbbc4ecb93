"""The chunks and inline code of an R Markdown episode within its text: as cells before it has run, as what knitr made of them afterwards.

In the text that the reader reads, each stands as a mark: an empty code block, or a code span, whose name begins with `marks.MARK`. What
knitr made is Markdown and is read within the document, so that a chunk may open a list or a div that another one closes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from site_builder.markdown.knitr_faults import faults
from site_builder.markdown.knitr_options import misspelt, own_options
from site_builder.markdown.marks import MARK, NOTE
from site_builder.markdown.rmarkdown import KnitrChunk, KnitrText, divide, named_options
from site_builder.markdown.tree import Cell, Expression
from site_builder.problems import Severity
from site_builder.settings.cell import RULES, CellOptions
from site_builder.settings.keys import named_keys

if TYPE_CHECKING:
    from site_builder.markdown.reader_state import ReaderState

OWN_KERNELS = frozenset(("python",))
"""Engines of knitr that pass code to another interpreter, which keeps its state as a kernel does."""

AGAIN = 3
"""How often a name is repeated with ``-again`` before it gets a number."""

_WRITTEN = re.compile(rf"(?:^[\t >]*\n)?^[\t >]*```{MARK}(n?)(\d+)(?:\n[\t >]*```$)?|`{MARK}()(\d+)`|{MARK}(n?)(\d+)", re.MULTILINE)
_MARK = re.compile(rf"{MARK}(\d+)")
_LINE_END = re.compile("\n")
_SWITCHES = {"echo": "echo", "eval": "evaluate", "include": "include", "error": "error"}
_TRUTH = {"TRUE": True, "T": True, "true": True, "FALSE": False, "F": False, "false": False}


@dataclass(frozen=True, slots=True)
class RMarkdown:
    """An R Markdown episode as written: its text with ``\\n`` line ends, ``links.md``, its parts, and its cells in their order.

    ``places`` has for each cell where it begins and ends in the text.
    """

    text: str
    links: str
    parts: tuple[KnitrChunk | KnitrText, ...]
    cells: tuple[Cell | Expression, ...]
    places: tuple[tuple[int, int], ...]

    def lines(self, made: Mapping[str, str], notes: frozenset[str] = frozenset(), end: str = "") -> Iterator[tuple[str, int]]:
        """Yield the text's lines, each with its line in the source, with a mark or what knitr ``made`` (by identifier) for each cell.

        Chunks whose identifier is in ``notes`` are followed by the place of a note. Nothing comes after the chunk ``end``.
        """
        number = 0
        for part in self.parts:
            if isinstance(part, KnitrChunk):
                yield from self._chunk(part, number, made, notes)
                if end and self.cells[number].identifier == end:
                    return
                number += 1
            else:
                yield from self._text(part, number, made)
                number += len(part.inline)

    def _chunk(self, part: KnitrChunk, number: int, made: Mapping[str, str], notes: frozenset[str]) -> Iterator[tuple[str, int]]:
        name = self.cells[number].identifier
        if name in made:
            yield from ((line, part.first) for line in made[name].replace(MARK, "\ufffd").split("\n"))
        if name not in made or name in notes:
            kind = MARK if name not in made else NOTE
            yield from ((f"{part.indent}{line}".rstrip(" "), part.first) for line in ("", f"```{kind}{number}", "```"))

    def _text(self, part: KnitrText, number: int, made: Mapping[str, str]) -> Iterator[tuple[str, int]]:
        position, line, begun = 0, part.first, list[str]()  # the line that is begun, in pieces
        for offset, inline in enumerate(part.inline):
            name = self.cells[number + offset].identifier
            shown = made[name].replace(MARK, "\ufffd") if name in made else f"`{MARK}{number + offset}`"
            whole = _lines(begun, part.text[position : inline.start])
            yield from ((each, line + index) for index, each in enumerate(whole))
            yield from ((each, inline.line) for each in _lines(begun, shown))
            line, position = inline.line + part.text.count("\n", inline.start, inline.end), inline.end
        whole = _lines(begun, part.text[position:])
        yield from ((each, line + index) for index, each in enumerate((*whole, "".join(begun))))

    def at(self, mark: str) -> Cell | Expression | None:
        """Return the cell whose mark a text is, None where it is anything else."""
        found = _MARK.fullmatch(mark)
        return self.cells[int(found[1])] if found else None

    def restored(self, text: str) -> str:
        """Return code that holds marks as it was written: knitr knows no outer fences, readers of a code block see them."""
        if MARK not in text:
            return text

        def written(found: re.Match[str]) -> str:
            begin, end = self.places[int(found[2] or found[4] or found[6])]
            return "" if found[1] or found[5] else self.text[begin:end]

        return _WRITTEN.sub(written, text)


def _lines(begun: list[str], text: str) -> list[str]:
    """Return the lines that a text completes; the first is ``begun`` in pieces, which then has what the text begins."""
    first, *others = text.split("\n")
    begun.append(first)
    if not others:
        return []
    *between, last = others
    whole = ["".join(begun), *between]
    begun[:] = [last]
    return whole


def _places(text: str, parts: Sequence[KnitrChunk | KnitrText]) -> Iterator[tuple[int, int]]:
    """Yield for each chunk and inline code where it begins and ends in the text."""
    begins = [0, *(found.end() for found in _LINE_END.finditer(text)), len(text) + 1]
    for part in parts:
        if isinstance(part, KnitrChunk):
            yield begins[part.first - 1], begins[part.last] - 1
        else:
            yield from ((begins[part.first - 1] + each.start, begins[part.first - 1] + each.end) for each in part.inline)


def rmarkdown_of(page: ReaderState, text: str, links: str) -> RMarkdown | None:
    """Divide an R Markdown episode and number its cells as knitr does; two chunks of one label, which knitr refuses, are a problem.

    None if it does not need knitr because all its cells are in Python: knitr would pass them to a package of R (reticulate), and a
    kernel runs them as well.
    """
    parts = divide(text)
    return _numbered(page, text, links, parts) if _needs_knitr(parts) else None


def _needs_knitr(parts: Sequence[KnitrChunk | KnitrText]) -> bool:
    chunks = [part for part in parts if isinstance(part, KnitrChunk)]
    inline = any(isinstance(part, KnitrText) and part.inline for part in parts)
    return inline or not chunks or any(part.engine.lower() not in OWN_KERNELS or "engine" in part.options for part in chunks)


def _numbered(page: ReaderState, text: str, links: str, parts: tuple[KnitrChunk | KnitrText, ...]) -> RMarkdown:
    found: list[Cell | Expression] = []
    labels: dict[str, int] = {}
    taken: dict[str, int] = {}
    unnamed = expressions = 0
    own = own_options(text)
    for fault in faults(text, parts):
        page.complain(fault.code, fault.message, fault.line, fault.hint, fault.severity)
    for part in parts:
        if isinstance(part, KnitrText):
            for inline in part.inline:
                expressions += 1
                found.append(Expression(_free(f"expression-{expressions}", taken), "r", inline.code, inline.line))
            continue
        unnamed += not part.label
        label = part.label or f"unnamed-chunk-{unnamed}"
        if label in labels and not part.empty:  # an empty chunk of a known label runs that one's code again
            message = f"the label '{label}' is taken by the cell on line {labels[label]}"
            page.complain("LS306", message, part.first, "give each cell a label of its own")
        if not part.empty:
            labels.setdefault(label, part.first)
        for name, _ in named_options(part.options):
            if name not in own and (hint := misspelt(name, named_keys(CellOptions))):
                page.complain(RULES.unknown[0], f"there is no {RULES.subject}`{name}`", part.first, hint, Severity.WARNING)
        found.append(_cell(part, _free(label, taken), may_raise=page.may_raise))
    return RMarkdown(text, links, parts, tuple(found), tuple(_places(text, parts)))


def _free(name: str, taken: dict[str, int]) -> str:
    """Return a name that no other cell has, and note that it is taken: ``a-again``, ``a-again-again``, then with numbers."""
    free, again = name, 0
    while free in taken and again < AGAIN:
        free, again = f"{free}-again", again + 1
    number = taken.get(free, 1)
    numbered = free
    while numbered in taken:
        number += 1
        numbered = f"{free}-{number}"
    taken[free] = number
    taken.setdefault(numbered, 1)
    return numbered


def _cell(part: KnitrChunk, identifier: str, *, may_raise: bool) -> Cell:
    options = literal_options(part.options)
    named = dict(named_options(part.options)).get("engine", "").strip("\"'")
    language = (named or part.engine).lower()
    chosen = CellOptions(
        part.label, options.get("echo", True), options.get("evaluate", True), include=options.get("include", True),
        error=options.get("error", False), may_raise=may_raise and "error" not in options, timeout=_seconds(part.options),
        normalise=_words(part.options, "normalise"), requires=_words(part.options, "requires"),
    )  # fmt: skip
    return Cell(identifier, language, part.code, chosen, part.first, part.code_line, part.options)


def literal_options(options: str) -> dict[str, bool]:
    """Return the switches that say TRUE or FALSE; what is an expression of R is known when it runs."""
    return {_SWITCHES[name]: _TRUTH[value] for name, value in named_options(options) if name in _SWITCHES and value in _TRUTH}


def _words(options: str, name: str) -> tuple[str, ...]:
    """Return the words of an option: one, several in a YAML list, or texts in ``c(…)``."""
    value = dict(named_options(options)).get(name, "")
    return tuple(re.findall(r"[\w.=+-]+", re.sub(r"\bc\(", "", value)))


def _seconds(options: str) -> float | None:
    value = dict(named_options(options)).get("timeout", "")
    return float(value) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", value) and float(value) else None
