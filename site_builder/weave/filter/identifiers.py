"""Identifiers of the finished page: what headings are called there, and each name once.

Dots become hyphens, as pkgdown writes them; unlike there, links follow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
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


def unique(nodes: Sequence[Node], taken: set[str]) -> tuple[Node, ...]:
    """Make every id of these nodes unique within a page, and keep links among them right.

    ``taken`` has the ids already on the page and is extended. An id that is taken gets the first free ``-1``, ``-2`` ... and the
    nodes' own references follow it; a repetition within the nodes is renamed too, and references mean the first.
    """
    listed = [identifier for node in walk(nodes) if (identifier := _identifier(node))]
    names = dict.fromkeys(listed)
    clashing = [name for name in names if name in taken]
    taken.update(names)
    if not clashing and len(names) == len(listed):
        return tuple(nodes)
    renamed = {name: name for name in names} | {name: _claim(name, taken) for name in clashing}
    seen: set[str] = set()

    def rename(node: Node) -> tuple[Node, ...] | None:
        new = _renamed(node, renamed, seen, taken)
        return None if new is node else (new,)

    return transform(nodes, rename)


def _identifier(node: Node) -> str:
    if isinstance(node, Element):
        return node.get("id")
    return node.identifier if isinstance(node, CodeBlock) else ""


def _claim(name: str, taken: set[str]) -> str:
    """Reserve the first free numbered form of a name that is taken."""
    number = 1
    while f"{name}-{number}" in taken:
        number += 1
    taken.add(f"{name}-{number}")
    return f"{name}-{number}"


def _renamed(node: Node, renamed: Mapping[str, str], seen: set[str], taken: set[str]) -> Node:
    if not isinstance(node, (Element, CodeBlock)):
        return node
    name = _identifier(node)
    new = renamed.get(name, "")
    if name in seen:
        new = _claim(name, taken)
    seen.update({name} - {""})
    if isinstance(node, CodeBlock):
        return replace(node, identifier=new) if new != name else node
    return _follow(node, name, new, renamed)


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
