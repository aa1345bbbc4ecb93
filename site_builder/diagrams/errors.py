"""Mermaid's messages in an author's words, with the line of the source that they mean."""

from __future__ import annotations

import re

from site_builder.diagrams.model import DiagramFault
from site_builder.diagrams.source import surviving_lines

PLACE = re.compile(r"\b(?:Parse|Lexical|Lexer) error on line (\d+)(?:, column (\d+))?", re.IGNORECASE)
EXPECTED = re.compile(r"Expecting (.+?), got '([^']*)'", re.DOTALL)
END = frozenset(("1", "EOF", "$end", "EOF_IN_STRUCT"))
"""What the parsers find where a text is over; 1 is the number that their generator gives to its end."""

SHOWN = 3
"""How many of the words that a parser accepts are named."""

LONGEST = 200

OWN_WORDS = (
    (re.compile(r"^No diagram type detected"), "its first line names no kind of diagram that Mermaid knows"),
    (re.compile(r"source image cannot be decoded"), "it shows a picture, and pictures in diagrams cannot be fetched when they are drawn"),
    (re.compile(r"^KaTeX parse error: "), "a formula cannot be typeset: "),
    (re.compile(r"^(Parsing failed: *)?(Parse|Lexer) error on line [\d?]+, column [\d?]+: *"), ""),
    (re.compile(r"^Lexical error on line \d+\. *Unrecognized text\."), "Mermaid does not know what this line says"),
)


def fault_of(source: str, message: str, first_line: int | None = None) -> DiagramFault:
    """Return what is wrong with a diagram; ``first_line`` is where Mermaid's parser says that its last word begins, if it does."""
    lines, found = surviving_lines(source), PLACE.search(message)
    counted = first_line or (int(found[1]) if found else 0)
    counted = min(counted, len(lines))  # at its end a text has one line more for some parsers
    return DiagramFault(_worded(message), lines[counted - 1] if counted else 0)


def _worded(message: str) -> str:
    expected = EXPECTED.search(message)
    if expected:
        words = [word.strip().strip("'") for word in expected[1].split("',")]
        rest = len(words) - SHOWN
        named = f"{', '.join(words[:SHOWN])} or {rest} others" if rest > 1 else ", ".join(words)
        got = "the end of the diagram" if expected[2] in END else expected[2]
        return f"Mermaid expects {named} here, and finds {got}"
    first = next(iter(message.strip().splitlines()), "")
    for pattern, words_ in OWN_WORDS:
        if pattern.search(first):
            first = pattern.sub(words_, first) if words_.endswith(": ") or not words_ else words_
    text = " ".join(first.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 2]} …"
