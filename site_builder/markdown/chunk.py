"""A run of source lines that is read as one sequence of blocks: the page itself, or what a container holds after its marks are taken off.

pandoc reads a list item, a block quote or a table cell by cutting its text out, taking the indentation off and reading the rest
again as a document. A `Chunk` is such a text together with the source line each of its lines came from, and with what the
surrounding containers forbid (a list marker ends a paragraph only inside a list, a closing fence only inside a fenced div).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TAB_STOP = 4
"""Columns between tab stops (pandoc manual, ``--tab-stop``)."""

MAXIMUM_DEPTH = 60
"""Containers inside containers that are read; deeper content is kept as text, so that depth never exhausts the stack."""


@dataclass(slots=True)
class OpenDiv:
    """A div or raw element whose end has not been met: ``kind`` is ``fence``, ``html`` (a ``<div>``) or ``raw``.

    ``line`` is the source line of its opener, ``outer`` the HTML element around it, ``indent`` the columns of white space that
    the blocks of a raw element may begin with.
    """

    kind: str
    line: int
    outer: str = ""
    indent: int = 0


@dataclass(slots=True)
class Chunk:
    """Lines being read; ``numbers`` are their 1-based source lines.

    ``fence_depth`` and ``html_tag``, the innermost open element, count what is open around as well. Of the line that is read now,
    what stands before ``column`` is read already.
    """

    lines: list[str]
    numbers: Sequence[int]
    in_list: bool = False
    fence_depth: int = 0
    html_tag: str = ""
    depth: int = 0
    divs: list[OpenDiv] = field(default_factory=list)
    memory: dict[Any, Any] = field(default_factory=dict)
    partial: set[int] = field(default_factory=set)
    column: int = 0

    def number(self, index: int) -> int:
        """Return the source line of a line of this chunk; past the end, that of the last line."""
        return self.numbers[min(index, len(self.numbers) - 1)]

    def blank(self, index: int) -> bool:
        """Tell whether a line is empty or past the end."""
        return index >= len(self.lines) or not self.lines[index].strip(" \t\r")

    @property
    def inside_fence(self) -> bool:
        """Tell whether some fenced div is open here or around."""
        return self.fence_depth > 0

    def open_element(self, kind: str, index: int, tag: str, indent: int = 0) -> None:
        """Note that an HTML element begins on a line of this chunk."""
        self.divs.append(OpenDiv(kind, self.number(index), self.html_tag, indent))
        self.html_tag = tag

    def close_element(self) -> None:
        """Note that the innermost HTML element of this chunk ends."""
        self.html_tag = self.divs.pop().outer

    def close_unended(self, kind: str) -> bool:
        """Forget raw elements without an end tag inside the innermost div of this kind; return whether there is such a div."""
        count = next((number for number, each in enumerate(reversed(self.divs)) if each.kind != "raw"), len(self.divs))
        if count == len(self.divs) or self.divs[-1 - count].kind != kind:
            return False
        for _ in range(count):
            self.close_element()
        return True

    def drop_read(self, index: int) -> None:
        """Take off a line what of it is read already."""
        self.lines[index], self.column = self.lines[index][self.column :], 0

    def child(self, lines: list[str], numbers: Sequence[int], *, in_list: bool | None = None) -> Chunk:
        """Return the chunk of a container's content, one level deeper."""
        listed = self.in_list if in_list is None else in_list
        return Chunk(lines, numbers, listed, self.fence_depth, self.html_tag, self.depth + 1)

    def remember(self, key: Any, make: Callable[[], Any]) -> Any:
        """Return what ``make`` gives, computing it once for this chunk."""
        if key not in self.memory:
            self.memory[key] = make()
        return self.memory[key]


def indentation(line: str) -> int:
    """Return the columns of white space before a line's text, tabs counted to the next stop."""
    column = 0
    for character in line:
        if character == " ":
            column += 1
        elif character == "\t":
            column += TAB_STOP - column % TAB_STOP
        else:
            break
    return column


def strip_columns(line: str, columns: int) -> str | None:
    """Take exactly ``columns`` columns of white space off a line, splitting a tab where needed; None where there are fewer."""
    if not columns:
        return line
    column = 0
    for position, character in enumerate(line):
        if character == " ":
            column += 1
        elif character == "\t":
            column += TAB_STOP - column % TAB_STOP
        else:
            return None
        if column >= columns:
            return " " * (column - columns) + line[position + 1 :]
    return None


def strip_up_to(line: str, columns: int) -> str:
    """Take at most ``columns`` columns of white space off a line."""
    stripped = strip_columns(line, min(columns, indentation(line)))
    return line if stripped is None else stripped


def nonindent(line: str, column: int = 0) -> int | None:
    """Return the number of spaces before a line's text from a column on, or None where they make it indented code (four columns)."""
    spaces = 0
    while line.startswith(" ", column + spaces) and spaces < TAB_STOP:
        spaces += 1
    return spaces if spaces < TAB_STOP and not line.startswith("\t", column + spaces) else None


_FENCE = re.compile(r"( {0,3})(`{3,}|~{3,})[ \t]*(.*)$")
_CLOSER = re.compile(r" {0,3}(`{3,}|~{3,})[ \t\r]*$")


def fence_opener(line: str) -> tuple[int, str, str] | None:
    """Return indent, marker and info of a line that has the form of a fence's opener, whatever its info says."""
    head = line[:6]  # a line may be very long, and be asked about at each of its tags
    found = _FENCE.match(line) if "```" in head or "~~~" in head else None
    return (len(found[1]), found[2], found[3].rstrip(" \t\r")) if found else None


def fence_closer(chunk: Chunk, start: int, marker: str) -> int | None:
    """Return the line of the fence that closes one opened before line ``start``, or None (pandoc manual, fenced_code_blocks)."""
    index: dict[str, tuple[list[int], list[int], list[int]]] = chunk.remember("closers", lambda: _closers(chunk))
    lines, sizes, largest = index.get(marker[0], ([], [], []))
    at = bisect_right(lines, start - 1)
    while at < len(lines) and largest[at] >= len(marker):
        if sizes[at] >= len(marker):
            return lines[at]
        at += 1
    return None


def _closers(chunk: Chunk) -> dict[str, tuple[list[int], list[int], list[int]]]:
    index: dict[str, tuple[list[int], list[int], list[int]]] = {"`": ([], [], []), "~": ([], [], [])}
    for number, line in enumerate(chunk.lines):
        found = _CLOSER.match(line)
        if found:
            lines, sizes, _ = index[found[1][0]]
            lines.append(number)
            sizes.append(len(found[1]))
    for _, sizes, largest in index.values():
        best = 0
        for size in reversed(sizes):
            best = max(best, size)
            largest.append(best)
        largest.reverse()
    return index
