"""Pages made from all episodes: key points and images (https://github.com/carpentries/sandpaper/blob/main/R/utils-aggregate.R)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from site_builder.lesson.model import SourceFile
from site_builder.markdown.tree import Element, Node, element, elements, transform, walk
from site_builder.weave.model import Page, PageKind
from site_builder.weave.pages.view_context import ViewContext, anchor_of, page, section_head
from site_builder.weave.parts import not_empty


def key_points(context: ViewContext) -> Page:
    """Return the page with every episode's key points, including boxes with their own title."""
    parts = [context.extract(source, "key points", _points) for source in shown_episodes(context)]
    return page(context, PurePosixPath("key-points.html"), PageKind.EXTRA, context.phrase_title("Key Points"), parts)


def images(context: ViewContext) -> Page:
    """Return the page with every image of the episodes, each with its alternative text."""
    parts = [context.extract(source, "images", _figures) for source in shown_episodes(context)]
    return page(context, PurePosixPath("images.html"), PageKind.EXTRA, context.phrase_title("All Images"), parts)


def shown_episodes(context: ViewContext) -> tuple[SourceFile, ...]:
    """Return the episodes that have any text in this view."""
    episodes = context.lesson.episodes
    return tuple(episodes[place] for place in not_empty(context.kept, [context.of(source).body for source in episodes]))


def lazy(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Let pictures load when readers come near: these pages have those of the whole lesson."""
    return transform(nodes, lambda node: (node.set({"loading": "lazy"}),) if isinstance(node, Element) and node.tag == "img" else None)


def _points(context: ViewContext, source: SourceFile) -> Iterable[Node]:
    yield from section_head(context, source)
    for box in elements(context.of(source).body.nodes, "div"):
        if "keypoints" in box.classes and "callout" in box.classes:
            yield from next(part for part in elements(box.children, "div") if "callout-content" in part.classes).children


def _figures(context: ViewContext, source: SourceFile) -> Iterable[Node]:
    yield from section_head(context, source)
    for number, parent in enumerate(_holders(context.of(source).body.nodes), 1):
        yield element("h3", context.phrases("Figure {number}", number=number), id=f"{anchor_of(source)}-figure-{number}")
        yield from _descriptions(context, [node for node in parent.children if _is_image(node)])
        yield from lazy((parent,))
        yield element("hr")


def _holders(body: Sequence[Node]) -> list[Element]:
    """The elements that hold images directly; images outside any element come one by one."""
    found: list[Element] = []
    for node in walk((element("body", *body),)):
        if isinstance(node, Element) and any(_is_image(child) for child in node.children):
            loose = [element("p", child) for child in node.children if _is_image(child)]
            found.extend(loose if node.tag == "body" else [_standing(node)])
    return found


def _standing(node: Element) -> Element:
    """Return the content of a part of a table or list, which cannot be used alone."""
    return Element("div", (), node.children, node.line) if node.tag in ("td", "th", "li", "dd", "dt") else node


def _is_image(node: Node) -> bool:
    return isinstance(node, Element) and node.tag == "img"


def _descriptions(context: ViewContext, pictures: Sequence[Node]) -> Iterable[Node]:
    for number, picture in enumerate(pictures, 1):
        if isinstance(picture, Element) and picture.has("alt"):
            text = f"‘{picture.get('alt')}’" if picture.get("alt") else context.phrases("[decorative]")
            line = context.phrases("Image {number} of {total}: {text}", number=number, total=len(pictures), text=text)
            yield element("p", line, aria_hidden="true")
