"""A page's source as a sequence of lines, boxes and cells, in the author's own Markdown; the reader's tree says which fences are cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TypeAlias

from site_builder.markdown.divs import fence_attributes, is_closer
from site_builder.markdown.document import Document
from site_builder.markdown.frontmatter import split_front_matter
from site_builder.markdown.reader import normalise
from site_builder.markdown.tree import Cell

FENCE = re.compile(r"\s*(?:>\s*)*(`{3,}|~{3,})\s*(.*)$")
HTML_DIV = re.compile(r"\s{0,3}<div\b([^>]*)>\s*$", re.IGNORECASE)
HTML_END = re.compile(r"\s{0,3}</div\s*>\s*$", re.IGNORECASE)
HTML_CLASS = re.compile(r"\bclass\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
TYPED = frozenset(("output", "error", "warning"))
"""Classes of fences that show what the code above them gave (workbench-spec 3.6)."""
LANGUAGE = re.compile(r"\{?\.?([\w+-]+)")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of prose, or of a code fence that is shown and not run; ``typed`` marks what an author says that code gives."""

    text: str
    code: bool = False
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Open:
    """A div begins; ``kind`` is its first class."""

    kind: str


@dataclass(frozen=True, slots=True)
class Close:
    """The innermost div ends."""


Event: TypeAlias = "Line | Open | Close | Cell"


def events(text: str, document: Document, *, plain: bool = False) -> Iterator[Event]:
    """Yield what a page is made of, without its front matter; ``document`` is what the reader made of the same text.

    With ``plain`` fences of Python without braces are cells too: the code of a lesson that was not written to be executed.
    """
    body, skipped = _body(text, document.path)
    cells = {cell.line: cell for cell in document.cells if isinstance(cell, Cell)}
    yield from _Scanner(body.split("\n"), skipped, cells, plain=plain).events()


@lru_cache(maxsize=2)
def _body(text: str, path: PurePosixPath) -> tuple[str, int]:
    """Return the text below the front matter and how many lines stand before it; several kinds are made of one text in a row."""
    _, body, skipped, _ = split_front_matter(normalise(text), path)
    return body, skipped


class _Scanner:
    """Goes through the lines once; divs that are never closed are closed at the end."""

    def __init__(self, lines: list[str], skipped: int, cells: Mapping[int, Cell], *, plain: bool) -> None:
        self._lines, self._skipped, self._cells, self._plain = lines, skipped, cells, plain
        self._open: list[str] = []

    def events(self) -> Iterator[Event]:
        place = 0
        while place < len(self._lines):
            line = self._lines[place]
            opened = FENCE.match(line)
            if opened:
                end = self._end_of_fence(place, opened[1])
                yield from self._fence(place, end, opened[2])
                place = end
            else:
                yield from self._line(line)
            place += 1
        yield from (Close() for _ in self._open)

    def _end_of_fence(self, place: int, marks: str) -> int:
        closer = re.compile(rf"\s*(?:>\s*)*{re.escape(marks[0])}{{{len(marks)},}}\s*$")
        rest = range(place + 1, len(self._lines))
        return next((number for number in rest if closer.match(self._lines[number])), len(self._lines) - 1)

    def _fence(self, place: int, end: int, header: str) -> Iterator[Event]:
        cell = self._cells.get(self._skipped + place + 1)
        language = LANGUAGE.match(header)
        if cell is None and self._plain and language and language[1].lower() in ("python", "py"):
            source = "\n".join(self._lines[place + 1 : end])
            cell = Cell(f"fence-{self._skipped + place + 1}", "python", source, line=self._skipped + place + 1)
        if cell is not None:
            yield cell
            return
        typed = self._plain and language is not None and language[1].lower() in TYPED
        yield from (Line(text, code=True, typed=typed) for text in self._lines[place : end + 1])

    def _line(self, line: str) -> Iterator[Event]:
        attributes = fence_attributes(line)
        html = HTML_DIV.match(line)
        if attributes is not None or html:
            found = HTML_CLASS.search(html[1]) if html else None
            kind = found[1] if found else attributes.classes[0] if attributes and attributes.classes else ""
            self._open.append("html" if html else "fence")
            yield Open(kind)
        elif self._open and ((is_closer(line) and self._open[-1] == "fence") or (HTML_END.match(line) and self._open[-1] == "html")):
            self._open.pop()
            yield Close()
        else:
            yield Line(line)
