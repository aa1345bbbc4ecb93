"""The loop that reads inline markup: rules are chosen by the current character, everything else is text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, cast

from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from markdown_it.utils import EnvType

Rule = Callable[[StateInline], bool]

MAXIMUM_INLINE_DEPTH = 40
"""Maximum nesting of inline containers; deeper marks are kept as text, so that depth never exhausts the stack."""

LONGEST_WORD = 100
"""Characters of a word before a mark that are examined, so that many marks in one long word do not add up."""

_TEXT = r"[^\\`*_\[\]!<^~$\"'.\-&:@\n ‘’“”]+"
_PLAIN = re.compile(rf"{_TEXT}(?: {_TEXT})*")
"""Words with one space between them: text that no rule begins in."""


def _added(state: StateInline, text: str) -> None:
    state.pending += text


add: Callable[[StateInline, str], None] = getattr(StateInline, "append_pending", _added)
"""Add to the text that is being read; a markdown-it-py without ``append_pending`` copies the whole text each time."""


class InlineParser(ParserInline):
    """markdown-it's inline parser with rules found by character."""

    def __init__(self, rules: Mapping[str, tuple[Rule, ...]]) -> None:
        """Take for each character the rules that may begin with it, in the order they are tried."""
        super().__init__()
        self.rules = rules

    def tokenize(self, state: StateInline) -> None:
        """Read everything up to ``state.posMax``."""
        read_until(state, lambda _: False)
        if state.pending:
            state.pushPending()

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Read one text; unlike in the base class there is no second pass over its delimiters."""
        self.tokenize(StateInline(src, md, env, tokens))
        return tokens


def read_until(state: StateInline, ends: Callable[[StateInline], bool]) -> bool:
    """Read inline markup until ``ends`` holds; return whether it held before the end of the text. ``ends`` may itself read further."""
    rules = cast("InlineParser", state.md.inline).rules
    while state.pos < state.posMax:
        before = state.pos
        if ends(state):
            return True
        if state.pos == before:
            step(state, rules)
    return False


def step(state: StateInline, rules: Mapping[str, tuple[Rule, ...]]) -> None:
    """Read one inline element, or one stretch of text."""
    found = _PLAIN.match(state.src, state.pos, state.posMax)
    if found:
        add(state, found[0])
        state.pos = found.end()
        return
    character = state.src[state.pos]
    for rule in rules.get(character, ()):
        if rule(state):
            return
    add(state, character)
    state.pos += 1


def deep(state: StateInline) -> bool:
    """Tell whether no further container can be opened here."""
    return state.level >= MAXIMUM_INLINE_DEPTH


def mark(state: StateInline, kind: str, tag: str, nesting: int) -> Token:
    """Add an inline token that remembers its position in the text."""
    token = state.push(kind, tag, 0)
    token.nesting = cast("Literal[-1, 0, 1]", nesting)
    state.level += nesting
    token.meta["offset"] = state.pos
    return token


def within(state: StateInline, start: int, end: int) -> None:
    """Read the part of the text between two positions in place, without white space at its ends, and continue after ``end``."""
    inside(state, *trimmed(state, start, end))
    state.pos = end


def inside(state: StateInline, start: int, end: int) -> None:
    """Read exactly the text between two positions in place, and continue after ``end``."""
    limit = state.posMax
    state.pos, state.posMax = start, end
    read_until(state, lambda _: False)
    state.pos, state.posMax = end, limit


def word_before(state: StateInline, backwards: re.Pattern[str]) -> str:
    """Return the end of the text just read that a (reversed) pattern matches; an empty string if the match is too long."""
    found = backwards.match(state.pending[: -LONGEST_WORD - 1 : -1])
    return found[0][::-1] if found and found.end() < LONGEST_WORD else ""


def after_word(state: StateInline) -> bool:
    """Tell whether a word, or emphasis, ends directly before the current position; a single full stop is part of its word."""
    if state.env.get("emphasis ends") == (id(state), state.pos):
        return True
    before = state.src[max(state.pos - 2, 0) : state.pos]
    return before[-1:].isalnum() or (before[-1:] == "." and before != "..")


def trimmed(state: StateInline, start: int, end: int) -> tuple[int, int]:
    """Return the given positions moved inwards past white space."""
    while start < end and state.src[start].isspace():
        start += 1
    while end > start and state.src[end - 1].isspace() and not state.src.startswith("\\", end - 2):
        end -= 1
    return start, end


def ahead(state: StateInline, text: str) -> bool:
    """Tell whether ``text`` occurs after the current position; its last occurrence is looked up once for each text read."""
    key = f"last {text}"
    if key not in state.env:
        state.env[key] = state.src.rfind(text)
    last: int = state.env[key]
    return last > state.pos


def next_place(state: StateInline, pattern: re.Pattern[str], name: str, start: int) -> int | None:
    """Return where ``pattern`` is next found from ``start`` with ``name`` as its last group, if that is before ``state.posMax``.

    All places are looked up once for each text, so that marks without a partner do not search the rest of it again and again.
    """
    known: dict[str, dict[str, list[int]]] = state.env.setdefault("places", {})
    if pattern.pattern not in known:
        places: dict[str, list[int]] = {}
        for found in pattern.finditer(state.src):
            places.setdefault(found[found.lastindex or 0], []).append(found.start())
        known[pattern.pattern] = places
    named = known[pattern.pattern].get(name, [])
    index = bisect_left(named, start)
    return named[index] if index < len(named) and named[index] < state.posMax else None


def at(state: StateInline, offset: int = 0) -> str:
    """Return the character at an offset from the current position, an empty string past the end."""
    position = state.pos + offset
    return state.src[position] if 0 <= position < state.posMax else ""
