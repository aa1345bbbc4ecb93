"""Tables and rules of the final page (workbench-spec 3.13)."""

from __future__ import annotations

from collections.abc import Sequence

from site_builder.markdown.tree import Element, Node, transform


def style_tables(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Put class ``table`` before a table's own classes."""
    return transform(nodes, _table)


def _table(node: Node) -> tuple[Node, ...] | None:
    if not isinstance(node, Element) or node.tag != "table":
        return None
    return (node.set({"class": " ".join(dict.fromkeys(("table", *node.classes)))}),)
