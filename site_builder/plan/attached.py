"""Which R packages the code of cells attaches whatever happens, found without running R. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from site_builder.markdown.knitted import literal_options
from site_builder.markdown.rmarkdown import named_options
from site_builder.markdown.tree import Cell, Expression

_TOKEN = re.compile(
    r"""\#[^\n]* | "(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*' | `[^`]*` | [A-Za-z.][\w.]* | \n | [^\S\n]+ | .""", re.VERBOSE | re.DOTALL
)
_ATTACHING = frozenset(("library", "require"))
_SILENT = frozenset(("suppressPackageStartupMessages", "suppressMessages", "suppressWarnings", "invisible"))
"""Functions that run what they are given, in any case."""
_DECIDING = frozenset(("if", "for", "while", "function"))
"""Words whose parentheses come before code that may never run."""
_DEFAULTS = re.compile(r"\bopts_chunk\s*\$\s*set\s*\((?:[^()]|\([^()]*\))*?\beval\s*=")
_PACKAGE = re.compile(r"""\s*\(\s*(?:package\s*=\s*)?(?:(["'])([A-Za-z][\w.]*)\1|([A-Za-z][\w.]*)(?![^()]*character\.only))\s*[,)]""")
"""Without quotation marks it is a name, unless it is said to be a variable."""


def attached_packages(cells: Iterable[Cell | Expression]) -> tuple[str, ...]:
    """Return the names of R packages that R cells attach with ``library`` or ``require``, sorted.

    Left out is what the cell itself may do without: inside ``if``, functions and ``try``, where the cell may raise, and where R decides
    whether the cell runs: an expression as its option ``eval``, or ``opts_chunk$set(eval = …)`` before it
    (https://yihui.org/knitr/options/#code-evaluation).
    """
    found: set[str] = set()
    decided = False
    for cell in cells:
        if cell.language != "r":
            continue
        own = cell.knitr if isinstance(cell, Cell) else None
        named = own is not None and "eval" in dict(named_options(own))
        literal = own is not None and "evaluate" in literal_options(own)
        certain = literal or not (named or decided)
        if certain and (isinstance(cell, Expression) or (cell.options.evaluate and not cell.options.error)):
            found.update(_attached(cell.source))
        decided = decided or _DEFAULTS.search(cell.source) is not None
    return tuple(sorted(found))


def _attached(source: str) -> Iterator[str]:
    """Yield the packages that statements attach which always run."""
    if not any(word in source for word in _ATTACHING):
        return
    certain = [True]
    """Whether code runs in any case: outside all brackets, and inside each of those that are open."""
    deciding: list[bool] = []
    before, headed, begins, depends = "", False, True, False
    for token in _TOKEN.finditer(source):
        text = token[0]
        if text[0] == "#" or (text.isspace() and "\n" not in text):
            continue
        if text == "\n":
            begins = begins or not depends
            continue
        if text in _ATTACHING and begins and certain[-1] and not depends and (given := _PACKAGE.match(source, token.end())):
            yield given[2] or given[3]
        if text in ("(", "{", "["):
            runs = certain[-1] and not depends and (headed and before in _SILENT if text == "(" else text == "{" and begins)
            certain.append(runs)
            deciding.append(before in _DECIDING)
            begins, depends = runs, False
        elif text in (")", "}", "]") and deciding:
            certain.pop()
            depends = deciding.pop()
            begins = False
        else:
            headed, begins, depends = begins and not depends, text == ";", text == "else"
        before = text
