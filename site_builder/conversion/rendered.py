"""What readers see of a page, as lines: so that a page is compared before and after its fences became cells."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from site_builder.markdown.tree import BLOCK, CodeBlock, Element, Node, Raw
from site_builder.verification.typed.fences import LANGUAGES, TYPED
from site_builder.verification.typed.prompts import runs_of

PROVENANCE = ("provenance", "not-run")
"""Classes of what weaving adds: where an output comes from, or why there is none."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a page: ``text``, ``code``, a ``picture`` by its address, or an output by its class."""

    kind: str
    text: str


def blocks_of(nodes: Sequence[Node], without: Collection[str] = ()) -> tuple[Block, ...]:
    """Return the blocks of a woven page in the order in which they are read, ``without`` the pictures of these addresses."""
    return tuple(block for block in _joined(_pieces(nodes, without)) if block.text.strip())


def others_differ(before: Iterable[Block], after: Iterable[Block]) -> tuple[str, ...]:
    """Return what differs in anything but outputs, as the lines of a diff; code counts without its prompts.

    A session that became several cells is code in several blocks: blocks of code in a row count as one.
    """
    old, new = (
        [line for block in _code_joined(blocks) for line in f"{block.kind}: {block.text}".split("\n")] for blocks in (before, after)
    )
    return tuple(line for line in difflib.unified_diff(old, new, lineterm="", n=0) if not line.startswith(("---", "+++", "@@")))


def _code_joined(blocks: Iterable[Block]) -> Iterator[Block]:
    held = Block("code", "")
    for block in blocks:
        if block.kind in TYPED:
            continue
        if block.kind == "code":
            held = Block("code", f"{held.text}\n{block.text}" if held.text else block.text)
            continue
        if held.text:
            yield held
            held = Block("code", "")
        yield block
    if held.text:
        yield held


def typed_code(text: str, language: str) -> str:
    """Return code without prompts and answers."""
    source = "\n".join(run.source for run in runs_of(text, LANGUAGES.get(language, language)))
    return "\n".join(line.rstrip() for line in source.split("\n") if line.strip())


def _pieces(nodes: Sequence[Node], without: Collection[str]) -> Iterator[Block]:
    stack: list[Node | None] = [*nodes[::-1]]
    while stack:
        node = stack.pop()
        if node is None:
            yield Block("", "")
        elif isinstance(node, str):
            yield Block("inline", node)
        elif isinstance(node, CodeBlock):
            kind = node.classes[0].lower() if node.classes else ""
            yield Block(kind, node.text) if kind in TYPED else Block("code", typed_code(node.text, kind))
        elif isinstance(node, Element):
            if any(name in PROVENANCE for name in node.classes) or _left_out(node, without):
                continue
            if node.tag == "img":
                yield Block("picture", node.get("src"))
            elif node.tag in BLOCK:
                stack += [None, *node.children[::-1], None]
            else:
                stack += node.children[::-1]
        elif isinstance(node, Raw):
            yield Block("text", node.html)


def _left_out(node: Element, without: Collection[str]) -> bool:
    """Tell whether an element is nothing but a picture that is left out, with its caption."""
    if node.tag == "img":
        return node.get("src") in without
    if node.tag != "figure" and "figure" not in node.classes:
        return False
    pictures = [child for child in node.children if isinstance(child, Element) and child.tag == "img"]
    return bool(pictures) and all(picture.get("src") in without for picture in pictures)


def _joined(pieces: Iterable[Block]) -> Iterator[Block]:
    held = ""
    for piece in pieces:
        if piece.kind == "inline":
            held += piece.text
            continue
        if held.strip():
            yield Block("text", " ".join(held.split()))
        held = ""
        if piece.kind:
            yield piece
    if held.strip():
        yield Block("text", " ".join(held.split()))
