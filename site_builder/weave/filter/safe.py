"""What strangers write: prose as far as the policy of outputs lets it be (`site_builder.outputs.sanitise`).

An element is written anew from its name and its attributes, so that whatever is on no list is on no page either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from site_builder.markdown.tree import HEADINGS, CodeBlock, Element, Node, Raw, element, transform
from site_builder.outputs.sanitise import PROSE_TAGS, REFUSED, UNSEEN, may_lead, may_stay, sanitise
from site_builder.weave.filter.raw import lift

SHOWN = frozenset(("audio", "video"))
_READ_OTHERWISE = frozenset(("math", "noembed", "noframes", "noscript", "plaintext", "select", "svg", "textarea", "xmp"))
DROPPED = (REFUSED | UNSEEN | _READ_OTHERWISE) - SHOWN
"""Elements that go with what is in them: browsers read that by rules of its own."""

PHRASING = HEADINGS | frozenset(("a", "b", "code", "del", "em", "i", "ins", "mark", "p", "s", "small", "span", "strong", "sub", "sup", "u"))
"""Elements in which no paragraph may stand: a frame in their text becomes a link in it, in a link text (HTML standard, 3.2.5.2.5)."""

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
    if node.tag in PHRASING:
        inner = ("p", "a") if node.tag == "a" else ("p",)
        node = node.with_children(found for child in node.children for found in _without(child, inner))
    return (safe_attributes(node),) if node.tag in PROSE_TAGS or node.tag in KEPT else node.children


def _without(node: Node, tags: Sequence[str]) -> Iterator[Node]:
    if isinstance(node, Element) and node.tag in tags:
        for child in node.children:
            yield from _without(child, tags)
    else:
        yield node
