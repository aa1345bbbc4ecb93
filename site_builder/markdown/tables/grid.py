"""Grid tables (pandoc manual, grid_tables): cells are drawn with ``+``, ``-``, ``=`` and ``|`` and contain blocks."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from site_builder.markdown.tables.model import COLUMNS, Table, TableCell, block_cell, bound

if TYPE_CHECKING:
    from site_builder.markdown.chunk import Chunk

_BORDER = re.compile(r" {0,3}\+(?:(:?-+:?|:?=+:?)\+)+[ \t]*$")
_ALIGNMENT = {(True, True): "center", (True, False): "left", (False, True): "right", (False, False): ""}


def read_grid_table(chunk: Chunk, start: int, end: int) -> Table | None:
    """Read a grid table that begins at ``start``; every row has a cell in every column."""
    line = chunk.lines[start].rstrip()
    if not line.lstrip(" ").startswith("+") or not _BORDER.match(line):
        return None
    offset = len(line) - len(line.lstrip(" "))
    index = start
    while index < end and chunk.lines[index].strip()[:1] in ("+", "|") and not chunk.blank(index):
        index += 1
    drawn = [text.rstrip()[offset:] for text in chunk.lines[start:index]]
    bounds = [position for position, character in enumerate(drawn[0]) if character == "+"]
    borders = [number for number, text in enumerate(drawn) if _BORDER.match(text)]
    if len(borders) < 2 or borders[-1] != len(drawn) - 1:
        return None
    bound(drawn, len(bounds))
    rows = [_row(drawn, first, last, bounds, start) for first, last in pairwise(borders)]
    heads = sum(1 for number in borders[1:] if "=" in drawn[number])
    split = borders.index(next(number for number in borders[1:] if "=" in drawn[number])) if heads else 0
    marks = drawn[borders[split]]
    sizes = [after - before for before, after in pairwise(bounds)]
    total = max(sum(sizes), COLUMNS)
    widths = [size / total for size in sizes]
    alignments = [_ALIGNMENT[marks[before + 1 : before + 2] == ":", marks[after - 1 : after] == ":"] for before, after in pairwise(bounds)]
    return Table(start, index, alignments, rows[split:], rows[0] if split else [], widths)


def _row(drawn: list[str], first: int, last: int, bounds: list[int], start: int) -> list[TableCell]:
    cells = []
    for before, after in pairwise(bounds):
        lines = [text[before + 1 : after].rstrip() for text in drawn[first + 1 : last]]
        margin = min((len(text) - len(text.lstrip(" ")) for text in lines if text), default=0)
        cells.append(block_cell([text[margin:] for text in lines], start + first + 1))
    return cells
