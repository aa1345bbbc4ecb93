"""What an inline expression gave, as the text that stands in its place."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from site_builder.records.model import Display, Output, Stream


def inline_text(outputs: Sequence[Output], language: str) -> str | None:
    """Return the value of an expression as text, or None where it has none; R prints the value of an inline expression."""
    for output in outputs:
        if isinstance(output, Display) and "text/plain" in output.data:
            return _unquoted(output.data["text/plain"])
    printed = [output.text for output in outputs if isinstance(output, Stream)] if language != "python" else []
    return printed[-1].strip("\n") if printed else None


def _unquoted(text: str) -> str:
    """A string without its quotes, anything else as its language shows it."""
    if text[:1] not in "'\"":
        return text
    try:
        return str(ast.literal_eval(text))
    except (ValueError, SyntaxError):
        return text
