"""``text/plain``: what an object says of itself. It joins what its cell printed, and is what is left where no other type is known."""

from __future__ import annotations

import ast

from site_builder.markdown.tree import CodeBlock, Node
from site_builder.outputs.base import Bundle, OutputType, Place, Rendered

MIME = "text/plain"


def render(bundle: Bundle, place: Place) -> Rendered:
    """Return the text as a block of output."""
    return Rendered((CodeBlock(bundle[MIME].rstrip("\n"), ("output",), line=place.line),))


def plain(bundle: Bundle) -> str:
    """Return the text."""
    return bundle[MIME]


def inline(text: str) -> tuple[Node, ...]:
    """Return a string without its quotes, anything else as its language shows it."""
    if text[:1] in ("'", '"'):
        try:
            return (str(ast.literal_eval(text)),)
        except (ValueError, SyntaxError):
            return (text,)
    return (text,)


TYPE = OutputType(MIME, render, plain, inline)
