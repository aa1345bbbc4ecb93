"""Simple and multiline tables, whose columns are marked by lines of dashes (pandoc manual, simple_tables and multiline_tables)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from site_builder.markdown.tables.model import COLUMNS, Table, TableCell, bound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from site_builder.markdown.chunk import Chunk

_DASHES = re.compile(r" {0,3}-+(?:[ \t]+-+)*[ \t]*$")
_GROUP = re.compile(r"(-+)([ \t]*)")
_SPAN = tuple[int, int]


def is_dashes(line: str) -> bool:
    """Tell whether a line holds only groups of dashes."""
    return "-" in line and bool(_DASHES.match(line))


def columns_of(line: str) -> list[_SPAN]:
    """Return start and length in characters of each group of dashes."""
    return [(found.start(), len(found[1])) for found in _GROUP.finditer(line)]


def read_column_table(chunk: Chunk, start: int, end: int) -> Table | None:
    """Read a simple or multiline table, with or without head, that begins at ``start``."""
    first_is_dashes = is_dashes(chunk.lines[start])
    if first_is_dashes:
        return _multiline(chunk, start, end) or _headless(chunk, start, end)
    if start + 1 < end and is_dashes(chunk.lines[start + 1]):
        return _simple(chunk, start, start + 1, end)
    return None


def _simple(chunk: Chunk, head: int | None, dashes: int, end: int) -> Table | None:
    spans = columns_of(chunk.lines[dashes])
    index = dashes + 1
    while index < end and not chunk.blank(index) and not is_dashes(chunk.lines[index]):
        index += 1
    footer = index < end and is_dashes(chunk.lines[index])
    if index == dashes + 1 or (head is None and not footer):
        return None
    bound(chunk.lines[dashes:index], len(spans))
    rows = [[TableCell(_one(text), number) for text in cut(chunk.lines[number], spans)] for number in range(dashes + 1, index)]
    model = cut(chunk.lines[dashes + 1 if head is None else head], spans)
    alignments = [alignment([text], length) for text, (_, length) in zip(model, spans, strict=True)]
    heads = [TableCell(_one(text), head) for text in cut(chunk.lines[head], spans)] if head is not None else []
    return Table(dashes if head is None else head, index + footer, alignments, rows, heads)


def _headless(chunk: Chunk, start: int, end: int) -> Table | None:
    return _simple(chunk, None, start, end) if len(columns_of(chunk.lines[start])) > 1 else None


def _multiline(chunk: Chunk, start: int, end: int) -> Table | None:
    """Read rows of several lines, a blank line between rows, up to a line of dashes."""
    single = len(columns_of(chunk.lines[start])) == 1
    dashes = start
    if single:
        dashes = next((n for n in range(start + 1, end) if chunk.blank(n) or is_dashes(chunk.lines[n])), end)
        if dashes >= end or dashes == start + 1 or chunk.blank(dashes):
            return None
    last: int = chunk.remember("last dashes", lambda: max((n for n, line in enumerate(chunk.lines) if is_dashes(line)), default=-1))
    footer = next((n for n in range(dashes + 1, end) if is_dashes(chunk.lines[n])), None) if last > dashes else None
    if footer is None or footer == dashes + 1 or not chunk.blank(footer + 1):
        return None
    groups = _groups(chunk, dashes + 1, footer)
    if not single and len(groups) < 2:
        return None
    spans = columns_of(chunk.lines[dashes])
    bound(chunk.lines[start:footer], len(spans))
    head = _joined(chunk, range(start + 1, dashes), spans) if single else []
    rows = [_joined(chunk, group, spans) for group in groups]
    model = range(start + 1, dashes) if single else groups[0]
    texts = [cut(chunk.lines[number], spans) for number in model]
    alignments = [alignment([row[column] for row in texts], length) for column, (_, length) in enumerate(spans)]
    return Table(start, footer + 1, alignments, rows, head, relative_widths(chunk.lines[dashes], spans))


def _groups(chunk: Chunk, start: int, end: int) -> list[range]:
    groups, first = [], start
    for index in range(start, end + 1):
        if index == end or chunk.blank(index):
            if index > first:
                groups.append(range(first, index))
            first = index + 1
    return groups


def _joined(chunk: Chunk, lines: Sequence[int], spans: list[_SPAN]) -> list[TableCell]:
    rows = [cut(chunk.lines[number], spans) for number in lines]
    columns = [[row[column].strip() for row in rows] for column in range(len(spans))]
    return [TableCell(tuple(column) if any(column) else (), lines[0]) for column in columns]


def cut(line: str, spans: list[_SPAN]) -> list[str]:
    """Cut a line at the columns; the last one takes everything after it, the first one any text before it."""
    starts = [start for start, _ in spans]
    if line[: starts[0]].strip():
        starts[0] = 0
    stops: list[int | None] = [*starts[1:], None]
    return [line[start:stop] for start, stop in zip(starts, stops, strict=True)]


def alignment(texts: list[str], length: int) -> str:
    """Return a column's alignment, from the position of its head above the dashes."""
    full = [text.rstrip() for text in texts if text.strip()]
    if not full:
        return ""
    left = any(text[0] in " \t" for text in full)
    right = max(len(text) for text in full) < length
    return {(True, False): "right", (False, True): "left", (True, True): "center", (False, False): ""}[left, right]


def relative_widths(line: str, spans: list[_SPAN]) -> list[float]:
    """Return each column's share of a line of text."""
    ends = [start for start, _ in spans[1:]] + [len(line.rstrip()) + 1]
    sizes = [stop - start for (start, _), stop in zip(spans, ends, strict=True)]
    total = max(sum(sizes), COLUMNS)
    return [size / total for size in sizes]


def _one(text: str) -> tuple[str, ...]:
    return (text.strip(),) if text.strip() else ()
