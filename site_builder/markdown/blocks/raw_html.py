"""HTML between blocks, read as pandoc reads it: tags stay as they are, and what stands between them is Markdown.

An element's blocks may be indented as far as its first line is, and its end tag ends the text before it, also one that is inline
elsewhere (https://pandoc.org/MANUAL.html#extension-markdown_in_html_blocks). ``<div>`` is a div like a fenced one
(https://pandoc.org/MANUAL.html#extension-native_divs).

A line may hold any number of tags, so nothing here copies or searches what stands behind a tag: the chunk's column moves.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from site_builder.markdown.attributes import AttributeList, merge_pairs
from site_builder.markdown.blocks.verbatim import last_line_with, verbatim_end
from site_builder.markdown.chunk import Chunk, indentation, nonindent, strip_up_to
from site_builder.markdown.html_tags import Tag, closes, may_go_on, read_tag
from site_builder.markdown.reader_state import page_of, push

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

_TEXT = re.compile(r"\S")


def unindent(chunk: Chunk, index: int) -> None:
    """Take the indentation that the innermost raw element allows off a line that begins a block."""
    if chunk.divs and chunk.divs[-1].indent:
        chunk.lines[index] = strip_up_to(chunk.lines[index], chunk.divs[-1].indent)


def open_html(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read ``<div ...>``."""
    chunk = page_of(state).chunk
    column = _mark(chunk, start)
    if column < 0 or chunk.lines[start][column : column + 4].lower() != "<div":
        return False
    text, tag = _tag_at(chunk, start, end, column)
    if tag is None or tag.name != "div":
        return False
    identifier, classes, pairs = merge_pairs(tag.attributes)
    push(state, "div_open", "div", 1, chunk.number(start), AttributeList(identifier, classes, pairs).html())
    chunk.open_element("html", start, "div")
    _continue(state, chunk, start, text, column, tag.end, spaces=True)
    return True


def close_html(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read ``</div>`` where the innermost open div is an HTML one."""
    chunk = page_of(state).chunk
    line, column = chunk.lines[start], _mark(chunk, start)
    if column < 0 or not line.startswith("</", column) or not closes(line, "div", column) or not chunk.close_unended("html"):
        return False
    chunk.close_element()
    push(state, "div_close", "div", -1, chunk.number(start))
    go_on(state, chunk, start, line.index(">", column) + 1, spaces=True)
    return True


def _mark(chunk: Chunk, index: int) -> int:
    """Return the column of the mark with which what is left of a line begins; -1 where it is indented code or begins otherwise."""
    line = chunk.lines[index]
    found = _TEXT.search(line, chunk.column)
    at = found.start() if found else -1
    return at if at >= 0 and line[at] == "<" and nonindent(line, chunk.column) is not None else -1


def html_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read one tag or comment, or a whole element whose content is never Markdown."""
    chunk = page_of(state).chunk
    column = chunk.column
    if not chunk.lines[start].startswith("<", column):
        return False
    text, tag = _tag_at(chunk, start, end, column)
    if tag is None or not tag.begins_block:
        return False
    verbatim = verbatim_end(chunk, start, column, tag)
    token = push(state, "html_raw", "", 0, chunk.number(start))
    if verbatim:
        token.content = verbatim.html
        go_on(state, chunk, verbatim.line, verbatim.column, spaces=True)
        return True
    token.content = text[column : tag.end]
    if tag.closing and chunk.divs and chunk.divs[-1].kind == "raw" and chunk.html_tag == tag.name:
        chunk.close_element()
        _continue(state, chunk, start, text, column, tag.end, spaces=True)
    else:
        _continue(state, chunk, start, text, column, tag.end)
        if not tag.closing and tag.name not in ("!--", "?"):
            _begin(chunk, start, state.line, tag)
    return True


def _begin(chunk: Chunk, start: int, index: int, tag: Tag) -> None:
    """Note that a raw element is open from a line on, whose indentation, unless the start tag is on it, its other lines may have too."""
    indent = 0
    if index < len(chunk.lines) and index not in chunk.partial:
        indent = indentation(chunk.lines[index])
        chunk.lines[index] = strip_up_to(chunk.lines[index], indent)
    if not tag.empty:
        chunk.open_element("raw", start, tag.name, indent)


def go_on(state: StateBlock, chunk: Chunk, index: int, column: int, *, spaces: bool = False) -> None:
    """Continue behind a tag: at this column if something follows, else on the next line; ``spaces`` keeps the white space before it."""
    found = _TEXT.search(chunk.lines[index], column)
    if found:
        chunk.column = column if spaces else found.start()
        chunk.partial.add(index)
        state.line = index
    else:
        chunk.column = 0
        state.line = index + 1


def _continue(state: StateBlock, chunk: Chunk, start: int, text: str, begin: int, end: int, *, spaces: bool = False) -> None:
    """Continue behind a tag that begins and ends at these places in the text of the lines from ``start`` on."""
    passed = text.count("\n", begin, end)
    go_on(state, chunk, start + passed, end - text.rfind("\n", begin, end) - 1 if passed else end, spaces=spaces)


def _tag_at(chunk: Chunk, start: int, end: int, column: int) -> tuple[str, Tag | None]:
    """Return the lines that were looked at, as a text, and the tag at this column of the first; a tag may take any number of lines."""
    text = chunk.lines[start]
    if text.startswith("<!--", column):
        if (tag := read_tag(text, column)) is not None or last_line_with(chunk, "-->") <= start:
            return text, tag
        index = next((n for n in range(start + 1, end) if "-->" in chunk.lines[n]), start)
        text = "\n".join(chunk.lines[start : index + 1])
        return text, read_tag(text, column)
    used, more = 1, 1
    while (tag := read_tag(text, column)) is None and start + used < end and may_go_on(text, column) and not chunk.blank(start + used):
        stop = next((n for n in range(start + used, min(start + used + more, end)) if chunk.blank(n)), min(start + used + more, end))
        text, used, more = "\n".join((text, *chunk.lines[start + used : stop])), stop - start, 2 * more  # the work stays linear
    return text, tag
