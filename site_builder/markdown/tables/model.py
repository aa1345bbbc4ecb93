"""A table as it is read, before its cells are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

COLUMNS = 72
"""The line width to which relative column widths refer (pandoc manual, ``--columns``)."""

FEW = 1_000
"""So many cells a table may have, whatever it is written with."""

CELLS_PER_CHARACTER = 4
"""More cells than this for each character would be nearly all empty: a short text would become a page of any size."""


class TooManyCells(Exception):
    """A table whose lines lack nearly all of their cells."""


@dataclass(frozen=True, slots=True)
class TableCell:
    """The lines of one cell, the first line of its row in the chunk, and whether it contains blocks or one run of text."""

    lines: tuple[str, ...]
    index: int
    blocks: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its extent in lines, alignments (empty where none), relative widths (none for natural width), head and rows."""

    start: int
    end: int
    alignments: list[str]
    rows: list[list[TableCell]]
    head: list[TableCell] = field(default_factory=list)
    widths: list[float] = field(default_factory=list)


def bound(lines: Sequence[str], columns: int) -> None:
    """Check how many cells lines would have.

    Raises:
        TooManyCells: they would have many more than characters.
    """
    if len(lines) * columns > max(FEW, CELLS_PER_CHARACTER * sum(map(len, lines))):
        raise TooManyCells


def text_cell(text: str, index: int) -> TableCell:
    """Return a cell with one line of text; white space alone is an empty cell."""
    stripped = text.strip()
    return TableCell((stripped,) if stripped else (), index)


def block_cell(lines: list[str], index: int) -> TableCell:
    """Return a cell of blocks, without blank lines at its end."""
    end = next((number for number in range(len(lines), 0, -1) if lines[number - 1].strip()), 0)
    return TableCell(tuple(lines[:end]), index, blocks=True)
