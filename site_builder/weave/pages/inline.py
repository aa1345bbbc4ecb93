"""Short texts outside a page's body: titles, and questions in front matter. They are Markdown, but never HTML."""

from __future__ import annotations

from pathlib import PurePosixPath

from site_builder.markdown.reader import read_line
from site_builder.markdown.tree import Element, Node, Raw, transform
from site_builder.weave.filter.safe import safe_attributes

MARKUP = frozenset("*_`<[$~^\\&:@!{")
"""A text without any of these is plain text."""


def inline(text: str, path: PurePosixPath, number: int = 0) -> tuple[Node, ...]:
    """Read one line of Markdown of the file's line ``number``; quotes, dashes and tags stay as typed: ``List<String>`` is a title.

    What is more than a line of Markdown stays as it is.
    """
    line = " ".join(text.split())
    made = read_line(line, path) if MARKUP.intersection(line) else None
    return (line,) if made is None else transform(made, lambda node: _placed(node, number))


def _placed(node: Node, number: int) -> tuple[Node, ...] | None:
    if isinstance(node, Raw):  # what `text`{=html} asks for has no place in a title either
        return (node.html,)
    return (safe_attributes(Element(node.tag, node.attributes, node.children, number)),) if isinstance(node, Element) else None
