"""Outputs that an author typed below a cell whose own output the page shows: readers see it twice (code LS876)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from site_builder.check.extent import RESULTS
from site_builder.check.findings import CheckedPage
from site_builder.markdown.tree import Cell, CodeBlock, Element, Node, Raw
from site_builder.problems import Problem


def check_typed_outputs(page: CheckedPage) -> Iterator[Problem]:
    """Yield each block of output directly below a cell that runs and shows what it prints."""
    for block in _below_cells(page.body):
        hint = "remove it: the page shows what the cell prints; or write `#| output: false` in the cell"
        yield page.finding("LS876", block.line, f"this {block.classes[0]} is typed below a cell that shows its own", hint)


def _below_cells(nodes: Sequence[Node]) -> Iterator[CodeBlock]:
    """Yield the outputs whose neighbour above is such a cell, at every level."""
    levels: list[tuple[Iterator[Node], Node | None]] = [(iter(nodes), None)]
    while levels:
        rest, before = levels.pop()
        for node in rest:
            if isinstance(node, Raw) or (isinstance(node, str) and not node.strip()):
                continue
            if isinstance(node, Element):
                levels += [(rest, node), (iter(node.children), None)]
                break
            if not isinstance(node, CodeBlock) or not node.classes[:1] or node.classes[0].lower() not in RESULTS:
                before = node
            elif _shows(before):
                yield node


def _shows(node: Node | None) -> bool:
    return isinstance(node, Cell) and node.options.evaluate and node.options.output and node.options.include
