"""Outputs that somebody typed below a cell, which shows its own: readers see two (code LS881)."""

from __future__ import annotations

from collections.abc import Iterator

from site_builder.check.findings import CheckedPage
from site_builder.markdown.tree import Cell, CodeBlock, Element, Node
from site_builder.problems import Problem

TYPED = frozenset(("output", "error", "warning"))
"""Classes of fences that show what code prints (Carpentries Workbench, "Episode Structure")."""


def check_typed_outputs(page: CheckedPage) -> Iterator[Problem]:
    """Yield typed outputs right below a cell whose output the page shows (code LS881)."""
    levels = [page.body]
    while levels:
        level = levels.pop()
        shown = False
        for node in level:
            if isinstance(node, Element):
                levels.append(node.children)
            if isinstance(node, str) and not node.strip():
                continue
            if shown and isinstance(node, CodeBlock) and node.classes and node.classes[0].lower() in TYPED:
                hint = "remove it: the page shows what the cell prints; `lesson verify --static` compares typed outputs of plain fences"
                yield page.finding("LS881", node.line, "an output is typed below a cell, so readers see two", hint)
                continue
            shown = _shows_output(node)


def _shows_output(node: Node) -> bool:
    return isinstance(node, Cell) and node.options.evaluate and node.options.output and node.options.include
