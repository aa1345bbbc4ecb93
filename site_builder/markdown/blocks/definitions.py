"""Definition lists (pandoc manual, definition_lists)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from site_builder.markdown.blocks.divs import ends_text
from site_builder.markdown.blocks.lists import read_item, top_paragraphs
from site_builder.markdown.blocks.markers import Marker, definition_marker
from site_builder.markdown.chunk import MAXIMUM_DEPTH, Chunk
from site_builder.markdown.reader_state import ReaderState, page_of, push, push_inline

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token


def definition_list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read terms, one a line, followed by their definitions, which are read like list items."""
    page = page_of(state)
    if page.chunk.depth >= MAXIMUM_DEPTH or not _begins(page.chunk, start, end):
        return False
    entries: list[tuple[int, list[tuple[int, list[Token]]]]] = []
    index = start
    while index < end and not page.chunk.blank(index) and _begins(page.chunk, index, end):
        definitions, stop = _definitions(page, index + 1, end)
        entries.append((index, definitions))
        index = stop
    _push(state, entries)
    state.line = index
    return True


def _definitions(page: ReaderState, index: int, end: int) -> tuple[list[tuple[int, list[Token]]], int]:
    """Return the definitions of one term, tight unless a blank line precedes the first one, and the line after them."""
    definitions: list[tuple[int, list[Token]]] = []
    tight = not page.chunk.blank(index)
    while found := _definition_at(page.chunk, index, end):
        at, marker = found
        index, tokens = read_item(page, at, end, marker)
        for token in top_paragraphs(tokens):
            token.hidden = token.hidden or tight
        definitions.append((at, tokens))
    return definitions, index


def _begins(chunk: Chunk, index: int, end: int) -> bool:
    return not ends_text(chunk, index) and _definition_at(chunk, index + 1, end) is not None


def _definition_at(chunk: Chunk, index: int, end: int) -> tuple[int, Marker] | None:
    at = index + 1 if chunk.blank(index) else index
    marker = definition_marker(chunk.lines[at]) if at < end else None
    return (at, marker) if marker else None


def _push(state: StateBlock, entries: list[tuple[int, list[tuple[int, list[Token]]]]]) -> None:
    chunk = page_of(state).chunk
    push(state, "dl_open", "dl", 1, chunk.number(entries[0][0]))
    for term, definitions in entries:
        push(state, "dt_open", "dt", 1, chunk.number(term))
        push_inline(state, chunk.lines[term].strip(), chunk.number(term))
        push(state, "dt_close", "dt", -1, chunk.number(term))
        for at, tokens in definitions:
            push(state, "dd_open", "dd", 1, chunk.number(at))
            state.tokens.extend(tokens)
            push(state, "dd_close", "dd", -1, chunk.number(at))
    push(state, "dl_close", "dl", -1, chunk.number(entries[-1][0]))
