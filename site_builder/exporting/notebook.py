"""An episode as a notebook: for learners, for instructors, for live coding, or as the base of a script. Pure.

It is made from the page's block tree, so that both have the same cells in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

from site_builder.boxes import CALLOUTS, kind_of
from site_builder.exporting.blocks import LINES, block_text, fenced
from site_builder.exporting.inline import InlineContext, is_inline, line
from site_builder.exporting.kernels import KERNELS, expression_values, kernel_language, main_language
from site_builder.exporting.outline import chosen, is_for_instructors, is_notes, is_whole, note, opened
from site_builder.exporting.prose import Prose
from site_builder.exporting.requirements import SHELL, preamble, requirement_line, with_preamble
from site_builder.exporting.rmarkdown import written_chunks, written_expressions
from site_builder.markdown.document import Document
from site_builder.markdown.tree import HEADINGS, Cell, CodeBlock, Element, Node, walk
from site_builder.records.knitted import results_of
from site_builder.records.model import EpisodeRecord
from site_builder.records.notebook import as_lines, notebook_output
from site_builder.settings.cell import ends_at_failure


class ExportKind(Enum):
    """Who a notebook is for: without outputs and solutions, with everything, with empty cells to type into, as a script, or as R Markdown;
    or the commands alone (`site_builder.exporting.commands`).
    """

    LEARNER = "learner"
    INSTRUCTOR = "instructor"
    LIVE = "live"
    SCRIPT = "script"
    COMMANDS = "commands"
    RMARKDOWN = "rmarkdown"


TITLES: Mapping[str, str] = {
    "questions": "Questions", "objectives": "Objectives", **{kind: label for kind, (_, label) in CALLOUTS.items()},
    "solution": "Solution", "hint": "Hint", "spoiler": "More", "instructor": "Instructor Note",
}  # fmt: skip
"""Boxes and their names in a notebook; other divs only group their content."""

TYPED = frozenset(("output", "error", "warning"))
"""Classes of fences that show the output of the code above them."""
PYTHON = frozenset(("python", "py"))
"""Classes of fences that are cells in lessons that were not written to be executed."""


def notebook(
    document: Document, record: EpisodeRecord | None, kind: ExportKind, *, base: str = "", titles: Mapping[str, str] = TITLES
) -> dict[str, Any]:  # fmt: skip
    """Return an episode as a notebook (nbformat 4.5).

    ``document`` is the episode as the reader gives it, before its cells become outputs; ``base`` the lesson's address, at which figures and
    other pages are found; ``titles`` the names of boxes in its language. Equal arguments give equal notebooks.
    """
    known = record if kind is ExportKind.INSTRUCTOR else None
    plain = not any(isinstance(cell, Cell) for cell in document.cells) and _has_python(document)

    def left_out(node: Node) -> bool:
        typed = plain and isinstance(node, CodeBlock) and not TYPED.isdisjoint(node.classes[:1])
        return kind is not ExportKind.INSTRUCTOR and (typed or is_for_instructors(node))

    writer = _Writer(
        main_language(document, script=kind is ExportKind.SCRIPT), known, Prose(titles, TITLES, live=kind is ExportKind.LIVE), kind
    )
    writer.around = InlineContext(base, expression_values(document, known))
    if kind is ExportKind.RMARKDOWN:
        writer.written = written_chunks(document)
        writer.around = InlineContext(base, written_expressions(document))
    writer.plain, writer.requires = plain, document.front_matter.requires
    if document.front_matter.title and kind is not ExportKind.RMARKDOWN:
        writer.prose.heading(f"# {document.front_matter.title}", 1)
    writer.write(chosen(document.body, left_out))
    return writer.notebook()


def same_notebook(document: Document, kind: ExportKind) -> ExportKind:
    """Return the kind whose notebook is equal: a script is written from the learner's, unless its comments need another language."""
    same = kind is ExportKind.SCRIPT and main_language(document, script=True) == main_language(document, script=False)
    return ExportKind.LEARNER if same else kind


def _has_python(document: Document) -> bool:
    return any(isinstance(node, CodeBlock) and not PYTHON.isdisjoint(node.classes[:1]) for node in walk(document.body))


class _BoxEnd:
    """Marks where the innermost box ends."""


class _Writer:
    """Walks a page's blocks without recursion: divs can nest arbitrarily deep."""

    def __init__(self, language: str, record: EpisodeRecord | None, prose: Prose, kind: ExportKind) -> None:
        self._language, self._live = language, kind is ExportKind.LIVE
        self._results = record.by_identifier if record else {}
        self.prose, self.around, self.plain = prose, InlineContext(), False
        self.written: Mapping[str, str] = {}
        self.requires: tuple[str, ...] = ()
        self.needed: tuple[str, ...] = ()
        self._cells: list[dict[str, Any]] = []

    def write(self, nodes: Sequence[Node]) -> None:
        stack: list[Node | _BoxEnd] = [*nodes[::-1]]
        while stack:
            node = stack.pop()
            if isinstance(node, _BoxEnd):
                self.prose.close_box()
            elif is_inline(node):
                self.prose.block(block_text([node, *_rest_of_run(stack)], self.around))
            elif isinstance(node, Element):
                stack.extend(reversed(self._element(node)))
            else:
                self._code(node)

    def _element(self, node: Element) -> Sequence[Node | _BoxEnd]:
        """Write an element, or return what to write instead."""
        kind = kind_of(node.classes) if node.tag == "div" else None
        if kind in TITLES:
            return self._box(str(kind), node)
        if is_notes(node):
            return () if self._live else [part for item in node.children if isinstance(item, Element) for part in note(item)]
        if node.tag == "div" and LINES not in node.classes:
            return node.children
        if not is_whole(node, self._is_code):
            return opened(node, self._is_code)
        text = block_text((node,), self.around)
        if node.tag in HEADINGS:
            self.prose.heading(text, int(node.tag[1]))
        else:
            self.prose.block(text)
        return ()

    def _box(self, kind: str, node: Element) -> Sequence[Node | _BoxEnd]:
        children = [child for child in node.children if not isinstance(child, str) or child.strip()]
        first = children[0] if children else None
        heading = first if isinstance(first, Element) and first.tag in HEADINGS else None
        self.prose.open_box(kind, line(heading.children, self.around) if heading else "")
        rest = node.children[node.children.index(heading) + 1 :] if heading else node.children
        return [*rest, _BoxEnd()]

    def _is_code(self, node: Node) -> bool:
        """Tell whether a node is code with its own cell, or would be in a notebook of its language."""
        return isinstance(node, Cell) or (self.plain and isinstance(node, CodeBlock) and not PYTHON.isdisjoint(node.classes[:1]))

    def _code(self, node: Node) -> None:
        if not self._is_code(node):
            self.prose.block(block_text((node,), self.around))
            return
        cell = node if isinstance(node, Cell) else _as_cell(node)
        if cell.language == "asis" and not self.written:
            self.prose.block(cell.source)
            return
        if cell.identifier in self.written:
            self.prose.announce()
            self._texts()
            self._cells.append({"cell_type": "raw", "id": "", "metadata": {}, "source": as_lines(self.written[cell.identifier])})
            return
        language = kernel_language(cell.language)
        shell = language == "bash" and self._language == "python"
        if not cell.options.evaluate or (language != self._language and not shell):
            self.prose.block(fenced(cell.source, cell.language), always=True)
            return
        self.prose.announce()
        self._texts()
        hidden = not (cell.options.include and cell.options.echo)
        source = "" if self._live and not hidden else self._conditional(cell, shell=shell)
        tags = [tag for tag, wanted in (("raises-exception", cell.options.error), ("hide-input", hidden)) if wanted]
        result = self._results.get(cell.identifier)
        number = sum(made["cell_type"] == "code" for made in self._cells) + 1
        self._cells.append({
            "cell_type": "code",
            "id": self._identifier(cell.identifier),
            "metadata": {"tags": tags} if tags else {},
            "execution_count": number if result is not None and result.ran else None,
            "source": as_lines(f"%%bash\n{source}" if shell else source),
            "outputs": [notebook_output(output, number) for output in results_of(result)] if result else [],
        })  # fmt: skip

    def _conditional(self, cell: Cell, *, shell: bool) -> str:
        """Return a cell's code below what it requires, if the preamble of a notebook in Python can look for that."""
        names = (cell.options.requires or self.requires) if self._language == "python" else ()
        self.needed += (*((SHELL,) if shell else ()), *names) if names or shell else ()
        head = [requirement_line(names)] if names else []
        head += ["set -e -o pipefail"] if shell and ends_at_failure(cell.options) else []
        return "\n".join((*head, cell.source))

    @property
    def _looks(self) -> bool:
        """Whether cells require something, or cells of the shell have to know of each other."""
        return bool(set(self.needed) - {SHELL}) or self.needed.count(SHELL) > 1

    def _texts(self) -> None:
        for text in self.prose.taken():
            self._cells.append({"cell_type": "markdown", "id": self._identifier("text"), "metadata": {}, "source": as_lines(text)})

    def notebook(self) -> dict[str, Any]:
        self._texts()
        name, display = KERNELS.get(self._language, (self._language, self._language))
        return {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {
                "kernelspec": {"name": name, "display_name": display, "language": self._language},
                "language_info": {"name": self._language},
            },
            "cells": with_preamble(self._cells, preamble(self.needed, notebook=True) if self._looks else ""),
        }

    def _identifier(self, name: str) -> str:
        return re.sub(r"[^A-Za-z0-9_-]", "-", name)[:58] + f"-{len(self._cells) + 1}"


def _rest_of_run(stack: list[Node | _BoxEnd]) -> Iterator[Node]:
    """Take the text and inline elements that come next off the stack."""
    while stack and not isinstance(following := stack[-1], _BoxEnd) and is_inline(following):
        stack.pop()
        yield following


def _as_cell(node: Node) -> Cell:
    assert isinstance(node, CodeBlock)
    return Cell(f"fence-{node.line}", "python", node.text, line=node.line)
