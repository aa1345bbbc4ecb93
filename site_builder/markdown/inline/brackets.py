"""Which square brackets belong together in a text, found once in linear time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from site_builder.markdown.html_tags import read_tag

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

_MARK = re.compile(r"[\[\]\\<]|`+")


def closing_bracket(state: StateInline, position: int) -> int | None:
    """Return where the bracket opened at ``position`` closes; code, comments, tags and escaped brackets do not count."""
    if "brackets" not in state.env:
        state.env["brackets"] = _pairs(state.src)
    found: int | None = state.env["brackets"].get(position)
    return found if found is not None and found < state.posMax else None


def _pairs(text: str) -> dict[int, int]:
    pairs: dict[int, int] = {}
    stack: list[int] = []
    position, last_comment = 0, text.rfind("-->")
    while found := _MARK.search(text, position):
        start = found.start()
        position = _behind(text, found, last_comment)
        if text[start] == "[":
            stack.append(start)
        elif text[start] == "]" and stack:
            pairs[stack.pop()] = start
    return pairs


def _behind(text: str, found: re.Match[str], last_comment: int) -> int:
    """Return the position after what begins here: an escaped character, a code span, a tag or a comment."""
    start = found.start()
    if found[0] == "\\":
        return start + 2
    if found[0][0] == "`":
        close = re.compile(rf"(?<!`){found[0]}(?!`)").search(text, found.end())
        return close.end() if close else found.end()
    if found[0] == "<" and (last_comment > start or not text.startswith("<!--", start)):
        tag = read_tag(text, start)
        return tag.end if tag else start + 1
    return start + 1
