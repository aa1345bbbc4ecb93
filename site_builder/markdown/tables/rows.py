"""Tables: captions, and how the rows of any of the four forms become tokens (pandoc manual, tables)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown_it.token import Token

from site_builder.markdown.attributes import NO_ATTRIBUTES, AttributeList, trailing_attributes
from site_builder.markdown.blocks.lists import compact
from site_builder.markdown.chunk import MAXIMUM_DEPTH, Chunk
from site_builder.markdown.reader_state import page_of, push, push_inline, read_chunk
from site_builder.markdown.tables.columns import read_column_table
from site_builder.markdown.tables.grid import read_grid_table
from site_builder.markdown.tables.model import TooManyCells
from site_builder.markdown.tables.pipe import read_pipe_table

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

    from site_builder.markdown.tables.model import Table, TableCell

_CAPTION = re.compile(r" {0,3}(?:[Tt]able:|:(?![!-/:-@\[-`{-~]))[ \t]*(.*)$")
_FULL = 0.999
_FORMS = (read_pipe_table, read_column_table, read_grid_table)


@dataclass(frozen=True, slots=True)
class Caption:
    """A table's caption, the attributes at its end, which are the table's, and the line after it."""

    text: str
    attributes: AttributeList
    line: int
    end: int


def table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a table of any form, with its caption before or after it."""
    chunk = page_of(state).chunk
    if chunk.depth >= MAXIMUM_DEPTH:
        return False
    before = _caption(chunk, start, end)
    begin = before.end if before else start
    try:
        found = _find(chunk, begin, end)
    except TooManyCells:
        message = "a table would have many more cells than characters, and is read as text"
        page_of(state).complain("LS210", message, chunk.number(begin), "write a row for each line, with all of its cells")
        return False
    if found is None:
        return False
    after = None if before else _caption(chunk, _skip_blank(chunk, found.end, end), end)
    _push_table(state, found, before or after)
    state.line = after.end if after else found.end
    return True


def _find(chunk: Chunk, start: int, end: int) -> Table | None:
    if start >= end or chunk.blank(start):
        return None
    for form in _FORMS:
        if found := form(chunk, start, end):
            return found
    return None


def _skip_blank(chunk: Chunk, index: int, end: int) -> int:
    while index < end and chunk.blank(index):
        index += 1
    return index


def _caption(chunk: Chunk, start: int, end: int) -> Caption | None:
    found = _CAPTION.match(chunk.lines[start]) if start < end else None
    if not found:
        return None
    lines, index = [found[1]], start + 1
    while index < end and not chunk.blank(index):
        lines.append(chunk.lines[index])
        index += 1
    written = "\n".join(lines).strip()
    text, attributes = trailing_attributes(written)
    return Caption(text, attributes, chunk.number(start), _skip_blank(chunk, index, end)) if written else None


def _push_table(state: StateBlock, found: Table, caption: Caption | None) -> None:
    line = page_of(state).chunk.number(found.start)
    total = sum(found.widths)
    shown = f"width:{round(100 * total)}%;" if found.widths and total < _FULL else ""
    push(state, "table_open", "table", 1, line, _attributes(caption.attributes if caption else NO_ATTRIBUTES, shown))
    if caption and caption.text:
        push(state, "caption_open", "caption", 1, caption.line)
        push_inline(state, caption.text, caption.line)
        push(state, "caption_close", "caption", -1, caption.line)
    if found.widths:
        push(state, "colgroup_open", "colgroup", 1, line)
        for width in found.widths:
            push(state, "col", "col", 0, line, [("width", f"{int(100 * width)}%")])
        push(state, "colgroup_close", "colgroup", -1, line)
    if found.head and any(cell.lines for cell in found.head):
        _push_rows(state, "thead", "th", [found.head], found)
    _push_rows(state, "tbody", "td", found.rows, found)
    push(state, "table_close", "table", -1, line)


def _attributes(given: AttributeList, width: str) -> list[tuple[str, str]]:
    """Return a table's attributes with its width; a style of its own takes the place of that."""
    found = given.html()
    return [*([("style", width)] if width and "style" not in dict(found) else []), *found]


def _push_rows(state: StateBlock, group: str, tag: str, rows: list[list[TableCell]], found: Table) -> None:
    line = page_of(state).chunk.number(found.start)
    push(state, "rows_open", group, 1, line)
    for row in rows:
        at = page_of(state).chunk.number(row[0].index) if row else line
        push(state, "row_open", "tr", 1, at)
        for cell, alignment in zip(row, found.alignments, strict=False):
            push(state, "cell_open", tag, 1, at, [("align", alignment)] if alignment else [])
            state.tokens.extend(_cell(state, cell))
            push(state, "cell_close", tag, -1, at)
        push(state, "row_close", "tr", -1, at)
    push(state, "rows_close", group, -1, line)


def _cell(state: StateBlock, cell: TableCell) -> list[Token]:
    page = page_of(state)
    if not cell.lines:
        return []
    numbers = [page.chunk.number(cell.index + offset) for offset in range(len(cell.lines))]
    if not cell.blocks:
        token = Token("inline", "", 0)
        token.content, token.children, token.meta = "\n".join(cell.lines).strip(), [], {"line": numbers[0]}
        return [token]
    tokens = read_chunk(page, page.chunk.child([*cell.lines, ""], numbers, in_list=False))
    compact([tokens])
    return tokens
