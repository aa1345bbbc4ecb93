"""Smart punctuation: curly quotes, apostrophes, dashes, ellipses (pandoc manual, smart)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from site_builder.markdown.inline.scanning import add, after_word, at, deep, mark, read_until
from site_builder.markdown.reader_state import page_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from markdown_it.rules_inline import StateInline

_CLOSING = {"single": re.compile(r"['’](?![^\W_])"), "double": re.compile(r"[\"”]")}


def ellipsis(state: StateInline) -> bool:
    """Read three dots as one character."""
    return _replace(state, "...", "…")


def dash(state: StateInline) -> bool:
    """Read two hyphens as an en dash, three as an em dash."""
    return _replace(state, "---", "—") or _replace(state, "--", "–")


def _replace(state: StateInline, written: str, shown: str) -> bool:
    if page_of(state).as_typed or not state.src.startswith(written, state.pos) or state.pos + len(written) > state.posMax:
        return False
    add(state, shown)
    state.pos += len(written)
    return True


def double_quote(state: StateInline) -> bool:
    """Read a double quotation mark: opening if text follows and none is open, else closing; an opening one needs no closing one."""
    if page_of(state).as_typed:
        return False
    following = at(state, 1)
    opening = at(state) != "”" and "double" not in _context(state) and following and following not in " \t\n" and not after_word(state)
    if not opening or deep(state):
        add(state, at(state) if at(state) == "“" else "”")
        state.pos += 1
    elif not _quoted(state, "double", "“”", lambda inner: at(inner) in ('"', "”")):
        add(state, "“")
        state.pos += 1
    return True


def single_quote(state: StateInline) -> bool:
    """Read a single quotation mark: an opening one needs a closing one, else it is an apostrophe."""
    if page_of(state).as_typed:
        return False
    written = at(state)
    start = state.pos
    state.pos += 1
    following = at(state)
    opening = "single" not in _context(state) and written != "’" and following and not following.isspace()
    state.pos = start
    if opening and not after_word(state) and not deep(state) and _quoted(state, "single", "‘’", _closes):
        return True
    add(state, written if written == "‘" else "’")
    state.pos += 1
    return True


def _quoted(state: StateInline, kind: str, marks: str, closes: Callable[[StateInline], bool]) -> bool:
    """Try to read a quotation; leave the state unchanged if no closing mark follows, so that what is around it may end inside."""
    failed: set[tuple[str, int, int]] = state.env.setdefault("unquoted", set())
    key = (kind, id(state), state.posMax)
    if key in failed or not _closing_ahead(state, kind):
        return False
    start, pending, count, level = state.pos, state.pending, len(state.tokens), state.level
    state.pos += 1
    empty = closes(state)
    state.pos = start
    if empty:
        return False
    placeholder = mark(state, "text", "", 0)
    placeholder.content = marks[0]
    context = _context(state)
    context.append(kind)
    state.pos += 1
    state.level += 1
    ended = read_until(state, closes)
    context.pop()
    state.level = level
    if ended:
        state.pending = state.pending.rstrip(" \n") + marks[1]
        state.pos += 1
        return True
    failed.add(key)
    del state.tokens[count:]
    state.pos, state.pending = start, pending
    return False


def _closing_ahead(state: StateInline, kind: str) -> bool:
    """Tell whether any mark further on could close a quotation; the last such position is looked up once for each text."""
    key = f"last closing {kind}"
    if key not in state.env:
        state.env[key] = max((found.start() for found in _CLOSING[kind].finditer(state.src)), default=-1)
    last: int = state.env[key]
    return last > state.pos


def _closes(state: StateInline) -> bool:
    return at(state) in ("'", "’") and not at(state, 1).isalnum()


def _context(state: StateInline) -> list[str]:
    context: list[str] = state.env.setdefault("quotes", [])
    return context
