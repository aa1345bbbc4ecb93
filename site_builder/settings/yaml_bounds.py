"""Limits on the size of a YAML document, checked before its values are created: a few lines of aliases can expand to millions of values."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from site_builder.settings.yaml_loader import Refusal

MAXIMUM_DEPTH = 100
"""Mappings and lists inside one another."""

ALLOWANCE, GROWTH = 10_000, 10
"""Nodes that aliases may expand to: `GROWTH` times the number written, plus `ALLOWANCE`."""


def check_bounds(root: yaml.Node) -> None:
    """Refuse a document whose aliases expand to far more than was written, or that is nested too deeply.

    Raises:
        Refusal: at the value that exceeds a limit.
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
        raise Refusal(f"contains aliases that expand to more than {allowed} values", large)


def _walk(root: yaml.Node) -> Iterator[tuple[yaml.Node, bool]]:
    """Yield each node at its start and, after all nodes below it, at its end."""
    stack: list[tuple[yaml.Node, bool]] = [(root, False)]
    begun: set[int] = set()
    open_: set[int] = set()
    while stack:
        node, ended = stack.pop()
        if ended:
            open_.discard(id(node))
        elif id(node) in open_:
            raise Refusal("contains an alias inside the value that it refers to", node)
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
