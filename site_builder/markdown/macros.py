r"""Macros of TeX: definitions such as ``\newcommand{\R}{\mathbb{R}}`` are read, and formulas that use them are written without. Pure.

As pandoc and MathJax read them (https://pandoc.org/MANUAL.html#extension-latex_macros, https://docs.mathjax.org/en/latest/input/tex/macros.html).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MOST = 1000
"""Uses of macros in one formula that are expanded: more are a macro that contains itself."""
LONGEST_DEFINITION = 2000
"""Characters of a definition that are read; so the time for a page grows with its length alone."""
LONGEST = 100_000
"""Characters of a formula without macros: more are macros that double what they get."""

_KIND = re.compile(
    r"\\(?:(?P<command>(?:new|renew|provide)command)\*?|DeclareMathOperator(?P<limits>\*?)|(?P<plain>[gex]?def)|(?P<let>let))(?![A-Za-z])"
)
_NAME = re.compile(r"\s*(?:\{\s*)?(\\(?:[A-Za-z]+|[^A-Za-z\s]))\s*")
_COUNT = re.compile(r"\s*\[\s*([0-9])\s*\]")
_PARAMETERS = re.compile(r"(?:#[1-9])*")
_LET = re.compile(r"\s*=?\s*(\\(?:[A-Za-z]+|[^A-Za-z\s]))")
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)", re.DOTALL)
_PLACE = re.compile(r"(\\[A-Za-z]+)?#([1-9#])")
_SPACE = re.compile(r"\s*")


@dataclass(frozen=True, slots=True)
class Macro:
    """What stands for a macro: its ``body`` with ``#1`` ... for its arguments, of which the first may have a ``default``.

    A ``final`` body is a command of TeX itself, whatever a macro of that name is.
    """

    body: str
    arguments: int = 0
    default: str | None = None
    final: bool = False


@dataclass(frozen=True, slots=True)
class Definition:
    """A macro, its name with the backslash, and where its definition ends; ``provided`` means for where there is none yet."""

    name: str
    macro: Macro
    end: int
    provided: bool = False

    def added(self, macros: Mapping[str, Macro]) -> dict[str, Macro]:
        """Return macros with this one; ``\\let`` copies the macro that it names."""
        if self.provided and self.name in macros:
            return dict(macros)
        return {**macros, self.name: macros.get(self.macro.body, self.macro) if self.macro.final else self.macro}


class TooManyMacros(Exception):
    """A formula's macros contain themselves, or make it far too long."""


def read_definition(text: str, start: int, stop: int | None = None) -> Definition | None:
    """Return the definition that begins at a position; None if none does."""
    kind = _KIND.match(text, start) if stop is None else _KIND.match(text, start, stop)
    if kind is None:
        return None
    text = text[start : min(start + LONGEST_DEFINITION, len(text) if stop is None else stop)]
    name = _NAME.match(text, kind.end() - start)
    if name is None:
        return None
    end = name.end()
    if "{" in name[0].partition("\\")[0]:
        if not text.startswith("}", end):
            return None
        end += 1
    if kind["let"]:
        same = _LET.match(text, end)
        return Definition(name[1], Macro(same[1], final=True), start + same.end()) if same else None
    count, default = 0, None
    if kind["command"] and (found := _COUNT.match(text, end)):
        count, end = int(found[1]), found.end()
        if count and (optional := _bracketed(text, end)):
            default, end = optional
    elif kind["plain"]:
        found = _PARAMETERS.match(text, end)
        assert found is not None  # it may be empty
        count, end = len(found[0]) // 2, found.end()
    body = group_at(text, end)
    if body is None:
        return None
    shown = body[0] if kind["command"] or kind["plain"] else rf"\operatorname{kind['limits']}{{{body[0]}}}"
    return Definition(name[1], Macro(shown, count, default), start + body[1], provided=kind["command"] == "providecommand")


def expanded(tex: str, macros: Mapping[str, Macro], *, keep: bool = False) -> tuple[str, Mapping[str, Macro]]:
    """Return a formula without the macros, and the macros that hold behind it: its own definitions are taken out of it.

    With ``keep`` these stay in it, and hold nowhere else.

    Raises:
        TooManyMacros: there would be no end to it.
    """
    if "\\" not in tex or not (macros or _KIND.search(tex)):
        return tex, macros
    known, own, done, position, uses = macros, set[str](), list[str](), 0, 0
    while found := _COMMAND.search(tex, position):
        done.append(tex[position : found.start()])
        position = found.end()
        if definition := read_definition(tex, found.start()):
            position = definition.end
            if keep:
                done.append(tex[found.start() : position])
                own.add(definition.name)
            else:
                known = definition.added(known)
            continue
        macro = None if found[0] in own else known.get(found[0])
        used = None if macro is None else _used(macro, tex, position)
        if macro is None or used is None:
            done.append(found[0])
            continue
        shown, position = used
        uses += 1
        rest = tex[position:]
        if shown and rest[:1].isalpha() and re.search(r"\\[A-Za-z]+$", shown):
            shown += " "
        if uses > MOST or len(shown) + len(rest) > LONGEST:
            raise TooManyMacros
        if macro.final:
            done.append(shown)
        else:
            tex, position = shown + rest, 0
    done.append(tex[position:])
    return "".join(done), known


def _used(macro: Macro, text: str, position: int) -> tuple[str, int] | None:
    """Return a macro's text with the arguments behind its name, and where these end; None if one is missing."""
    given: list[str] = []
    if macro.default is not None:
        optional = _bracketed(text, position)
        given.append(optional[0] if optional else macro.default)
        position = optional[1] if optional else position
    while len(given) < macro.arguments:
        argument = _argument(text, position)
        if argument is None:
            return None
        given.append(argument[0])
        position = argument[1]

    def filled(found: re.Match[str]) -> str:
        before = found[1] or ""
        if found[2] == "#":
            return f"{before}#"
        value = given[int(found[2]) - 1] if int(found[2]) <= len(given) else ""
        return f"{before} {value}" if before and value[:1].isalpha() else f"{before}{value}"

    return _PLACE.sub(filled, macro.body), position


def _argument(text: str, position: int) -> tuple[str, int] | None:
    """Return a group without its braces, a command or a character, and where it ends."""
    if group := group_at(text, position):
        return group
    start = _blank(text, position)
    if start >= len(text) or text[start] in "{}":
        return None
    command = _COMMAND.match(text, start)
    return (command[0], command.end()) if command else (text[start], start + 1)


def group_at(text: str, position: int) -> tuple[str, int] | None:
    """Return what is in the braces that open at a position, after white space, and where they end; None if none do."""
    return _between(text, _blank(text, position), "{", "}")


def _bracketed(text: str, position: int) -> tuple[str, int] | None:
    return _between(text, _blank(text, position), "[", "]")


def _between(text: str, start: int, opening: str, closing: str) -> tuple[str, int] | None:
    if not text.startswith(opening, start):
        return None
    depth = 0
    for place in _marks(text, start + 1):
        if text[place] == closing and depth == 0:
            return text[start + 1 : place], place + 1
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth < 0:
            return None
    return None


def _marks(text: str, position: int) -> Iterator[int]:
    """Yield where braces and brackets are that no backslash stands before."""
    return (found.start() for found in re.compile(r"\\.|([{}\]])", re.DOTALL).finditer(text, position) if found[1])


def _blank(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position
