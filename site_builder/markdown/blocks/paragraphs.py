"""Paragraphs, and what follows a tag on its line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from site_builder.markdown.blocks import raw_html
from site_builder.markdown.blocks.divs import ends_text
from site_builder.markdown.blocks.leaves import fence_end, is_cell
from site_builder.markdown.blocks.lists import is_list_start
from site_builder.markdown.blocks.spans import CodeSpans
from site_builder.markdown.chunk import Chunk, nonindent
from site_builder.markdown.html_tags import block_tag
from site_builder.markdown.reader_state import page_of, push_paragraph

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

FAR = 4_000
"""Characters before the end of a line behind which a tag is followed by tags and text alone: there, no list, heading or table begins."""

_OTHER = re.compile(r"\t| {4}| {0,3}(?:[:`~*+\-#|>0-9(@\[_]|[A-Za-z]+[.)](?:\s|$)|[Tt]able:)")
"""How what is neither a tag nor text may begin."""

_BELOW = re.compile(r"[ \t]*[=\-:~|+]")
"""How a line may begin that makes more of the line above it than text: a heading, a table, a term with its definition."""


@dataclass(slots=True)
class _Joined:
    """The lines of a paragraph as one text, where each of them ends in it, and the line that was looked for last."""

    first: int
    text: str
    line_ends: list[int]
    line: str


def continues(chunk: Chunk, index: int) -> bool:
    """Tell whether a line continues the text before it; only a few blocks can follow without a blank line (pandoc's endline)."""
    return not _ends(chunk, index) and not _begins_code(chunk, index)


def _ends(chunk: Chunk, index: int) -> bool:
    """Tell whether a line ends the text before it, whatever is in that."""
    return chunk.blank(index) or ends_text(chunk, index) or (chunk.in_list and is_list_start(chunk.lines[index]))


def _begins_code(chunk: Chunk, index: int) -> bool:
    return chunk.lines[index].startswith("```") and fence_end(chunk, index) is not None


def paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a paragraph up to a blank line, or up to a tag that is a block; without a blank line after it, it is tight (Plain)."""
    page = page_of(state)
    chunk = page.chunk
    stop = _paragraph_end(chunk, start, end)
    text, position = _joined(chunk, start, stop)
    if not page.as_typed and _read_before_tag(state, chunk, start, text, position):
        return True
    text = text[position:]
    tight = stop >= end if chunk.blank(stop) else not _ended_by_mark(chunk, stop)
    push_paragraph(state, text.strip(), chunk.number(start), tight=tight, indent=nonindent(text) or 0)
    state.line = stop
    return True


def read_on(state: StateBlock, index: int, end: int) -> bool:
    """Read what follows a tag on its line, if that is a tag, or text before one; return whether it was."""
    chunk = page_of(state).chunk
    line = chunk.lines[index]
    if chunk.divs and chunk.divs[-1].indent and line[chunk.column].isspace():
        return False
    if len(line) - chunk.column <= FAR and (_OTHER.match(line, chunk.column) or _is_more(chunk, index + 1)):
        return False
    if any(rule(state, index, end, False) for rule in (raw_html.close_html, raw_html.open_html, raw_html.html_block)):
        return True
    return _read_before_tag(state, chunk, index, *_joined(chunk, index, _paragraph_end(chunk, index, end)))


def _is_more(chunk: Chunk, index: int) -> bool:
    """Tell whether a line may make more of the one above it; a definition may have one blank line above it."""

    def look() -> bool:
        at = index + 1 if chunk.blank(index) else index
        return at < len(chunk.lines) and bool(_BELOW.match(chunk.lines[at]))

    return bool(chunk.remember(("more", index), look))


def _read_before_tag(state: StateBlock, chunk: Chunk, start: int, text: str, position: int) -> bool:
    """Read the text from a position to the first tag that ends the paragraph, and continue at this tag; False if there is none."""
    cut = block_tag(text, chunk.html_tag, position) if "<" in text else None
    if cut is None or cut == position:
        return False
    head = text[position:cut]
    passed = head.count("\n")
    if head.strip():
        push_paragraph(state, head.strip(), chunk.number(start), tight=True, indent=nonindent(head) or 0)
    column = len(head) - head.rfind("\n") - 1 if passed else chunk.column + len(head)
    raw_html.go_on(state, chunk, start + passed, column)
    return True


def _joined(chunk: Chunk, start: int, stop: int) -> tuple[str, int]:
    """Return a text with the lines of a paragraph at its end, and where they begin; what tags cut from it is joined with it once."""
    line = chunk.lines[start]
    if stop == start + 1:
        return line, chunk.column
    known: _Joined | None = chunk.memory.get(("joined", stop))
    if known and known.first <= start:
        position = known.line_ends[start - known.first] - len(line)
        if known.line is line or (position >= 0 and known.text.startswith(line, position)):
            known.line = line
            return known.text, position + chunk.column
    lines = chunk.lines[start:stop]
    text = "\n".join(lines)
    if "<" in text:
        ends = [end - 1 for end in accumulate(len(each) + 1 for each in lines)]
        chunk.memory["joined", stop] = _Joined(start, text, ends, line)
    return text, chunk.column


def _paragraph_end(chunk: Chunk, start: int, end: int) -> int:
    """Return the line after a paragraph's last one; the rest of a paragraph after a tag ends where the whole did."""
    key = ("paragraph end", chunk.fence_depth, chunk.html_tag)
    first, stop = chunk.memory.get(key, (0, 0))
    if not first <= start < stop:
        stop, spanned, spans = start + 1, -1, CodeSpans(chunk, start)
        while stop < end and not _ends(chunk, stop):
            if stop > spanned and _begins_code(chunk, stop):
                spanned = -1 if is_cell(chunk, stop) else spans.last_line_around(stop)
                if spanned < stop:
                    break
            stop += 1
        chunk.memory[key] = (start, stop)
    return int(stop)


def _ended_by_mark(chunk: Chunk, index: int) -> bool:
    """Tell whether a closer at the start of its line, or a code block, ends a paragraph, as a blank line would."""
    if fence_end(chunk, index) is not None:
        return True
    return ends_text(chunk, index) and (chunk.html_tag == "div" or not chunk.lines[index].startswith("<"))
