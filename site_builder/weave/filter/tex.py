r"""TeX as the library that makes MathML reads it right. Pure.

The library draws an environment that it does not know as if its ``&`` were text, shows the star of ``\operatorname*`` and the backslash of
``\text{100\%}``: what authors write is put into words that it knows (amsmath, https://ctan.org/pkg/amsmath).
"""

from __future__ import annotations

import re

from site_builder.markdown.macros import group_at

_ONE_COLUMN, _LEFT = (r"\begin{array}{c}", r"\end{array}"), (r"\left.\begin{array}{ll}", r"\end{array}\right\}")
_LINES, _CASES = (r"\begin{align*}", r"\end{align*}"), (r"\begin{cases}", r"\end{cases}")
NO_BREAK = "\u00a0"
"""The space that the library keeps."""

_KNOWN = {
    **dict.fromkeys(("align", "flalign", "flalign*", "alignat", "alignat*"), _LINES),
    **dict.fromkeys(("aligned", "alignedat"), (r"\begin{split}", r"\end{split}")),
    **dict.fromkeys(("eqnarray", "eqnarray*"), (r"\begin{array}{rcl}", r"\end{array}")),
    **dict.fromkeys(("gather", "gather*", "gathered", "multline", "multline*", "subarray"), _ONE_COLUMN),
    **dict.fromkeys(("dcases", "cases*", "dcases*"), _CASES),
    **dict.fromkeys(("rcases", "drcases"), _LEFT),
    **dict.fromkeys(("equation", "equation*", "displaymath", "math"), ("{", "}")),
}
"""How environments that the library draws wrong, or with numbers, begin and end in those that it draws right."""
_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{([A-Za-z]+\*?)\}")
_PLACE = re.compile(r"\s*\[[^\[\]{}]*\]")
_COLUMNS = re.compile(r"\s*\{[^{}]*\}")
"""What may stand behind ``\\begin{aligned}`` and ``\\begin{alignedat}``: where it is aligned, and how many columns it has."""
_COUNTED = frozenset(("alignat", "alignat*", "alignedat", "subarray"))
_DRAWN = frozenset(["align*", "split", "array", "cases"]) | {
    f"{kind}{star}" for kind in ["matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix"] for star in ("", "*")
}
"""The environments that the library draws."""
_MARK = re.compile(r"\\(?:begin|end)\s*\{([^{}]*)\}|\\.|&", re.DOTALL)

_NUMBERS = re.compile(r"\\(?:label\s*\{[^{}]*\}|nonumber\b|notag\b)")
"""What says of a line's number, and shows nothing itself: pages have no numbers, as the Workbench's."""
_TAG = re.compile(r"\\tag(\*?)\s*\{([^{}]*)\}")
"""What the author writes in place of a line's number: in brackets, or with a star as it is."""

_ROW = re.compile(r"\\\\\*?[ \t]*(?:\[\s*-?[\d.]+\s*(?:pt|em|ex|mu|mm|cm|in|pc|bp|\\[a-z]+)\s*\])?")
"""The end of a row, and how much space is below it."""
_ARRAY = re.compile(r"\\begin\s*\{array\}\s*(?:\[[^\[\]{}]*\])?")
_TIMES = re.compile(r"\*\{(\d)\}\{([^{}]*)\}")
_BETWEEN = re.compile(r"[@!<>]\s*\{[^{}]*\}")
_WIDTH = re.compile(r"[pmb]\s*\{[^{}]*\}")
"""What may stand in the columns of an array: times, what is between two of them, and a width."""

_OPERATOR = re.compile(r"\\operatorname(\*?)(?=\s*\{)")
_WORDS = re.compile(r"[A-Za-z -]+")
_FONT = re.compile(r"\\(?:mathrm|rm|text|mathop)(?![A-Za-z])|[{}]")
_BLANKS = re.compile(r"(?:\\[,;:! ]|\\(?:quad|thinspace)(?![A-Za-z])|~|\s)+")
_TEXT = re.compile(r"\\(?:text|textrm|textbf|textit|texttt|textsf|textnormal|mbox)(?=\s*\{)")
_ESCAPED = re.compile(r"\\([%&#_$ ])|~")
_FORMULA = re.compile(r"\$([^$]*)\$")
_NOT = re.compile(r"\\not\s*(=|<|>|\\(?:le|leq|ge|geq|sim|mid|parallel|exists)(?![A-Za-z]))")
_NEGATED = {
    "=": r"\neq ", "<": r"\nless ", ">": r"\ngtr ", r"\le": r"\nleq ", r"\leq": r"\nleq ", r"\ge": r"\ngeq ", r"\geq": r"\ngeq ",
    r"\sim": r"\nsim ", r"\mid": r"\nmid ", r"\parallel": r"\nparallel ", r"\exists": r"\nexists ",
}  # fmt: skip
_ARGUMENT = re.compile(r"\\arg(?![A-Za-z])")
_BOUND = re.compile(r"\s*[_^]")


def with_known_tables(tex: str) -> str:
    """Return a formula without numbers of lines, and with environments that the library draws right."""
    tex = _TAG.sub(lambda found: rf"\qquad\text{{{found[2] if found[1] else f'({found[2]})'}}}", _NUMBERS.sub("", tex))
    return _arrays(_environments(_ROW.sub(r"\\\\ ", tex)))


def _arrays(tex: str) -> str:
    """Return a formula whose arrays name their columns by letters and lines alone."""
    done, position = [], 0
    for found in _ARRAY.finditer(tex):
        columns = group_at(tex, found.end()) if found.start() >= position else None
        if columns is None:
            continue
        spec = _TIMES.sub(lambda times: times[2] * int(times[1]), columns[0])
        spec = "".join(letter for letter in _WIDTH.sub("l", _BETWEEN.sub("", spec)) if letter in "lcr|")
        done += [tex[position : found.start()], rf"\begin{{array}}{{{spec}}}"]
        position = columns[1]
    return "".join((*done, tex[position:]))


def with_known_words(tex: str, *, display: bool) -> str:
    """Return a formula of `with_known_tables` with operators, texts and negations as the library shows them right."""
    tex = _NOT.sub(lambda found: _NEGATED[found[1]], _ARGUMENT.sub(r"\\operatorname{arg}", tex))
    return _texts(_operators(tex, display=display))


def obstacle(tex: str) -> str:
    """Say what in a formula of `with_known_tables` the library would draw wrong; empty if nothing is."""
    depth = 0
    for mark in _MARK.finditer(tex):
        if mark[1] is not None and mark[1] not in _DRAWN:
            return rf"`\begin{{{mark[1]}}}` is unknown"
        if mark[0] == "&" and not depth:
            return "a `&` stands outside of a table"
        depth += 0 if mark[1] is None else 1 if mark[0].startswith(r"\begin") else -1
    return ""


def _environments(tex: str) -> str:
    done, position = [], 0
    for found in _ENVIRONMENT.finditer(tex):
        known = _KNOWN.get(found[2])
        if known is None or found.start() < position:
            continue
        done += [tex[position : found.start()], known[found[1] == "end"]]
        position = found.end()
        wanted = _COLUMNS if found[2] in _COUNTED else _PLACE
        if found[1] == "begin" and (options := wanted.match(tex, position)):
            position = options.end()
    return "".join((*done, tex[position:]))


def _operators(tex: str, *, display: bool) -> str:
    r"""Write the names of operators as texts where they are more than letters; a star means limits below them in a display."""
    done, position = [], 0
    for found in _OPERATOR.finditer(tex):
        name = group_at(tex, found.end()) if found.start() >= position else None
        if name is None:
            continue
        words = _BLANKS.sub(" ", _FONT.sub("", name[0])).strip()
        limits = r"\limits" if found[1] and display and _BOUND.match(tex, name[1]) else ""
        if "\\" in words or "$" in words:
            shown = rf"\mathop{{{name[0]}}}"
        elif _WORDS.fullmatch(words):
            shown = rf"\operatorname{{{words.replace(' ', NO_BREAK)}}}{limits}"
        else:
            shown = rf"\text{{{words}}}{limits}"
        done += [tex[position : found.start()], shown]
        position = name[1]
    return "".join((*done, tex[position:]))


def _texts(tex: str) -> str:
    """Write texts without backslashes before signs, and with formulas in them apart."""
    done, position = [], 0
    for found in _TEXT.finditer(tex):
        text = group_at(tex, found.end()) if found.start() >= position else None
        if text is None:
            continue
        command = r"\text" if found[0] == r"\mbox" else found[0]
        pieces = _FORMULA.split(text[0].replace(r"\$", "\0"))
        plain = (_ESCAPED.sub(lambda sign: sign[1] or NO_BREAK, piece) for piece in pieces[::2])
        shown = [f"{command}{{{piece}}}".replace("\0", "$") if piece else "" for piece in plain]
        shown[1:] = [f"{{{formula}}}{rest}" for formula, rest in zip(pieces[1::2], shown[1:], strict=True)]
        done += [tex[position : found.start()], "".join(shown)]
        position = text[1]
    return "".join((*done, tex[position:]))
