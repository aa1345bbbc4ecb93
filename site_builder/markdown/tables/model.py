"""A table as it is read, before its cells are."""

from __future__ import annotations

from dataclasses import dataclass, field

COLUMNS = 72
"""The line width to which relative column widths refer (pandoc manual, ``--columns``)."""


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


def text_cell(text: str, index: int) -> TableCell:
    """Return a cell with one line of text; white space alone is an empty cell."""
    stripped = text.strip()
    return TableCell((stripped,) if stripped else (), index)


def block_cell(lines: list[str], index: int) -> TableCell:
    """Return a cell of blocks, without blank lines at its end."""
    end = next((number for number in range(len(lines), 0, -1) if lines[number - 1].strip()), 0)
    return TableCell(tuple(lines[:end]), index, blocks=True)
