"""``text/plain``: an object's own text. It joins what its cell printed, and is the fallback if no other type is known."""

from __future__ import annotations

import ast

from site_builder.markdown.tree import CodeBlock, Node
from site_builder.outputs.base import Bundle, OutputPlace, OutputType, Rendered
from site_builder.outputs.storage import PLAIN


def render(bundle: Bundle, place: OutputPlace) -> Rendered:
    """Return the text as a block of output."""
    return Rendered((CodeBlock(bundle[PLAIN].rstrip("\n"), ("output",), line=place.line),))


def plain(bundle: Bundle) -> str:
    """Return the text."""
    return bundle[PLAIN]


def inline(text: str) -> tuple[Node, ...]:
    """Return a string without its quotes, anything else as its language shows it."""
    if text[:1] in ("'", '"'):
        try:
            return (str(ast.literal_eval(text)),)
        except (ValueError, SyntaxError):
            return (text,)
    return (text,)


TYPE = OutputType(PLAIN, render, plain, inline)
