"""Paragraphs, block quotes, raw HTML, footnote and reference definitions."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from site_builder.markdown.attributes import AttributeList, plain, read_attributes
from site_builder.markdown.blocks.divs import ends_text, rest
from site_builder.markdown.blocks.leaves import fence_end
from site_builder.markdown.blocks.lists import is_list_start
from site_builder.markdown.chunk import MAXIMUM_DEPTH, Chunk, nonindent, strip_up_to
from site_builder.markdown.html_tags import VERBATIM_TAGS, Tag, read_tag
from site_builder.markdown.reader_state import Note, Reference, page_of, push, push_paragraph, read_chunk
from site_builder.problems import Severity

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

_QUOTE = re.compile(r" {0,3}> ?")
_NOTE = re.compile(r" {0,3}\[\^([^\s\]]+)\]:[ \t]*")
_REFERENCE = re.compile(r" {0,3}\[(?!\^)((?:\\.|[^\[\]\\]|\[(?:\\.|[^\[\]\\])*\])+)\]:", re.S)
_TARGET = re.compile(r"[ \t]*\n?[ \t]*(?:<((?:\\.|[^<>\\\n])*)>|((?:(?!\s+[\"'(]|\s*\{)[^\n])*\S|))", re.S)
_TITLE = re.compile(r"[ \t]*\n?[ \t]*(?:\"((?:\\.|[^\"\\])*)\"|'((?:\\.|[^'\\])*)'|\(((?:\\.|[^()\\])*)\))(?=[ \t]*(?:\n|$|\{))", re.S)
_CODE = re.compile(r"(`+)(?!`)(.*?[^`])\1(?!`)", re.S)


def continues(chunk: Chunk, index: int) -> bool:
    """Tell whether a line continues the text before it; only a few blocks can follow without a blank line (pandoc's endline)."""
    if chunk.blank(index) or ends_text(chunk, index):
        return False
    line = chunk.lines[index]
    if chunk.in_list and is_list_start(line):
        return False
    return not (line.startswith("```") and fence_end(chunk, index) is not None)


def paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a paragraph up to a blank line, or up to a tag that is a block; without a blank line after it, it is tight (Plain)."""
    chunk = page_of(state).chunk
    stop = _paragraph_end(chunk, start, end)
    text = "\n".join(chunk.lines[start:stop])
    cut = block_tag(text) if "<" in text else None
    if cut:
        head = text[:cut]
        index = start + head.count("\n")
        rest(state, chunk, index, text[cut:].split("\n", 1)[0])
        push_paragraph(state, head.strip(), chunk.number(start), tight=True)
        return True
    tight = stop >= end if chunk.blank(stop) else not _ended_by_mark(chunk, stop)
    push_paragraph(state, text.strip(), chunk.number(start), tight=tight)
    state.line = stop
    return True


def _paragraph_end(chunk: Chunk, start: int, end: int) -> int:
    """Return the line after a paragraph's last one; the rest of a paragraph after a tag ends where the whole did."""
    key = ("paragraph end", chunk.fence_depth, chunk.html_depth)
    first, stop = chunk.memory.get(key, (0, 0))
    if not first <= start < stop:
        stop = next((index for index in range(start + 1, end) if not continues(chunk, index)), end)
        chunk.memory[key] = (start, stop)
    return int(stop)


def _ended_by_mark(chunk: Chunk, index: int) -> bool:
    """Tell whether a closer at the start of its line, or a code block, ends a paragraph, as a blank line would."""
    return (ends_text(chunk, index) and not chunk.lines[index].startswith(" ")) or fence_end(chunk, index) is not None


def block_tag(text: str) -> int | None:
    """Return the position of the first block-level tag in a paragraph's text, skipping code spans and comments."""
    position, last_comment = 0, text.rfind("-->")
    while (position := _next(text, position)) >= 0:
        if text[position] == "`":
            found = _CODE.match(text, position)
            position = found.end() if found else position + len(text[position:]) - len(text[position:].lstrip("`"))
            continue
        unclosed = position > last_comment and text.startswith("<!--", position)
        if unclosed or (position and text[position - 1] == "\\"):
            position += 1
            continue
        tag = read_tag(text, position)
        if tag and tag.block and position:
            return position
        position = tag.end if tag else position + 1
    return None


def _next(text: str, position: int) -> int:
    places = [place for place in (text.find("<", position), text.find("`", position)) if place >= 0]
    return min(places, default=-1)


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
        if not found and (not lines or not continues(chunk, index)):
            break
        lines.append(chunk.lines[index][found.end() :] if found else chunk.lines[index].lstrip())
        index += 1
    push(state, "blockquote_open", "blockquote", 1, chunk.number(start))
    inner = chunk.child([*lines, ""], chunk.numbers[start:index])
    state.tokens.extend(read_chunk(page, inner))
    push(state, "blockquote_close", "blockquote", -1, chunk.number(start))
    state.line = index
    return True


def html_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read one tag or comment as raw HTML; text between tags is Markdown again (pandoc manual, markdown_in_html_blocks)."""
    chunk = page_of(state).chunk
    if not chunk.lines[start].startswith("<") and start not in chunk.partial:
        return False
    text, tag = _block_tag_at(chunk, start, end)
    if tag is None:
        return False
    stop = _verbatim_end(chunk, start, end, tag)
    if stop is not None:
        text, close = stop
        position = close
    else:
        position = tag.end
    token = push(state, "html_raw", "", 0, chunk.number(start))
    token.content = text[:position]
    rest(state, chunk, start + text.count("\n", 0, position), text[position:].split("\n", 1)[0])
    return True


def _block_tag_at(chunk: Chunk, start: int, end: int) -> tuple[str, Tag | None]:
    text, used = chunk.lines[start], 1
    comment = text.startswith("<!--")
    if comment:
        index = next((n for n in range(start, end) if "-->" in chunk.lines[n]), None) if _has_comment_end(chunk, start) else None
        if index is None:
            return text, None
        text = "\n".join(chunk.lines[start : index + 1])
        return text, read_tag(text, 0)
    while (tag := read_tag(text, 0)) is None and used < 20 and start + used < end and not chunk.blank(start + used):
        text, used = text + "\n" + chunk.lines[start + used], used + 1
    return text, tag if tag and tag.begins_block else None


def _has_comment_end(chunk: Chunk, start: int) -> bool:
    last: int = chunk.remember("last comment end", lambda: max((n for n, line in enumerate(chunk.lines) if "-->" in line), default=-1))
    return last >= start


def _verbatim_end(chunk: Chunk, start: int, end: int, tag: Tag) -> tuple[str, int] | None:
    """Return the text of a verbatim element such as ``pre`` and the position after its end tag."""
    if tag.closing or tag.name not in VERBATIM_TAGS:
        return None
    closer = f"</{tag.name}"
    last: int = chunk.remember(closer, lambda: max((n for n, line in enumerate(chunk.lines) if closer in line.lower()), default=-1))
    index = next((n for n in range(start, end) if closer in chunk.lines[n].lower()), None) if last >= start else None
    if index is None:
        return None
    text = "\n".join(chunk.lines[start : index + 1])
    at = text.lower().find(closer)
    close = text.find(">", at)
    return (text, close + 1) if close >= 0 else None


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
    found = _definition("\n".join(chunk.lines[start : min(end, start + 6)]))
    if found is None:
        return False
    key, definition, lines = found
    page.references[key] = definition
    state.line = start + lines
    return True


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
