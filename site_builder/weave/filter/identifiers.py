"""Identifiers of the finished page: what headings are called there, and each name once.

Dots become hyphens, as pkgdown writes them; unlike there, links follow.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias
from urllib.parse import quote, unquote

from site_builder.markdown.tree import CodeBlock, Element, Node, elements, is_heading, transform, walk

ENCLOSED = ("li", "blockquote", "table", "dd", "dt")
"""Elements in which headings begin no section and therefore keep their dots."""

DRAWN = re.compile(r"url\(#(.+)\)")
"""How a part of a drawing refers to another one: a marker, a gradient, a clipping path."""

REFERENCES = ("for", "aria-labelledby", "aria-controls", "aria-describedby")


def final_headings(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Replace dots by hyphens in the ids of headings that begin a section."""
    kept = {heading.get("id") for outer in elements(nodes, *ENCLOSED) for heading in elements(outer.children) if is_heading(heading)}

    def rename(node: Node) -> tuple[Node, ...] | None:
        if not isinstance(node, Element) or not is_heading(node) or "." not in node.get("id") or node.get("id") in kept:
            return None
        return (node.set({"id": node.get("id").replace(".", "-")}),)

    return transform(nodes, rename)


Assigned: TypeAlias = Mapping[str, tuple[str, ...]]
"""Names that ids get: by the old name, one for each element that has it, in the order in which `transform` sees these."""


class TakenIdentifiers:
    """The ids that a page has already."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """Begin with some names."""
        self.names = set(names)
        self._numbers: dict[str, int] = {}

    def claim(self, name: str) -> str:
        """Reserve the first free numbered form of a name that is taken."""
        number = self._numbers.get(name, 1)  # all before are taken, and stay so
        while f"{name}-{number}" in self.names:
            number += 1
        self._numbers[name] = number + 1
        self.names.add(f"{name}-{number}")
        return f"{name}-{number}"


def unique(nodes: Sequence[Node], taken: TakenIdentifiers) -> tuple[Node, ...]:
    """Make every id of these nodes unique within a page, and keep links among them right.

    ``taken`` has the ids already on the page and is extended. An id that is taken gets the first free ``-1``, ``-2`` ... and the
    nodes' own references follow it; a repetition within the nodes is renamed too, and references mean the first.
    """
    names = assigned(identifiers(nodes), taken)
    return renamed(nodes, names) if names else tuple(nodes)


def identifiers(nodes: Sequence[Node]) -> tuple[str, ...]:
    """Return all ids of nodes, in document order."""
    return tuple(identifier for node in walk(nodes) if (identifier := _identifier(node)))


def assigned(listed: Sequence[str], taken: TakenIdentifiers) -> Assigned:
    """Return the new names of nodes with these ids that get other ones (see `unique`); ``taken`` is extended."""
    names = dict.fromkeys(listed)
    clashing = [name for name in names if name in taken.names]
    taken.names.update(names)
    if not clashing and len(names) == len(listed):
        return {}
    first = {name: taken.claim(name) for name in clashing}
    counts = Counter(listed)
    return {
        name: (first.get(name, name), *(taken.claim(name) for _ in range(counts[name] - 1)))
        for name in names if name in first or counts[name] > 1
    }  # fmt: skip


def renamed(nodes: Sequence[Node], names: Assigned) -> tuple[Node, ...]:
    """Give ids the names that `assigned` found; references follow the first of each."""
    left = {name: iter(found) for name, found in names.items()}
    first = {name: found[0] for name, found in names.items()}

    def rename(node: Node) -> tuple[Node, ...] | None:
        new = _renamed(node, left, first)
        return None if new is node else (new,)

    return transform(nodes, rename)


def _identifier(node: Node) -> str:
    if isinstance(node, Element):
        return node.get("id")
    return node.identifier if isinstance(node, CodeBlock) else ""


def _renamed(node: Node, left: Mapping[str, Iterator[str]], first: Mapping[str, str]) -> Node:
    if not isinstance(node, (Element, CodeBlock)):
        return node
    name = _identifier(node)
    new = next(left[name]) if name in left else name
    if isinstance(node, CodeBlock):
        return replace(node, identifier=new) if new != name else node
    return _follow(node, name, new, first)


def _follow(node: Element, name: str, new: str, renamed: Mapping[str, str]) -> Element:
    if not node.attributes:
        return node
    changes: dict[str, str | None] = {"id": new} if name else {}
    changes |= {key: renamed.get(value, value) for key, value in node.attributes if key in REFERENCES}
    drawn = ((key, DRAWN.fullmatch(value)) for key, value in node.attributes if value.startswith("url(#"))
    changes |= {key: f"url(#{renamed[found[1]]})" for key, found in drawn if found and found[1] in renamed}
    target = unquote(node.get("href"))
    if node.tag in ("a", "use") and target.startswith("#") and renamed.get(target[1:], target[1:]) != target[1:]:
        changes["href"] = f"#{quote(renamed[target[1:]])}"
    if node.tag == "input" and node.get("type") == "radio" and renamed.get(group := node.get("name").removesuffix("-choice")):
        changes["name"] = f"{renamed[group]}-choice"
    return node.set(changes) if any(node.get(key) != value for key, value in changes.items()) else node
