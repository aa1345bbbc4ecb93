"""Blocks of the tree as CommonMark, one text per block: a notebook shows these where the page has HTML. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from site_builder.exporting.inline import InlineContext, inline, is_inline, line
from site_builder.exporting.tables import table
from site_builder.markdown.tree import (
    HEADINGS,
    Cell,
    CodeBlock,
    Element,
    Node,
    elements,
    text_of,
)

LINES = "line-block"
"""The class of a div whose line breaks count (pandoc manual, line_blocks)."""


def blocks(nodes: Iterable[Node], around: InlineContext) -> list[str]:
    """Return each block as Markdown; adjacent text and inline elements are one block."""
    return [text for block in in_runs(nodes) if (text := block_text(block, around))]


def in_runs(nodes: Iterable[Node]) -> Iterator[Sequence[Node]]:
    """Yield each block alone, and runs of inline nodes between blocks together; divs are opened, however deep they nest."""
    run: list[Node] = []
    stack = [*nodes][::-1]
    while stack:
        node = stack.pop()
        if is_inline(node):
            run.append(node)
            continue
        if run:
            yield run
            run = []
        if isinstance(node, Element) and node.tag == "div" and LINES not in node.classes:
            stack.extend(node.children[::-1])
        else:
            yield (node,)
    if run:
        yield run


def block_text(block: Sequence[Node], around: InlineContext) -> str:
    """Return one block, or one run of inline nodes, as Markdown; empty if it shows nothing."""
    node = block[0]
    if is_inline(node):
        return inline(block, around).strip()
    if isinstance(node, CodeBlock):
        return fenced(node.text, node.classes[0] if node.classes else "")
    if isinstance(node, Cell):
        return fenced(node.source, node.language)
    assert isinstance(node, Element)
    if node.tag in HEADINGS:
        return f"{'#' * int(node.tag[1])} {line(node.children, around)}".strip()
    if node.tag in ("ul", "ol"):
        return _list(node, around)
    if node.tag == "blockquote":
        return quoted("\n\n".join(blocks(node.children, around)))
    if node.tag == "dl":
        return _definitions(node, around)
    if node.tag == "table":
        return table(node, around)
    if node.tag == "figure":
        return _figure(node, around)
    return "***" if node.tag == "hr" else inline(node.children, around).strip()


def fenced(text: str, language: str) -> str:
    """Return code in a fence that is longer than every run of backticks in it."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def quoted(text: str) -> str:
    """Return text as a block quote."""
    return "\n".join(f"> {each}".rstrip() for each in text.split("\n")) if text else ""


def _item(marker: str, text: str) -> str:
    indentation = " " * len(marker)
    return "\n".join((marker if number == 0 else indentation) + each if each else "" for number, each in enumerate(text.split("\n")))


def _list(node: Element, around: InlineContext) -> str:
    items = [child for child in node.children if isinstance(child, Element)]
    loose = any(isinstance(child, Element) and child.tag == "p" for item in items for child in item.children)
    number, out = int(node.get("start") or 1), []
    for item in items:
        marker = f"{number}. " if node.tag == "ol" else "- "
        out.append(_item(marker, _joined(item, around, loose=loose)) or marker.strip())
        number += 1
    return ("\n\n" if loose else "\n").join(out)


def _joined(item: Element, around: InlineContext, *, loose: bool) -> str:
    """Return an item's blocks as one text; in a tight list only another list may follow on the next line."""
    out = ""
    for block in in_runs(item.children):
        text = block_text(block, around)
        if not text:
            continue
        nested = isinstance(block[0], Element) and block[0].tag in ("ul", "ol") and block[0].get("start") in ("", "1")
        out += f"{'' if not out else chr(10) if nested and not loose else chr(10) * 2}{text}"
    return out


def _definitions(node: Element, around: InlineContext) -> str:
    """CommonMark has no definition lists: terms are bold, their definitions follow as list items."""
    out: list[str] = []
    for child in node.children:
        if isinstance(child, Element) and child.tag == "dt":
            out.append(inline([replace(child, tag="strong")], around))
        elif isinstance(child, Element):
            out.append(_item("- ", "\n\n".join(blocks(child.children, around))))
    return "\n\n".join(text for text in out if text.strip())


def _figure(node: Element, around: InlineContext) -> str:
    caption = next(elements(node.children, "figcaption"), None)
    picture = next(elements(node.children, "img"), None)
    shown = inline([child for child in node.children if child is not caption], around).strip()
    if caption is None or (picture is not None and text_of(caption.children).strip() == picture.get("alt")):
        return shown
    return f"{shown}\n\n{inline([Element('em', (), caption.children)], around)}".strip()
