"""What a YAML document may grow to before its values are made: a few lines of aliases can stand for millions of them."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from site_builder.settings.yaml_loader import Refusal

MAXIMUM_DEPTH = 100
"""Mappings and lists inside one another."""

ALLOWANCE, GROWTH = 10_000, 10
"""Nodes that aliases may stand for: `GROWTH` times those that are written, and `ALLOWANCE` more."""


def check_bounds(root: yaml.Node) -> None:
    """Refuse a document whose aliases stand for far more than was written, or that is nested without end.

    Raises:
        Refusal: at the value that is too much.
    """
    sizes: dict[int, int] = {}
    nodes: list[yaml.Node] = []
    for node, ended in _walk(root):
        if ended:
            sizes[id(node)] = 1 + sum(sizes.get(id(child), 1) for child in _children(node))
            nodes.append(node)
    allowed = ALLOWANCE + GROWTH * len(sizes)
    large = next((node for node in nodes if sizes[id(node)] > allowed), None)
    if large is not None:
        raise Refusal(f"holds aliases that make more than {allowed} values of it", large)


def _walk(root: yaml.Node) -> Iterator[tuple[yaml.Node, bool]]:
    """Every node once, when it begins and, after all below it, when it ends."""
    stack: list[tuple[yaml.Node, bool]] = [(root, False)]
    begun: set[int] = set()
    open_: set[int] = set()
    while stack:
        node, ended = stack.pop()
        if ended:
            open_.discard(id(node))
        elif id(node) in open_:
            raise Refusal("holds an alias inside what it stands for", node)
        elif id(node) in begun:
            continue
        elif len(open_) >= MAXIMUM_DEPTH:
            raise Refusal(f"is nested more than {MAXIMUM_DEPTH} deep", node)
        else:
            begun.add(id(node))
            open_.add(id(node))
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(_children(node)))
        yield node, ended


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else []
