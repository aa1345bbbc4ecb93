"""Which nodes of a page an export has; containers that a notebook cannot keep whole are split. Pure.

A notebook's code cells are between texts, never inside them: a list or quote that contains a cell or a box is split there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, takewhile
from typing import TypeAlias, TypeGuard

from site_builder.boxes import for_instructors, kind_of
from site_builder.markdown.tree import Element, Node, Raw, elements, transform, walk

NOTES = "footnotes-end-of-document"
"""The class by which the reader marks the notes of a page (`markdown.builder`)."""

Test: TypeAlias = Callable[[Node], bool]
PARTS = frozenset(("thead", "tbody", "tr", "th", "td", "caption", "colgroup"))
"""Elements that mean nothing outside a table."""
GONE = Raw("\0")
"""Marks where something was left out; text that was read never contains this character."""
EMPTY_WHERE_BLANK = frozenset(("p", "li", "ul", "ol", "blockquote", "dd"))


def chosen(nodes: Sequence[Node], left_out: Test) -> tuple[Node, ...]:
    """Return a tree without comments, without what ``left_out`` names, and without notes that are then unreferenced.

    Items and quotes that are then empty are removed as well.
    """

    def change(node: Node) -> Sequence[Node] | None:
        if left_out(node) or (isinstance(node, Raw) and node.html.startswith("<!--")):
            return (GONE,)
        if not isinstance(node, Element) or GONE not in node.children:
            return None
        rest = tuple(child for child in node.children if child is not GONE)
        return (GONE,) if node.tag in EMPTY_WHERE_BLANK and _is_blank(rest) else (node.with_children(rest),)

    return _with_notes(tuple(node for node in transform(nodes, change) if node is not GONE))


def is_for_instructors(node: Node) -> bool:
    """Tell whether a node is a box that no export for learners contains."""
    return isinstance(node, Element) and node.tag == "div" and for_instructors(node.classes)


def is_notes(node: Node) -> bool:
    """Tell whether a node contains the page's footnotes."""
    return isinstance(node, Element) and node.tag == "div" and NOTES in node.classes


def is_whole(node: Element, is_code: Test) -> bool:
    """Tell whether a container fits into one text: it contains neither code with its own cell nor a box."""
    return not any(is_code(inner) or _is_box(inner) for inner in walk(node.children))


def opened(node: Element, is_code: Test) -> list[Node]:
    """Return the content of a container that must be split, in the largest possible parts; items keep their numbers."""

    def fits(inner: Node) -> bool:
        return not is_code(inner) and not _is_box(inner) and (not isinstance(inner, Element) or is_whole(inner, is_code))

    if node.tag in ("ul", "ol"):
        return [*_items(node, fits)]
    if node.tag == "blockquote":
        return [*_parts(node, fits)]
    if node.tag == "dl":
        return [inner for child in node.children if isinstance(child, Element) for inner in _definition(child)]
    return [part for child in node.children for part in (child.children if _is_part(child) else (child,))]


def note(item: Element) -> tuple[Node, ...]:
    """Return a footnote as blocks: its number as in the text, then its content without the back link."""

    def change(inner: Node) -> Sequence[Node] | None:
        return () if isinstance(inner, Element) and "footnote-back" in inner.classes else None

    number = Element("sup", (), (item.get("id").removeprefix("fn"),))
    first, *rest = transform(item.children, change) or ("",)
    if isinstance(first, Element) and first.tag == "p":
        return (first.with_children((number, " ", *first.children)), *rest)
    return (number, " ", first, *rest)


def _items(node: Element, fits: Test) -> Iterator[Node]:
    number = int(node.get("start") or 1)
    for item in node.children:
        if not isinstance(item, Element):
            continue
        head = tuple(takewhile(fits, item.children))
        start = (("start", str(number)),) if node.tag == "ol" and number > 1 else ()
        if not _is_blank(head):
            yield Element(node.tag, start, (Element("li", (), head, item.line),), item.line)
        yield from item.children[len(head) :]
        number += 1


def _parts(node: Element, fits: Test) -> Iterator[Node]:
    for whole, group in groupby(node.children, fits):
        children = tuple(group)
        if not whole:
            yield from children
        elif not _is_blank(children):
            yield Element(node.tag, (), children, node.line)


def _definition(node: Element) -> Iterator[Node]:
    if node.tag == "dt":
        yield Element("p", (), (Element("strong", (), node.children, node.line),), node.line)
    else:
        yield from node.children


def _is_part(node: Node) -> TypeGuard[Element]:
    return isinstance(node, Element) and node.tag in PARTS


def _is_box(node: Node) -> bool:
    return isinstance(node, Element) and node.tag == "div" and kind_of(node.classes) is not None


def _is_blank(nodes: Sequence[Node]) -> bool:
    return all(isinstance(node, str) and not node.strip() for node in nodes)


def _with_notes(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """Return a page with only those notes that its text, or another note that is kept, refers to."""
    kept = [node for node in nodes if not is_notes(node)]
    notes = {item.get("id"): item for node in nodes if is_notes(node) for item in elements([node], "li") if item.get("id").startswith("fn")}
    named: dict[str, Element] = {}
    waiting = _named(kept)
    while waiting:
        name = waiting.pop()
        if name in notes and name not in named:
            named[name] = notes[name]
            waiting += _named(notes[name].children)
    left = tuple(item for name, item in notes.items() if name in named)
    return (*kept, Element("div", (("class", NOTES),), left)) if left else tuple(kept)


def _named(nodes: Sequence[Node]) -> list[str]:
    return [link.get("href").removeprefix("#") for link in elements(nodes, "a") if "footnote-ref" in link.classes]
