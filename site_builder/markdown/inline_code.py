"""Inline expressions in text that is not read as Markdown: captions and alternative texts. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

SPAN = re.compile(r"(?<![`\\])`\{([A-Za-z][\w+\-]*)\}[ \t]+(\S[^`]*?)[ \t]*`(?!`)")
"""An expression as in a sentence: in one backtick on each side; with more of them it is shown as written."""


def divided(text: str) -> Iterator[str | tuple[str, str]]:
    """Yield the pieces of a text in order: text, and language and source of each expression."""
    place = 0
    for found in SPAN.finditer(text):
        yield text[place : found.start()]
        yield found[1], found[2]
        place = found.end()
    yield text[place:]


def with_values(text: str, value: Callable[[], str]) -> str:
    """Return a text with the next value in place of each of its expressions."""
    return "".join(piece if isinstance(piece, str) else value() for piece in divided(text))
