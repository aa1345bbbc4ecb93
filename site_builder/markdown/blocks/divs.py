"""Fenced divs, read without recursion: an opener and its closer are tokens of the same chunk.

Syntax: pandoc manual, https://pandoc.org/MANUAL.html#extension-fenced_divs.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it.token import Token

from site_builder.markdown.attributes import AttributeList, read_attributes
from site_builder.markdown.chunk import Chunk, OpenDiv
from site_builder.markdown.html_tags import closes
from site_builder.markdown.reader_state import ReaderState, page_of, push
from site_builder.problems import Severity

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

SURPLUS = "LS203"
"""Code of the problem that colons close no div."""

_CLOSER = re.compile(r":{3,}[ \t]*$")
_OPENER = re.compile(r":{3,}[ \t]*(?:(\{.*\})|([^\s{]\S*+))[ \t]*+:*+[ \t]*+$")


def is_closer(line: str) -> bool:
    """Tell whether a line closes a fenced div: only colons, from the first column on."""
    return line.startswith(":::") and bool(_CLOSER.match(line))


def fence_attributes(line: str) -> AttributeList | None:
    """Return the attributes of a fenced div's opener, or None if the line is not one."""
    found = _OPENER.match(line) if line.startswith(":::") else None
    if not found or (found[2] and not found[2].strip(":")):
        return None
    if found[2]:
        return AttributeList("", (found[2],))
    read = read_attributes(found[1], 0)
    return read[0] if read and read[1] == len(found[1]) else None


def ends_text(chunk: Chunk, index: int) -> bool:
    """Tell whether a line closes an open div or the innermost open element and therefore ends a paragraph, list or note."""
    line = chunk.lines[index]
    return (chunk.inside_fence and is_closer(line)) or (line.startswith("</") and closes(line, chunk.html_tag))


def open_fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read the opener of a fenced div."""
    chunk = page_of(state).chunk
    attributes = fence_attributes(chunk.lines[start])
    if attributes is None:
        return False
    push(state, "div_open", "div", 1, chunk.number(start), attributes.html())
    chunk.divs.append(OpenDiv("fence", chunk.number(start), chunk.html_tag))
    chunk.fence_depth += 1
    state.line = start + 1
    return True


def close_fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read the closer of the innermost fenced div; a surplus one is text, and a problem."""
    page = page_of(state)
    chunk = page.chunk
    if not is_closer(chunk.lines[start]):
        return False
    if not chunk.close_unended("fence"):
        hint = "remove it, or add the line that opens the div"
        page.complain(SURPLUS, "no open div matches these colons", chunk.number(start), hint, Severity.WARNING)
        return False
    chunk.divs.pop()
    chunk.fence_depth -= 1
    push(state, "div_close", "div", -1, chunk.number(start))
    state.line = start + 1
    return True


def close_all(page: ReaderState, chunk: Chunk, tokens: list[Token]) -> None:
    """Close what is still open at the end of a chunk: every div ends here at the latest, with a problem."""
    while chunk.divs:
        left = chunk.divs.pop()
        if left.kind == "raw":
            continue
        if left.kind == "html":
            page.complain("LS204", "this <div> is never closed and contains the rest", left.line, "add </div>", Severity.WARNING)
        else:
            page.complain(
                "LS202", "this div is never closed and contains the rest", left.line, "close it with a line of :::", Severity.WARNING
            )
        close = Token("div_close", "div", -1)
        close.meta["line"] = left.line
        tokens.append(close)
