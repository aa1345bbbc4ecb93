"""Plain text and code, escaped so that CommonMark shows them unchanged. Pure."""

from __future__ import annotations

import re

SPECIAL = re.compile(r"\\(?![^\W_])|`|\*|(?<![^\W_])_|_(?![^\W_])|\](?=[(\[:])|<(?![\s\d=])|&(?=#?\w)|(?<=\S)~|~(?=~)|\$|!(?=\[)")
"""Characters that CommonMark, GitHub's tables and strikethrough, or Jupyter's formulas would interpret."""
LINE_START = re.compile(r"(#{1,6}(?=\s|$)|>|[-+](?=\s|$)|=+\s*$|-[-\s]*$|~{3,}|[|:](?=[|:\-\s]*$))|(\d{1,9})([.)](?=\s|$))")
BLANK_LINES = re.compile(r"\n\s*\n")
"""Characters that would end a paragraph; an expression's value may contain them."""


def escaped(text: str, *, at_start: bool, after: str = "") -> str:
    """Return plain text, escaped so that CommonMark shows every character.

    ``at_start`` tells that a line begins with it, ``after`` is the character that follows.
    """
    lines = [SPECIAL.sub(r"\\\g<0>", line) for line in BLANK_LINES.sub("\n", text).split("\n")]
    lines = [line if number == 0 and not at_start else _begun(line) for number, line in enumerate(lines)]
    whole = "\n".join(lines)
    joins = after and (whole[-1:], after) in (("]", "("), ("]", "["), ("]", ":"), ("!", "["))
    return f"{whole[:-1]}\\{whole[-1]}" if joins else whole


def _begun(line: str) -> str:
    """Return a line of text, escaped so that it does not begin another block."""
    body = line.lstrip(" \t")
    found = LINE_START.match(body)
    if not found:
        return body
    return f"\\{body}" if found[1] else f"{found[2]}\\{body[found.end(2) :]}"


def code(text: str) -> str:
    """Return a code span (CommonMark 0.31, 6.1)."""
    text = " ".join(text.split("\n"))
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    padded = f" {text} " if text[:1] == "`" or text[-1:] == "`" or (text.strip() and text[:1] == text[-1:] == " ") else text
    mark = "`" * (longest + 1)
    return f"{mark}{padded}{mark}" if text else ""
