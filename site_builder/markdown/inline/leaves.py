"""Inline elements without inline content: code, math, escapes, references to characters, emoji, line breaks, raw TeX."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING
from unicodedata import category

from site_builder.markdown.attributes import AttributeList, read_attributes
from site_builder.markdown.inline.scanning import add, at, mark, next_place, word_before
from site_builder.markdown.macros import read_definition
from site_builder.markdown.reader_state import page_of

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

_TICKS = re.compile(r"`+")
_MATH_END = re.compile(r"\\[)\]]")
_ENVIRONMENT_BEGIN = re.compile(r"\\begin\{([A-Za-z]+\*?)\}")
_ENVIRONMENT_END = re.compile(r"\\end\{([A-Za-z]+\*?)\}")
_OPTION_END = re.compile(r"[\]\n]")
_RAW_FORMAT = re.compile(r"\{=([\w\-]+)\}")
_MATH = re.compile(r"\$(?!\s)((?:\\.|[^$\\\s]++|\s++(?!\$))++)\$(?!\d)", re.S)
_DISPLAY = re.compile(r"\$\$((?:\\.|[^$\\]++|\$(?!\$))++)\$\$", re.S)
_BACKSLASH_MATH = re.compile(r"\\(?:\((.+?)\\\)|\[(.+?)\\\])", re.S)
_ENVIRONMENT = re.compile(r"\\begin\{([A-Za-z]+\*?)\}.*?\\end\{\1\}", re.S)
_VERBATIM = re.compile(r"\\verb\*?([^\sA-Za-z*{])[^\n]{0,200}?\1")
_REFERRING = ("\\ref{", "\\eqref{")
"""Commands that MathJax resolves: pandoc hands them over as math."""
_HALF = re.compile(r"\\(?:begin|end)(?![A-Za-z])")
_COMMAND = re.compile(r"\\[A-Za-z]+\*?")
_OPTION = re.compile(r"\s*\[")
_ARGUMENTS = re.compile(r"(?:\{(?:[^{}]|\{[^{}]*\})*\})*")
_CHARACTER = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_EMOJI = re.compile(r":([\w+\-]+):")
_LAST_WORD = re.compile(r"[\w.]+")
_ABBREVIATIONS_WORDS = (
    "Apr. Aug. Bros. Capt. Co. Corp. Dec. Dr. Feb. Fr. Gen. Gov. Hon. Inc. Jan. Jr. Jul. Jun. Ltd. M.A. M.D. Mar. Mr. Mrs. Ms. No."
    " Nov. Oct. Ph.D. Pres. Prof. Rep. Rev. Sen. Sep. Sept. Sgt. Sr. St. aet. aetat. al. bk. c. cf. ch. chap. chs. col. cp. d. e.g."
    " ed. eds. esp. f. fasc. ff. fig. fl. fol. fols. i.e. ill. incl. n. n.b. nn. p. pp. pt. q.v. s.v. s.vv. saec. sec. univ. viz."
    " vol. vs."
)
_ABBREVIATIONS = frozenset(_ABBREVIATIONS_WORDS.split())
_SPACES = re.compile(r" +")
_MATH_ENVIRONMENTS_WORDS = (
    "align align* alignat alignat* displaymath eqnarray eqnarray* equation equation* flalign flalign* gather gather* math multline"
    " multline*"
)
_MATH_ENVIRONMENTS = frozenset(_MATH_ENVIRONMENTS_WORDS.split())


def code_span(state: StateInline) -> bool:
    """Read a code span with its attributes; white space at its ends is removed, line breaks are spaces."""
    ticks = 1
    while at(state, ticks) == "`":
        ticks += 1
    close = next_place(state, _TICKS, "`" * ticks, state.pos + ticks)
    if close is None:
        add(state, "`" * ticks)
        state.pos += ticks
        return True
    text = re.sub(r"[ \t]*\n[ \t]*", " ", state.src[state.pos + ticks : close]).strip()
    end = close + ticks
    raw = _RAW_FORMAT.match(state.src, end, state.posMax)
    read = None if raw else read_attributes(state.src, end, state.posMax) if at_position(state, end) == "{" else None
    token = mark(state, "code_inline", "code", 0)
    token.content, token.markup = text, "`" * ticks
    token.meta.update(attributes=read[0] if read else AttributeList(), raw=raw[1] if raw else "")
    state.pos = raw.end() if raw else read[1] if read else end
    return True


def at_position(state: StateInline, position: int) -> str:
    """Return the character at a position, an empty string past the end."""
    return state.src[position] if position < state.posMax else ""


def math(state: StateInline) -> bool:
    """Read ``$a$`` or ``$$a$$``; a dollar before a digit or beside a space closes or opens nothing (pandoc manual, tex_math_dollars)."""
    display = _DISPLAY.match(state.src, state.pos, state.posMax)
    if display:
        return _push_math(state, display[1], "display", display.end())
    found = _MATH.match(state.src, state.pos, state.posMax) if at(state, 1) != "$" else None
    if not found:
        return False
    _push_math(state, found[1], "inline", found.end())
    _apostrophe(state)
    return True


def backslash_math(state: StateInline) -> bool:
    r"""Read ``\(a\)`` or ``\[a\]`` (pandoc manual, tex_math_single_backslash)."""
    closer = {"(": "\\)", "[": "\\]"}.get(at(state, 1), "")
    if not closer or next_place(state, _MATH_END, closer, state.pos + 3) is None:
        return False
    found = _BACKSLASH_MATH.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    text, kind = (found[1], "inline") if found[1] is not None else (found[2], "display")
    return _push_math(state, text, kind, found.end())


def _push_math(state: StateInline, text: str, kind: str, end: int) -> bool:
    token = mark(state, "math", "span", 0)
    left, right = ("\\(", "\\)") if kind == "inline" else ("\\[", "\\]")
    token.content, token.info = f"{left}{text.strip() if kind == 'inline' else text}{right}", kind
    state.pos = end
    return True


def _apostrophe(state: StateInline) -> None:
    """Read a quotation mark behind a formula, as in ``$x$'s``: it opens nothing there."""
    following = at(state, 1)
    if at(state) in ("'", "’") and not page_of(state).as_typed and not (following.isspace() or category(following or "a")[0] == "P"):
        add(state, "’")
        state.pos += 1


def raw_tex(state: StateInline) -> bool:
    """Read a TeX command: environments of math are display math, macros hold for the formulas behind them, anything else disappears."""
    begin = _ENVIRONMENT_BEGIN.match(state.src, state.pos, state.posMax)
    ended = begin is not None and next_place(state, _ENVIRONMENT_END, begin[1], begin.end()) is not None
    environment = _ENVIRONMENT.match(state.src, state.pos, state.posMax) if ended else None
    if environment and environment[1] in _MATH_ENVIRONMENTS:
        return _push_math(state, environment[0], "display", environment.end())
    found = environment or _VERBATIM.match(state.src, state.pos, state.posMax)
    if found:
        state.pos = found.end()
        return True
    if definition := read_definition(state.src, state.pos, state.posMax):
        mark(state, "macro", "", 0).content = state.src[state.pos : definition.end]
        state.tokens[-1].meta["unspoken"] = True
        state.pos = definition.end
        return True
    command = None if _HALF.match(state.src, state.pos) else _COMMAND.match(state.src, state.pos, state.posMax)
    if not command:
        return False
    end = _behind_options(state, command.end())
    if state.src.startswith(_REFERRING, state.pos):
        _push_math(state, state.src[state.pos : end], "inline", end)
        state.tokens[-1].meta["unspoken"] = True
        return True
    state.pos = end
    return True


def _behind_options(state: StateInline, position: int) -> int:
    """Return the position after the options and arguments of a command: ``[a]`` within a line, then ``{b}``."""
    while found := _OPTION.match(state.src, position, state.posMax):
        closed, line_end = (next_place(state, _OPTION_END, mark, found.end()) for mark in ("]", "\n"))
        if closed is None or (line_end is not None and line_end < closed):
            break
        position = closed + 1
    arguments = _ARGUMENTS.match(state.src, position, state.posMax)
    return arguments.end() if arguments else position


def escape(state: StateInline) -> bool:
    """Read a backslash before a symbol, a space (which becomes unbreakable) or a line end (which becomes a break)."""
    following = at(state, 1)
    if not following or following.isalnum():
        return False
    state.pos += 2
    if following == "\n":
        mark(state, "hardbreak", "br", 0)
        _skip_spaces(state)
    else:
        add(state, "\u00a0" if following == " " else following)
    return True


def character_reference(state: StateInline) -> bool:
    """Read ``&amp;`` and similar references as the character they name."""
    found = _CHARACTER.match(state.src, state.pos, state.posMax)
    shown = unescape(found[0]) if found else ""
    if not found or shown == found[0]:
        return False
    add(state, shown)
    state.pos = found.end()
    return True


def spaces(state: StateInline) -> bool:
    """Read a run of spaces: two or more before a line end make a break."""
    found = _SPACES.match(state.src, state.pos, state.posMax)
    length = len(found[0]) if found else 0
    if at(state, length) == "\n" and length > 1:
        state.pos += length + 1
        mark(state, "hardbreak", "br", 0)
        _skip_spaces(state)
    elif at(state, length) == "\n":
        state.pos += length
    else:
        add(state, "\u00a0" if _abbreviated(state, length) else " ")
        state.pos += length
    return True


def _abbreviated(state: StateInline, length: int) -> bool:
    """Tell whether the space follows an abbreviation, which pandoc ties to the next word (pandoc manual, ``--abbreviations``)."""
    if state.src[state.pos - 1] not in ".;" or not state.pending.endswith("."):  # as it is written, or as ``&period;``
        return False
    return word_before(state, _LAST_WORD) in _ABBREVIATIONS and at(state, length) != "@"


def line_end(state: StateInline) -> bool:
    """Read a line end, which is white space, with the indentation of the next line."""
    add(state, "\n")
    state.pos += 1
    _skip_spaces(state)
    return True


def _skip_spaces(state: StateInline) -> None:
    while at(state) in (" ", "\t"):
        state.pos += 1


def emoji(state: StateInline) -> bool:
    """Read ``:name:`` if it names an emoji."""
    found = _EMOJI.match(state.src, state.pos, state.posMax)
    shown = emoji_character(found[1]) if found else ""
    if not found or not shown:
        return False
    token = mark(state, "emoji", "span", 0)
    token.content, token.info = shown, found[1]
    state.pos = found.end()
    return True


def emoji_character(name: str) -> str:
    """Return the characters of a named emoji, or an empty string."""
    from pymdownx import gemoji_db  # a large table, for pages with emojis

    key = gemoji_db.aliases.get(f":{name}:", f":{name}:")
    entry = gemoji_db.emoji.get(key, {})
    points = str(entry.get("unicode_alt") or entry.get("unicode") or "")
    return "".join(chr(int(point, 16)) for point in points.split("-") if point)
