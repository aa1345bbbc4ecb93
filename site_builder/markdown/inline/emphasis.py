"""Emphasis, strong, strikeout, sub- and superscript by pandoc's rules (pandoc manual, emphasis)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from site_builder.markdown.inline.scanning import add, after_word, at, deep, mark, read_until, within

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_SCRIPT = {"^": re.compile(r"\^((?:\\.|[^\s\\^])+)\^"), "~": re.compile(r"~((?:\\.|[^\s\\~])+)~")}


def emphasis(state: StateInline) -> bool:
    """Read ``*``, ``**`` or ``***`` (or underscores); marks that are never closed, or precede a space, are text."""
    character = at(state)
    if deep(state) or (character == "_" and after_word(state)):
        return False
    count = 1
    while at(state, count) == character:
        count += 1
    following = at(state, count)
    if count > 3 or not following or following.isspace():
        add(state, character * count)
        state.pos += count
        return True
    state.pos += count
    (_one, _two, _three)[count - 1](state, character, _placeholder(state))
    return True


def _placeholder(state: StateInline) -> list[Token]:
    """Add tokens that become opening tags, inner and outer, once their marks are closed."""
    return [mark(state, "text", "", 0), mark(state, "text", "", 0)]


def _ender(character: str, count: int) -> Callable[[StateInline], bool]:
    def ends(state: StateInline) -> bool:
        if not state.src.startswith(character * count, state.pos) or state.pos + count > state.posMax:
            return False
        return character == "*" or not at(state, count).isalnum()

    return ends


def _open(state: StateInline, token: Token, tag: str) -> None:
    token.type, token.tag, token.nesting = f"{tag}_open", tag, 1


def _close(state: StateInline, tag: str, count: int) -> None:
    mark(state, f"{tag}_close", tag, -1)
    state.level = max(state.level, 0)
    state.pos += count
    if tag != "del":
        state.env["emphasis ends"] = id(state), state.pos


def _run(state: StateInline, ends: Callable[[StateInline], bool]) -> bool:
    state.level += 1
    found = read_until(state, ends)
    state.level -= 1
    return found


def _one(state: StateInline, character: str, marks: list[Token]) -> None:
    single = _ender(character, 1)

    def ends(state: StateInline) -> bool:
        return single(state) and not _nested_strong(state, character)

    if not _run(state, ends):
        marks[0].content += character
        return
    _open(state, marks[0], "em")
    state.level += 1
    _close(state, "em", 1)


def _nested_strong(state: StateInline, character: str) -> bool:
    """Read a strong that begins where a single mark could also close, as in ``*a **b** c*``."""
    if not state.src.startswith(character * 2, state.pos) or deep(state) or at(state, 2) == character:
        return False
    state.pos += 2
    _two(state, character, _placeholder(state))
    return True


def _two(state: StateInline, character: str, marks: list[Token]) -> None:
    if not _run(state, _ender(character, 2)):
        marks[0].content += character * 2
        return
    _open(state, marks[0], "strong")
    state.level += 1
    _close(state, "strong", 2)


def _three(state: StateInline, character: str, marks: list[Token]) -> None:
    outer, inner = marks
    if not _run(state, _ender(character, 1)):
        outer.content = character * 3
        return
    count = next(count for count in (3, 2, 1) if _ender(character, count)(state))
    if count == 3:
        _open(state, outer, "strong")
        _open(state, inner, "em")
        state.level += 2
        _close(state, "em", 0)
        _close(state, "strong", 3)
        return
    tag, rest = ("strong", _one) if count == 2 else ("em", _two)
    _open(state, inner, tag)
    state.level += 1
    _close(state, tag, count)
    rest(state, character, [outer])


def strikeout(state: StateInline) -> bool:
    """Read ``~~text~~``."""
    if not state.src.startswith("~~", state.pos) or at(state, 2) in ("", "~") or at(state, 2).isspace() or deep(state):
        return False
    state.pos += 2
    opened = mark(state, "text", "", 0)
    if _run(state, _ender("~", 2)):
        _open(state, opened, "del")
        state.level += 1
        _close(state, "del", 2)
    else:
        opened.content = "~~"
    return True


def script(state: StateInline) -> bool:
    """Read ``H~2~O`` or ``x^2^``: no white space inside unless it is escaped."""
    character = at(state)
    found = _SCRIPT[character].match(state.src, state.pos, state.posMax)
    if not found or deep(state):
        return False
    tag = "sup" if character == "^" else "sub"
    mark(state, f"{tag}_open", tag, 1)
    within(state, found.start(1), found.end(1))
    mark(state, f"{tag}_close", tag, -1)
    state.pos = found.end()
    return True
