"""Tables of the final page: classes, scopes of headers, and a frame that scrolls so that the page does not."""

from __future__ import annotations

from collections.abc import Sequence
from html import unescape

from site_builder.markdown.tree import Element, Node, element, elements, to_html, transform
from site_builder.weave.filter.page_state import PageState

FRAME = "table-scroll"


def style_tables(nodes: Sequence[Node], state: PageState, title: str) -> tuple[Node, ...]:
    """Put class ``table`` before a table's own classes, set the scope of each header cell, and frame each table.

    A table without caption is named by its number and the page's title. Layout tables stay unnamed and unframed.
    """
    return transform(nodes, lambda node: _table(node, state, title) if isinstance(node, Element) and node.tag == "table" else None)


def _table(node: Element, state: PageState, title: str) -> tuple[Node, ...]:
    styled = node.set({"class": " ".join(dict.fromkeys(("table", *node.classes)))})
    if node.get("role") in ("presentation", "none") or "highlighttable" in node.classes:
        return (styled,)
    number = state.next("table")
    if not any(elements(node.children, "caption")) and not node.has("aria-label"):
        styled = styled.with_attributes(aria_label=state.phrases("Table {number}: {page}", number=number, page=title))
    return (element("div", _scoped(styled), class_=FRAME, line=node.line),)


def _scoped(table: Element) -> Element:
    return table.with_children(
        _cells(part, "col" if part.tag == "thead" else "row")
        if isinstance(part, Element) and part.tag in ("thead", "tbody", "tfoot")
        else part
        for part in table.children
    )


def _cells(part: Element, scope: str) -> Element:
    return Element(part.tag, part.attributes, transform(part.children, lambda node: _cell(node, scope)), part.line)


def _cell(node: Node, scope: str) -> tuple[Node, ...] | None:
    """Turn an empty header into a plain cell, which screen readers do not announce (pandas writes one over its index)."""
    if not isinstance(node, Element) or node.tag != "th":
        return None
    if not unescape(to_html(node.children)).strip():
        return (Element("td", node.attributes, node.children, node.line),)
    return (node if node.has("scope") else node.with_attributes(scope=scope),)
