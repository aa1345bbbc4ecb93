"""HTML between blocks, read as pandoc reads it: tags stay as they are, and what stands between them is Markdown.

An element's blocks may be indented as far as its first line is, and its end tag ends the text before it, also one that is inline
elsewhere (https://pandoc.org/MANUAL.html#extension-markdown_in_html_blocks). ``<div>`` is a div like a fenced one
(https://pandoc.org/MANUAL.html#extension-native_divs).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from site_builder.markdown.attributes import AttributeList, merge_pairs
from site_builder.markdown.chunk import Chunk, indentation, nonindent, strip_up_to
from site_builder.markdown.html_tags import VERBATIM_TAGS, Tag, closes, read_tag
from site_builder.markdown.reader_state import page_of, push

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

_VERBATIM = re.compile(rf"<(/?)({'|'.join(sorted(VERBATIM_TAGS))})(?![\w:-])[^>]*>", re.I)


def unindent(chunk: Chunk, index: int) -> None:
    """Take the indentation that the innermost raw element allows off a line that begins a block."""
    if chunk.divs and chunk.divs[-1].indent:
        chunk.lines[index] = strip_up_to(chunk.lines[index], chunk.divs[-1].indent)


def open_html(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read ``<div ...>``."""
    chunk = page_of(state).chunk
    line = chunk.lines[start].lstrip()
    if line[:4].lower() != "<div" or nonindent(chunk.lines[start]) is None:
        return False
    text, tag = _tag_at(chunk, start, end)
    if tag is None or tag.name != "div":
        return False
    identifier, classes, pairs = merge_pairs(tag.attributes)
    push(state, "div_open", "div", 1, chunk.number(start), AttributeList(identifier, classes, pairs).html())
    chunk.open_element("html", start, "div")
    _continue(state, chunk, start, text, tag.end, spaces=True)
    return True


def close_html(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read ``</div>`` where the innermost open div is an HTML one."""
    chunk = page_of(state).chunk
    line = chunk.lines[start].lstrip()
    if not line.startswith("</") or not closes(line, "div") or nonindent(chunk.lines[start]) is None or not chunk.close_unended("html"):
        return False
    chunk.close_element()
    push(state, "div_close", "div", -1, chunk.number(start))
    rest(state, chunk, start, line[line.index(">") + 1 :], spaces=True)
    return True


def html_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read one tag or comment, or a whole element whose content is never Markdown."""
    chunk = page_of(state).chunk
    if not chunk.lines[start].startswith("<"):
        return False
    text, tag = _tag_at(chunk, start, end)
    if tag is None or not tag.begins_block:
        return False
    verbatim = _verbatim(chunk, start, text, tag)
    if verbatim:
        text, position = verbatim
    else:
        position = tag.end
    push(state, "html_raw", "", 0, chunk.number(start)).content = text[:position]
    if verbatim:
        _continue(state, chunk, start, text, position, spaces=True)
    elif tag.closing and chunk.divs and chunk.divs[-1].kind == "raw" and chunk.html_tag == tag.name:
        chunk.close_element()
        _continue(state, chunk, start, text, position, spaces=True)
    else:
        _continue(state, chunk, start, text, position)
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


def rest(state: StateBlock, chunk: Chunk, index: int, text: str, *, spaces: bool = False) -> None:
    """Continue after a tag: on the same line if something follows, else on the next one; ``spaces`` keeps the white space before it."""
    if text.strip():
        chunk.lines[index] = text if spaces else text.lstrip()
        chunk.partial.add(index)
        state.line = index
    else:
        state.line = index + 1


def _continue(state: StateBlock, chunk: Chunk, start: int, text: str, position: int, *, spaces: bool = False) -> None:
    """Continue after a position in the text of the lines from ``start`` on."""
    line_end = text.find("\n", position)
    rest(state, chunk, start + text.count("\n", 0, position), text[position : line_end if line_end >= 0 else None], spaces=spaces)


def _tag_at(chunk: Chunk, start: int, end: int) -> tuple[str, Tag | None]:
    """Return the tag that begins a line, and the text of the lines that were looked at; a tag may take any number of lines."""
    first = chunk.lines[start].lstrip()
    if first.startswith("<!--"):
        index = next((n for n in range(start, end) if "-->" in chunk.lines[n]), None) if _last(chunk, "-->") >= start else None
        text = "\n".join([first, *chunk.lines[start + 1 : index + 1]]) if index is not None else first
        return text, read_tag(text, 0) if index is not None else None
    text, used, more = first, 1, 1
    while (tag := read_tag(text, 0)) is None and start + used < end and not chunk.blank(start + used):
        stop = next((n for n in range(start + used, min(start + used + more, end)) if chunk.blank(n)), min(start + used + more, end))
        text, used, more = "\n".join((text, *chunk.lines[start + used : stop])), stop - start, 2 * more  # the work stays linear
    return text, tag


def _last(chunk: Chunk, text: str) -> int:
    """Return the last line that contains a text, in lower case; -1 if none does."""
    return int(chunk.remember(text, lambda: max((n for n, line in enumerate(chunk.lines) if text in line.lower()), default=-1)))


def _verbatim(chunk: Chunk, start: int, text: str, tag: Tag) -> tuple[str, int] | None:
    """Return the text of a verbatim element such as ``pre`` and the position after its end tag, which elements of its kind may precede."""
    last = _last(chunk, f"</{tag.name}")
    if tag.closing or tag.empty or tag.name not in VERBATIM_TAGS or last < start:
        return None
    depth, position, index = 1, tag.end, start + text.count("\n")
    lines, passed = [text], 0
    while True:
        for found in _VERBATIM.finditer(lines[-1], position):
            depth += (found[2].lower() == tag.name) * (-1 if found[1] else 1)
            if depth == 0:
                return "\n".join(lines), passed + found.end()
        passed, position, index = passed + len(lines[-1]) + 1, 0, index + 1
        if index > last:
            return None
        lines.append(chunk.lines[index])
