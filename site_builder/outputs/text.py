"""``text/plain``: an object's own text. It joins what its cell printed, and is the fallback if no other type is known."""

from __future__ import annotations

import ast
import re

from site_builder.markdown.tree import CodeBlock, Node
from site_builder.outputs.base import Bundle, OutputPlace, OutputType, Rendered
from site_builder.outputs.storage import PLAIN


def render(bundle: Bundle, place: OutputPlace) -> Rendered:
    """Return the text as a block of output."""
    return Rendered((CodeBlock(bundle[PLAIN].rstrip("\n"), ("output",), line=place.line),))


def plain(bundle: Bundle) -> str:
    """Return the text."""
    return bundle[PLAIN]


NUMPY = re.compile(r"\bnp\.(?:float|int|uint|bool|longlong|ulonglong|longdouble|complex)\w*\(([^()]*|\([^()]*\))\)|\bnp\.str_\(('[^']*')\)")
"""How NumPy 2 shows a number outside an array (NEP 51)."""


def inline(text: str) -> tuple[Node, ...]:
    """Return a string without its quotes, a number of NumPy without its type, anything else as its language shows it."""
    text = NUMPY.sub(lambda found: found[1] or found[2], text) if "np." in text and text[:1] not in ("'", '"') else text
    text = {"np.True_": "True", "np.False_": "False"}.get(text, text)
    if text[:1] in ("'", '"'):
        try:
            return (str(ast.literal_eval(text)),)
        except (ValueError, SyntaxError):
            return (text,)
    return (text,)


TYPE = OutputType(PLAIN, render, plain, inline)
