"""Pictures: classes that the theme styles, and widths.

As in https://github.com/carpentries/sandpaper/blob/main/R/utils-xml.R (``fix_figures``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias
from urllib.parse import unquote

from site_builder.markdown.tree import Element, Node, transform

Sizes: TypeAlias = Mapping[str, tuple[int, int]]
"""Width and height in pixels by address in the site."""

NO_SIZES: Sizes = MappingProxyType({})
PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")


def style_images(nodes: Sequence[Node], sizes: Sizes = NO_SIZES) -> tuple[Node, ...]:
    """Give every image class ``figure``, and those that are figures on their own the classes that centre them.

    An image whose size in pixels is known gets ``width`` and ``height``, so that nothing moves when it loads.
    """
    return transform(
        nodes, lambda node: (_styled(node, sizes),) if isinstance(node, Element) and node.tag in ("img", "figure", "p") else None
    )


def _styled(node: Element, sizes: Sizes) -> Element:
    if node.tag == "p":
        return _lone(node)
    if node.tag == "img":
        return _with_classes(_with_size(_with_width(node), sizes), "figure")
    return node.with_children(_centred(child) for child in node.children)


def _lone(paragraph: Element) -> Element:
    """Make a figure of a paragraph that holds one image and nothing else, with or without a caption."""
    content = [child for child in paragraph.children if not isinstance(child, str) or child.strip()]
    if len(content) != 1 or paragraph.attributes or not isinstance(content[0], Element) or content[0].tag != "img":
        return paragraph
    return Element("figure", (), (_centred(content[0]),), paragraph.line)


def _centred(child: Node) -> Node:
    return _with_classes(child, "mx-auto", "d-block") if isinstance(child, Element) and child.tag == "img" else child


def _with_classes(image: Element, *names: str) -> Element:
    return image.set({"class": " ".join(dict.fromkeys((*image.classes, *names)))})


def _with_size(image: Element, sizes: Sizes) -> Element:
    size = sizes.get(unquote(image.get("src")).removeprefix("./"))
    if size is None or image.has("width") or image.has("height"):
        return image
    return image.set({"width": str(size[0]), "height": str(size[1])})


def _with_width(image: Element) -> Element:
    """Turn a width in percent, which is not valid as an HTML attribute, into a style."""
    share = PERCENT.fullmatch(image.get("width"))
    if share is None:
        return image
    style = "; ".join(part for part in (image.get("style").rstrip("; "), f"width:{float(share[1])}%") if part)
    return image.set({"width": None, "style": style})
