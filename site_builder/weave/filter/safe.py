"""What strangers write: prose as far as the policy of outputs lets it be (`site_builder.outputs.sanitise`).

An element is written anew from its name and its attributes, so that whatever is on no list is on no page either.
"""

from __future__ import annotations

from collections.abc import Sequence

from site_builder.markdown.tree import CodeBlock, Element, Node, Raw, element, transform
from site_builder.outputs.sanitise import PROSE_TAGS, REFUSED, UNSEEN, may_lead, may_stay, sanitise
from site_builder.weave.filter.raw import lift

SHOWN = frozenset(("audio", "video"))
_READ_OTHERWISE = frozenset(("math", "noembed", "noframes", "noscript", "plaintext", "select", "svg", "textarea", "xmp"))
DROPPED = (REFUSED | UNSEEN | _READ_OTHERWISE) - SHOWN
"""Elements that go with what is in them: browsers read that by rules of its own."""

KEPT = frozenset(("pre", "code", "p", "input"))
"""What the reader itself makes besides: boxes of task lists are `input`."""


def safe_nodes(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Return prose of which nothing runs, frames or embeds anything; a frame becomes a link to what it would show.

    Cells and formulas are left alone: their results have rules of their own.
    """
    return transform(lift(nodes), _safe)


def safe_attributes(node: Element) -> Element:
    """Return an element with those of its attributes that the policy knows."""
    kept = tuple((name, value) for name, value in node.attributes if may_stay(node.tag, name, value))
    return node if len(kept) == len(node.attributes) else Element(node.tag, kept, node.children, node.line)


def _safe(node: Node) -> Sequence[Node] | None:
    if isinstance(node, Raw):
        cleaned = sanitise(node.html)
        return None if cleaned == node.html else (Raw(cleaned, node.line),) if cleaned else ()
    if isinstance(node, CodeBlock):
        kept = tuple((name, value) for name, value in node.attributes if may_stay("pre", name, value))
        return None if kept == node.attributes else (CodeBlock(node.text, node.classes, node.identifier, kept, node.line, node.html),)
    if not isinstance(node, Element):
        return None
    if node.tag == "iframe":
        address = node.get("src")
        return (element("p", element("a", address, href=address, line=node.line), line=node.line),) if address and may_lead(address) else ()
    if node.tag in DROPPED:
        return ()
    return (safe_attributes(node),) if node.tag in PROSE_TAGS or node.tag in KEPT else node.children
