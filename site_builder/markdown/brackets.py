"""Which square brackets belong together in a text, found once in linear time."""

from __future__ import annotations

import re

from markdown_it.rules_inline import StateInline

_PIECE = re.compile(r"\\.|(`+)(?!`)(?:(?!\1).|(?<=`)`)*?(?<!`)\1(?!`)|<!--.*?-->|<[A-Za-z/][^<>]*>|[\[\]]", re.S)
_SIMPLE = re.compile(r"[\[\]\\`<]")


def closing_bracket(state: StateInline, position: int) -> int | None:
    """Return where the bracket opened at ``position`` closes; code, comments, tags and escaped brackets do not count."""
    pairs = state.env.get("brackets")
    if pairs is None or pairs[0] is not state.src:
        pairs = (state.src, _pairs(state.src))
        state.env["brackets"] = pairs
    found: int | None = pairs[1].get(position)
    return found if found is not None and found < state.posMax else None


def _pairs(text: str) -> dict[int, int]:
    pairs: dict[int, int] = {}
    stack: list[int] = []
    position = 0
    while found := _SIMPLE.search(text, position):
        start = found.start()
        position = _behind(text, start)
        if text[start] == "[":
            stack.append(start)
        elif text[start] == "]" and stack:
            pairs[stack.pop()] = start
    return pairs


def _behind(text: str, start: int) -> int:
    character = text[start]
    if character == "\\":
        return start + 2
    if character == "`":
        ticks = len(text) - start - len(text[start:].lstrip("`")) if len(text) < 200 else _run(text, start)
        close = re.compile(rf"(?<!`){'`' * ticks}(?!`)").search(text, start + ticks)
        return close.end() if close else start + ticks
    if character == "<":
        found = _PIECE.match(text, start)
        return found.end() if found else start + 1
    return start + 1


def _run(text: str, start: int) -> int:
    end = start
    while end < len(text) and text[end] == "`":
        end += 1
    return end - start
