"""What knitr made of an R Markdown episode, put into the episode's present text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from site_builder.diagrams.model import ChartOutcomes
from site_builder.kept_results import NOTHING_KEPT, KeptResults
from site_builder.markdown.document import Document
from site_builder.markdown.reader import read_woven
from site_builder.markdown.tree import Cell, CodeBlock, Node, transform
from site_builder.outputs import saved
from site_builder.outputs.ansi import coloured, written_out
from site_builder.outputs.base import Figure
from site_builder.outputs.htmlwidgets import with_widgets_shown
from site_builder.outputs.pictures import ENDINGS, content
from site_builder.outputs.storage import is_text
from site_builder.problems import Location, Problem
from site_builder.records.knitted import CLASSES, SHOWN, markdown_of
from site_builder.records.model import CellRecord, Display, EpisodeRecord, Piece, Stream
from site_builder.terminal import plain
from site_builder.weave.filter.safe import safe_nodes
from site_builder.weave.translations import Phrases

ESCAPE = "\x1b"
RESULTS = frozenset(CLASSES.values())
"""Classes of blocks that show results."""


@dataclass(frozen=True, slots=True)
class KnittedDocument:
    """A document with the results of its chunks, the pictures of their widgets, and what of these is not shown."""

    document: Document
    figures: tuple[Figure, ...] = ()
    problems: tuple[Problem, ...] = ()


def with_results(
    document: Document, record: EpisodeRecord, words: Phrases, charts: ChartOutcomes, kept: KeptResults = NOTHING_KEPT
) -> KnittedDocument:
    """Return a document in which each chunk and expression that ran is replaced by its results; the others stay cells.

    Of widgets that R wrote there stands what pages show, in the lesson's ``words`` and by what became of ``charts``. The text is the
    present one, whatever it was when the record was made: prose is no part of a record's key. ``kept`` has what was read of equal results
    in an equal text before.
    """
    made: dict[str, str] = {}
    notes: set[str] = set()
    figures: list[Figure] = []
    told: list[Problem] = []
    results = record.by_identifier
    for cell in document.cells:
        result = results.get(cell.identifier)
        if result is None or not result.ran:
            continue
        made[cell.identifier] = markdown_of(result) if isinstance(cell, Cell) else _value(result)
        if isinstance(cell, Cell) and "html-widget" in made[cell.identifier]:
            alternative = cell.options.figure_alt or cell.options.figure_caption or ""
            widgets = with_widgets_shown(made[cell.identifier], words, charts, alternative)
            made[cell.identifier] = widgets.text
            figures += widgets.figures
            told += widgets.problems(Location(document.path, cell.line), alternative)
        if isinstance(cell, Cell) and made[cell.identifier].strip() and not SHOWN.isdisjoint(result.pieces):
            notes.add(cell.identifier)
    end = next((cell.identifier for cell in record.cells if Piece.END in cell.pieces), "")
    assert document.rmarkdown is not None
    own = str(document.path), document.rmarkdown.text, document.rmarkdown.links, repr(document.front_matter)

    def read() -> tuple[tuple[Node, ...], tuple[Problem, ...]]:
        found = read_woven(document, made, frozenset(notes), end)
        shown = transform(found.body, _without_codes)
        return safe_nodes(shown) if document.safe else shown, found.problems

    body, problems = kept.result("knitted", lambda: (*own, document.safe, tuple(sorted(made.items())), tuple(sorted(notes)), end), read)
    woven = Document(document.path, document.front_matter, body, problems, rmarkdown=document.rmarkdown, safe=document.safe)
    return KnittedDocument(woven, tuple(figures), tuple(told))


def _without_codes(node: Node) -> tuple[Node, ...] | None:
    """Return a node with the colours of results as such, and without other codes of a terminal: a page would show them as boxes."""
    if isinstance(node, str):
        return (plain(node),) if ESCAPE in node else None
    if not isinstance(node, CodeBlock):
        return None
    if RESULTS.isdisjoint(node.classes):
        return (replace(node, text=plain(node.text)),) if ESCAPE in node.text else None
    text = written_out(node.text)
    return (replace(node, text=plain(text), html=coloured(text)),) if text != node.text or ESCAPE in text else None


def figures_of(record: EpisodeRecord) -> Iterator[Figure]:
    """Yield the figures and saved files that a record holds by name, whether its page shows them or only refers to them."""
    for cell in record.cells:
        for output in cell.outputs:
            if not isinstance(output, Display) or not output.path:
                continue
            mime = next((mime for mime in output.data if mime in ENDINGS or not is_text(mime)), "")
            data = saved.content(output.data) if output.saved else content(mime, output.data[mime]) if mime else None
            if data is not None:
                yield Figure(PurePosixPath(output.path), data)


def _value(result: CellRecord) -> str:
    return "".join(output.text for output in result.outputs if isinstance(output, Stream))
