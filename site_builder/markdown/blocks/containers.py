"""Block quotes, footnote and reference definitions."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from site_builder.markdown.attributes import AttributeList, plain, read_attributes
from site_builder.markdown.blocks.paragraphs import continues
from site_builder.markdown.chunk import MAXIMUM_DEPTH, Chunk, nonindent, strip_up_to
from site_builder.markdown.reader_state import Note, Reference, page_of, push, read_chunk
from site_builder.problems import Severity

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

_QUOTE = re.compile(r" {0,3}> ?")
_NOTE = re.compile(r" {0,3}\[\^([^\s\]]{1,999})\]:[ \t]*")
_REFERENCE = re.compile(r" {0,3}\[(?!\^)((?:\\.|[^\[\]\\]|\[(?:\\.|[^\[\]\\])*\])+)\]:", re.S)
_TARGET = re.compile(r"[ \t]*\n?[ \t]*(?:<((?:\\.|[^<>\\\n])*)>|((?:[^\s{]++|[^\S\n]++(?!\s*[\"'({]))*+\{?))", re.S)
_TITLE = re.compile(r"[ \t]*\n?[ \t]*(?:\"((?:\\.|[^\"\\])*)\"|'((?:\\.|[^'\\])*)'|\(((?:\\.|[^()\\])*)\))(?=[ \t]*(?:\n|$|\{))", re.S)


def quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a block quote with its lazy lines."""
    page = page_of(state)
    chunk = page.chunk
    if not _QUOTE.match(chunk.lines[start]) or chunk.depth >= MAXIMUM_DEPTH:
        return False
    lines: list[str] = []
    index = start
    while index < end:
        found = _QUOTE.match(chunk.lines[index])
        lazy = not found and continues(chunk, index) and not chunk.lines[index].lstrip().startswith(">")
        if not found and not (lines and lazy):
            break
        lines.append(chunk.lines[index][found.end() :] if found else chunk.lines[index].lstrip())
        index += 1
    push(state, "blockquote_open", "blockquote", 1, chunk.number(start))
    inner = chunk.child([*lines, ""], chunk.numbers[start:index])
    state.tokens.extend(read_chunk(page, inner))
    push(state, "blockquote_close", "blockquote", -1, chunk.number(start))
    state.line = index
    return True


def note(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a footnote's definition; lines indented by four columns after a blank line belong to it."""
    page = page_of(state)
    chunk = page.chunk
    found = _NOTE.match(chunk.lines[start])
    if not found or chunk.depth >= MAXIMUM_DEPTH:
        return False
    lines, index = [chunk.lines[start][found.end() :]], start + 1
    while index < end:
        ahead = index
        while ahead < end and chunk.blank(ahead):
            ahead += 1
        if ahead >= end or (ahead > index and nonindent(chunk.lines[ahead]) is not None):
            break
        if ahead == index and _NOTE.match(chunk.lines[index]):
            break
        lines.extend([""] * (ahead - index))
        lines.append(strip_up_to(chunk.lines[ahead], 4))
        index = ahead + 1
    inner = chunk.child([*lines, ""], chunk.numbers[start:index], in_list=False)
    tokens = read_chunk(page, inner)
    if found[1] in page.notes:
        page.complain("LS205", f"the footnote '{found[1]}' is defined twice", chunk.number(start), "rename one of them", Severity.WARNING)
    page.notes[found[1]] = Note(tokens, chunk.number(start))
    state.line = index
    return True


def reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a reference definition ``[name]: target "title" {attributes}``; the last one counts, and ``links.md`` comes last."""
    page = page_of(state)
    chunk = page.chunk
    if not chunk.lines[start].lstrip(" ").startswith("["):
        return False
    found = _definition_at(chunk, start, end)
    if found is None:
        return False
    key, definition, lines = found
    page.references[key] = definition
    state.line = start + lines
    return True


def _definition_at(chunk: Chunk, start: int, end: int) -> tuple[str, Reference, int] | None:
    """Return the definition that begins at a line; most take one line, and more are looked at only while one might go on."""
    size = 6
    while True:
        text = "\n".join(chunk.lines[start : min(end, start + size)])
        found = _definition(text)
        goes_on = "]:" in text if found is None else found[2] >= size
        if not goes_on or start + size >= end or "\n\n" in text:
            return found
        size *= 2


@lru_cache(maxsize=4096)  # every page of a lesson reads the definitions of links.md
def _definition(text: str) -> tuple[str, Reference, int] | None:
    """Return the definition that a text begins with: its key, its target, and its number of lines."""
    found = _REFERENCE.match(text)
    target = _TARGET.match(text, found.end()) if found else None
    if not found or not target or text.startswith("[", target.start(2)) or "\n\n" in text[: target.end()]:
        return None
    title = _TITLE.match(text, target.end())
    position = title.end() if title else target.end()
    attributes, position = _reference_attributes(text, position)
    if text[position:].split("\n", 1)[0].strip():
        return None
    address = target[1] if target[1] is not None else " ".join(target[2].split())
    name = next((each for each in title.groups() if each is not None), "") if title else ""
    return reference_key(found[1]), Reference(plain(address), plain(name), attributes), text.count("\n", 0, position) + 1


def _reference_attributes(text: str, position: int) -> tuple[AttributeList, int]:
    behind = re.compile(r"[ \t]*\n?[ \t]*").match(text, position)
    read = read_attributes(text, behind.end()) if behind else None
    return read if read else (AttributeList(), position)


def reference_key(text: str) -> str:
    """Return a reference's name for comparison: white space collapsed, case ignored."""
    return " ".join(text.split()).casefold()
