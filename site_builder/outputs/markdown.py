"""``text/markdown``: read as the lesson itself is read, then cleaned as HTML of outputs is."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from pathlib import PurePosixPath

from site_builder.markdown.tree import HEADINGS, CodeBlock, Element, Node, Raw, element, to_html, transform
from site_builder.outputs.base import Bundle, OutputPlace, OutputType, Rendered
from site_builder.outputs.sanitise import sanitise

MIME = "text/markdown"


def render(bundle: Bundle, place: OutputPlace) -> Rendered:
    """Return the text as the lesson's Markdown; headings are bold lines, since the page's outline is its author's."""
    nodes = cleaned(_read(bundle[MIME], place.path, place.line))
    return Rendered((element("div", *nodes, class_="output-html", line=place.line),))


def inline(text: str) -> tuple[Node, ...]:
    """Return nodes for use in a sentence: the text of a single paragraph, or the text as written."""
    nodes = [node for node in _read(text, PurePosixPath("output.md"), 0) if not isinstance(node, str) or node.strip()]
    single = len(nodes) == 1 and isinstance(nodes[0], Element) and nodes[0].tag == "p"
    return cleaned(nodes[0].children) if single and isinstance(nodes[0], Element) else (text,)


def _read(text: str, path: PurePosixPath, line: int) -> tuple[Node, ...]:
    from site_builder.markdown.reader import read

    body = read(f"\n{text}\n", path).body
    return transform(body, lambda node: _placed(node, line))


def _placed(node: Node, line: int) -> Sequence[Node] | None:
    """Set the nodes' line to that of their cell, and leave out what only a whole page has: an outline and notes."""
    if isinstance(node, CodeBlock):
        return (CodeBlock(node.text, node.classes[:1], "", (), line),)
    if not isinstance(node, Element):
        return None
    if node.tag in HEADINGS:
        return (Element("p", (), (Element("strong", (), node.children, line),), line),)
    if "footnote-back" in node.classes:
        return ()
    if "footnote-ref" in node.classes:
        return node.children
    return (Element(node.tag, node.attributes, node.children, line),)


def cleaned(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Return nodes whose HTML has been cleaned; formulas and code, which contain only text, stay nodes that the page's filters see."""
    kept: list[Node] = []
    token = secrets.token_hex(8)  # an output's text cannot be mistaken for a node's placeholder

    def keep(node: Node) -> Sequence[Node] | None:
        if isinstance(node, CodeBlock) or (isinstance(node, Element) and node.tag == "span" and "math" in node.classes):
            kept.append(node)
            return (f"[{token}-{len(kept) - 1}]",)
        return None

    html = sanitise(to_html(transform(nodes, keep)))
    parts = re.split(rf"\[{token}-([0-9]+)\]", html)
    return tuple(kept[int(part)] if number % 2 else Raw(part) for number, part in enumerate(parts) if part)


def plain(bundle: Bundle) -> str:
    """Return the text as written."""
    return bundle[MIME]


TYPE = OutputType(MIME, render, plain, inline, lost="identifiers, attributes, and HTML that `text/html` loses too; headings are bold lines")
