"""Definition lists (pandoc manual, definition_lists)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from site_builder.markdown.chunk import MAXIMUM_DEPTH, Chunk, strip_columns
from site_builder.markdown.divs import ends_text
from site_builder.markdown.lists import top_paragraphs
from site_builder.markdown.page import Page, page_of, push, push_inline, read_chunk

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

_MARKER = re.compile(r" {0,3}[:~](?:[ \t]|$)")
_PADDING = re.compile(r" {0,3}(?![ \t])")


def is_definition(line: str) -> bool:
    """Tell whether a line begins a definition: a colon or tilde and white space."""
    return line.lstrip(" ")[:1] in (":", "~") and bool(_MARKER.match(line))


def definition_list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read terms, each a line of its own, followed by their definitions."""
    page = page_of(state)
    if page.chunk.depth >= MAXIMUM_DEPTH or not _begins(page.chunk, start, end):
        return False
    entries: list[tuple[int, list[tuple[int, list[Token]]]]] = []
    index = start
    while index < end and not page.chunk.blank(index) and _begins(page.chunk, index, end):
        term, index = index, index + 1
        definitions: list[tuple[int, list[Token]]] = []
        while (at := _definition_at(page.chunk, index, end)) is not None:
            stop, lines = _lines(page.chunk, at, end, blank_before=at > index)
            definitions.append((at, _read(page, lines, at)))
            index = stop
        entries.append((term, definitions))
        while index < end and page.chunk.blank(index):
            index += 1
    _compact([token for _, definitions in entries for _, tokens in definitions for token in tokens])
    _push(state, entries)
    state.line = index
    return True


def _compact(tokens: list[Token]) -> None:
    """Make the very last paragraph of a definition list tight where it is the only loose one."""
    loose = [token for token in top_paragraphs(tokens) if not token.hidden]
    if len(loose) == 2 and tokens[-1] is loose[-1]:
        loose[0].hidden = loose[1].hidden = True


def _begins(chunk: Chunk, index: int, end: int) -> bool:
    return not ends_text(chunk, index) and _definition_at(chunk, index + 1, end) is not None


def _definition_at(chunk: Chunk, index: int, end: int) -> int | None:
    if index < end and chunk.blank(index):
        index += 1
    return index if index < end and is_definition(chunk.lines[index]) else None


def _lines(chunk: Chunk, at: int, end: int, *, blank_before: bool) -> tuple[int, list[str]]:
    found = _MARKER.match(chunk.lines[at])
    body = chunk.lines[at][found.end() :] if found else ""
    padding = _PADDING.match(body)
    lines, index = [body[padding.end() :] if padding else body], at + 1
    continued = False
    while index < end:
        ahead = index
        while ahead < end and chunk.blank(ahead):
            ahead += 1
        if ahead >= end or ends_text(chunk, ahead):
            break
        stripped = strip_columns(chunk.lines[ahead], 4)
        if stripped is None and (ahead > index or is_definition(chunk.lines[ahead])):
            break
        continued = continued or ahead > index
        lines.extend([""] * (ahead - index))
        lines.append(chunk.lines[ahead] if stripped is None else stripped)
        index = ahead + 1
    return index, [*lines, ""] if blank_before or continued else lines


def _read(page: Page, lines: list[str], at: int) -> list[Token]:
    numbers = [page.chunk.number(at + offset) for offset in range(len(lines))]
    return read_chunk(page, page.chunk.child(lines, numbers))


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
