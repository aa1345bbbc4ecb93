"""Pipe tables (pandoc manual, pipe_tables)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from site_builder.markdown.blocks.divs import ends_text
from site_builder.markdown.tables.model import COLUMNS, Table, TableCell, bound, text_cell

if TYPE_CHECKING:
    from site_builder.markdown.chunk import Chunk

_BREAK = re.compile(r" {0,3}(\|?)[ \t]*:?-+:?[ \t]*((?:[|+][ \t]*:?-+:?[ \t]*)*)\|?[ \t]*$")
_PART = re.compile(r"(:?)(-+)(:?)")
_PIECE = re.compile(r"(`+)(?!`)(?:.*?[^`])\1(?!`)|\\.|\$(?!\s)(?:\\.|[^$\\|])+(?<!\s)\$(?!\d)|[^|]")
_ALIGNMENT = {(True, True): "center", (True, False): "left", (False, True): "right", (False, False): ""}


def read_pipe_table(chunk: Chunk, start: int, end: int) -> Table | None:
    """Read a pipe table that begins at ``start``: a line with pipes, a line of dashes, further lines with pipes."""
    if start + 1 >= end or "|" not in chunk.lines[start] or chunk.lines[start].startswith("    "):
        return None
    broken = _BREAK.match(chunk.lines[start + 1])
    if not broken or not (broken[1] or broken[2]):
        return None
    parts = _PART.findall(chunk.lines[start + 1])
    index = start + 2
    while index < end and "|" in chunk.lines[index] and not chunk.blank(index) and not ends_text(chunk, index):
        if split_row(chunk.lines[index]) is None:
            break
        index += 1
    bound(chunk.lines[start:index], len(parts))
    rows = [_row(chunk.lines[number], number, len(parts)) for number in (start, *range(start + 2, index))]
    alignments = [_ALIGNMENT[bool(left), bool(right)] for left, _, right in parts]
    wide = any(len(line) > COLUMNS for line in chunk.lines[start:index])
    sizes = [len(dashes) + len(left) + len(right) for left, dashes, right in parts]
    total = sum(sizes)
    widths = [size / total for size in sizes] if wide else []
    return Table(start, index, alignments, rows[1:], rows[0], widths)


def split_row(line: str) -> list[str] | None:
    """Split a row at its pipes, except those in code, math and after a backslash; None if no pipe is left to split at."""
    text = line.strip()
    opened = text.startswith("|")
    cells, current, position = [], [], int(opened)
    pipes = int(opened)
    while position < len(text):
        found = _PIECE.match(text, position)
        if found:
            current.append(found[0])
            position = found.end()
            continue
        cells.append("".join(current))
        current, position, pipes = [], position + 1, pipes + 1
    if "".join(current).strip() or not text.endswith("|") or not cells:
        cells.append("".join(current))
    return cells if pipes else None


def _row(line: str, index: int, count: int) -> list[TableCell]:
    cells = [text_cell(text, index) for text in split_row(line) or [line]]
    return (cells + [TableCell((), index)] * count)[:count]
