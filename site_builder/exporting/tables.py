"""Tables in GitHub's syntax (https://github.github.com/gfm/#tables-extension-). Pure.

A table with blocks in its cells, or several header rows, stays HTML, which notebooks show as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from site_builder.exporting.addresses import address_of, is_lost
from site_builder.exporting.inline import InlineContext, inline, is_inline, line
from site_builder.markdown.tree import Cell, CodeBlock, Element, Expression, Node, Raw, elements, to_html, transform

RULES = {"left": ":---", "right": "---:", "center": ":---:"}
ALIGNMENT = re.compile(r"text-align:\s*(left|right|center)")


def table(node: Element, around: InlineContext) -> str:
    """Return a table, with its caption below it."""
    rows = [row for part in elements(node.children, "thead", "tbody") for row in part.children if isinstance(row, Element)]
    cells = [[cell for cell in row.children if isinstance(cell, Element)] for row in rows]
    heads = sum(any(cell.tag == "th" for cell in row) for row in cells)
    if not cells or heads > 1 or not all(is_inline(child) for row in cells for cell in row for child in cell.children):
        return _as_html(node, around)
    head = cells[0] if heads else [Element("th") for _ in cells[0]]
    written = [_row(line(cell.children, around) for cell in row) for row in (head, *cells[heads:])]
    rule = _row(_rule(cell) for cell in cells[0])
    caption = next(elements(node.children, "caption"), None)
    title = f"\n\n{inline([Element('em', (), caption.children)], around)}" if caption else ""
    return "\n".join((written[0], rule, *written[1:])) + title


def _row(texts: Iterable[str]) -> str:
    return "| " + " | ".join(text.replace("|", "\\|") for text in texts) + " |"


def _rule(cell: Element) -> str:
    found = ALIGNMENT.search(cell.get("style"))
    return RULES.get(cell.get("align") or (found[1] if found else ""), "---")


def _as_html(node: Element, around: InlineContext) -> str:
    def change(inner: Node) -> Sequence[Node] | None:
        if isinstance(inner, Expression):
            value = around.values.get(inner.identifier)
            shown = value.html if isinstance(value, Raw) else value
            return (shown if shown is not None else Element("code", (), (inner.source,)),)
        if isinstance(inner, Element) and inner.tag in ("a", "img"):
            name = "href" if inner.tag == "a" else "src"
            if inner.tag == "a" and is_lost(inner.get(name), around.base):
                return tuple(transform(inner.children, change))
            return (inner.set({name: address_of(inner.get(name), around.base), "class": None, "id": None}),)
        return (CodeBlock(inner.source, (inner.language,)),) if isinstance(inner, Cell) else None

    return re.sub(r"\n\s*\n", "\n", to_html(transform((node,), change))).strip()
