"""The pictures that an author put below a code fence: those that the code draws when it runs take their place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from site_builder.markdown.tree import CodeBlock, Element, Node, Raw, element, elements, text_of
from site_builder.verification.typed.fences import LANGUAGES, TYPED

_RENDERED = re.compile(r"-rendered-(?P<label>[A-Za-z0-9_-]+)-\d+\.\w+$")
_LABEL = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that stands alone in its paragraph: address, caption and alternative text (None where it has none), and its line.

    ``marked`` tells that its caption has markup or links, which a cell's caption has not.
    """

    address: str
    caption: str
    alternative: str | None
    line: int
    marked: bool = False

    @property
    def label(self) -> str:
        """A cell's label after the picture's file: ``fig/9_gdp.svg`` gives ``9_gdp``; empty if the file's name gives none.

        A name that the Workbench gave (``fig/08-plot-rendered-lines-1.png``) gives the label that it was made from.
        """
        if given := _RENDERED.search(self.address):
            return given["label"]
        return _LABEL.sub("-", PurePosixPath(self.address.partition("?")[0]).stem).strip("-")


def pictures_below(nodes: Sequence[Node]) -> Mapping[int, tuple[Picture, ...]]:
    """Return, by the line of a code fence, the pictures that nothing but typed outputs parts from it.

    ``nodes`` have the author's own HTML as elements (`site_builder.weave.filter.raw.lift`).
    """
    found: dict[int, list[Picture]] = {}
    for level in _levels(nodes):
        owner = 0
        for node in level:
            if isinstance(node, CodeBlock):
                kind = node.classes[0].lower() if node.classes else ""
                owner = node.line if kind in LANGUAGES else owner if kind in TYPED else 0
            elif (picture := _picture(node)) is not None:
                if owner:
                    found.setdefault(owner, []).append(picture)
            elif not isinstance(node, Raw) and not (isinstance(node, str) and not node.strip()):
                owner = 0
    return {line: tuple(pictures) for line, pictures in found.items()}


def _levels(nodes: Sequence[Node]) -> Iterator[Sequence[Node]]:
    yield nodes
    for each in elements(nodes):
        yield each.children


def _picture(node: Node) -> Picture | None:
    """Return the picture that a paragraph or figure consists of; knitr writes figures with a caption as ``div.figure``."""
    if not isinstance(node, Element) or not (node.tag in ("p", "figure", "img") or (node.tag == "div" and "figure" in node.classes)):
        return None
    inside = [child for child in (node.children if node.tag != "img" else (node,)) if not isinstance(child, str) or child.strip()]
    images = [child for child in inside if isinstance(child, Element) and child.tag == "img"]
    captions = [child for child in inside if isinstance(child, Element) and (child.tag == "figcaption" or "caption" in child.classes)]
    if len(images) != 1 or len(images) + len(captions) != len(inside):
        return None
    caption = captions[0] if captions else element("figcaption")
    text = " ".join(text_of(caption.children).split())
    image = images[0]
    marked = any(isinstance(child, Element) for child in caption.children)
    return Picture(image.get("src"), text, image.get("alt") if image.has("alt") else None, node.line or image.line, marked)
