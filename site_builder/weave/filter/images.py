"""Pictures: classes that the theme styles, and widths (workbench-spec 3.11)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from site_builder.markdown.tree import Element, Node, transform

PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")


def style_images(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Give every image class ``figure``, and those that are figures of their own the classes that centre them."""
    return transform(nodes, lambda node: (_styled(node),) if isinstance(node, Element) else None)


def _styled(node: Element) -> Element:
    if node.tag == "img":
        return _with_classes(_with_width(node), "figure")
    if node.tag != "figure":
        return node
    return node.with_children(_centred(child) for child in node.children)


def _centred(child: Node) -> Node:
    return _with_classes(child, "mx-auto", "d-block") if isinstance(child, Element) and child.tag == "img" else child


def _with_classes(image: Element, *names: str) -> Element:
    return image.set({"class": " ".join(dict.fromkeys((*image.classes, *names)))})


def _with_width(image: Element) -> Element:
    """A width in percent is no HTML attribute: it becomes a style."""
    share = PERCENT.fullmatch(image.get("width"))
    if share is None:
        return image
    style = "; ".join(part for part in (image.get("style").rstrip("; "), f"width:{float(share[1])}%") if part)
    return image.set({"width": None, "style": style})
