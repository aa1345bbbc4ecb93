"""Text of the block tree as CommonMark: a notebook shows it where the page has HTML. Pure.

Emphasis follows the flanking rules of CommonMark 0.31 (https://spec.commonmark.org/0.31.2/#emphasis-and-strong-emphasis); where they would
not recognise a mark, an HTML tag replaces it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from site_builder.exporting.addresses import address_of, is_lost
from site_builder.exporting.escaping import code, escaped
from site_builder.markdown.tree import BLOCK, Cell, CodeBlock, Element, Expression, Node, Raw, text_of

MARKS: Mapping[str, str] = {"em": "*", "strong": "**", "del": "~~"}
TAGGED = frozenset(("sub", "sup"))
"""Elements for which CommonMark has no syntax."""

BREAK = "\\\n"
"""A line break that is kept (CommonMark 0.31, 6.7); the reader puts a line end behind it, too."""

APART = "<!-- -->"
"""Separates two code spans that would otherwise merge."""

DELIMITERS = re.compile(r"^\\[(\[](.*)\\[)\]]$", re.DOTALL)
TIE = re.compile(r"(?<=\.)\u00a0(?=\S)")
"""The no-break space that a page has after an abbreviation: in a notebook or script it would be an invisible surprise."""


@dataclass(frozen=True, slots=True)
class InlineContext:
    """The context of text: the site's address (empty if unknown) and the values of expressions by their identifier:
    text, or raw Markdown.
    """

    base: str = ""
    values: Mapping[str, str | Raw] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class _Piece:
    """Finished Markdown; with a tag, the inside of emphasis; ``escaped`` is false for the author's text, which is not finished yet."""

    text: str
    tag: str = ""
    escaped: bool = True


def is_inline(node: Node) -> bool:
    """Tell whether a node is part of a line of text, at any level."""
    return not isinstance(node, Cell | CodeBlock) and not (isinstance(node, Element) and node.tag in BLOCK)


def inline(nodes: Sequence[Node], around: InlineContext, *, nested: bool = False) -> str:
    """Return text and inline elements as Markdown; line breaks stay the author's.

    What is ``nested`` in emphasis or a link is not at the beginning of a line, where white space means nothing.
    """
    pieces = _joined(piece for node in nodes for piece in _pieces(node, around) if piece.text)
    out = ""
    for number, piece in enumerate(pieces):
        if piece.tag:
            out += _emphasis(piece, out[-1:], _first(pieces[number + 1 :]))
        elif piece.escaped:
            out += f"{APART}{piece.text}" if out[-1:] == piece.text[0] == "`" else piece.text
        else:
            text = piece.text.removeprefix("\n") if out.endswith(BREAK) else piece.text
            begins = out.endswith("\n") or not (out or nested)
            out += escaped(text, at_start=begins, after=_first(pieces[number + 1 :]))
    return out


def _joined(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Join adjacent texts: together they may be syntax that neither is alone."""
    done: list[_Piece] = []
    for piece in pieces:
        if done and not (piece.escaped or done[-1].escaped):
            piece = replace(piece, text=done.pop().text + piece.text)
        done.append(piece)
    return done


def line(nodes: Sequence[Node], around: InlineContext) -> str:
    """Return text as one line, for headings and table cells."""
    return " ".join(inline([_unbroken(node) for node in nodes], around).split())


def _unbroken(node: Node) -> Node:
    return Raw("<br>") if isinstance(node, Element) and node.tag == "br" else node


def _pieces(node: Node, around: InlineContext) -> Iterable[_Piece]:
    if isinstance(node, str):
        yield _Piece(TIE.sub(" ", node), escaped=False)
    elif isinstance(node, Raw):
        yield _Piece(node.html)
    elif isinstance(node, Expression):
        yield from _pieces(around.values[node.identifier], around) if node.identifier in around.values else [_Piece(code(node.source))]
    elif isinstance(node, Element) and node.tag in MARKS:
        yield _Piece(inline(node.children, around, nested=True), node.tag)
    elif isinstance(node, Element) and _is_transparent(node):
        for child in node.children:
            yield from _pieces(child, around)
    elif isinstance(node, Element):
        yield _Piece(_element(node, around))


def _is_transparent(node: Element) -> bool:
    return node.tag in ("span", "label") and "math" not in node.classes


def _element(node: Element, around: InlineContext) -> str:
    if node.tag == "code":
        return code(text_of(node.children))
    if node.tag == "span":
        return _formula(text_of(node.children), display="display" in node.classes)
    if node.tag == "a":
        return _link(node, around)
    if node.tag == "img":
        return _image(node, around)
    if node.tag == "br":
        return BREAK
    if node.tag == "input":
        return "[x] " if node.has("checked") else "[ ] "
    text = inline(node.children, around, nested=True)
    return f"<{node.tag}>{text}</{node.tag}>" if node.tag in TAGGED and text else text


def _formula(text: str, *, display: bool) -> str:
    found = DELIMITERS.match(text.strip())
    inner, mark = found[1] if found else text, "$$" if display else "$"
    return f"{mark}{inner.strip()}{mark}"


def _link(node: Element, around: InlineContext) -> str:
    text = inline(node.children, around, nested=True)
    if "footnote-ref" in node.classes or is_lost(node.get("href"), around.base):
        return text
    target = address_of(node.get("href"), around.base)
    written = text_of(node.children)
    if written in (target, target.removeprefix("mailto:")) and re.fullmatch(r"[A-Za-z][\w+.-]*:[^\s<>]+", target):
        return f"<{written}>"
    return f"[{text}]({_target(target)}{_title(node)})" if text.strip() else ""


def _image(node: Element, around: InlineContext) -> str:
    told = "".join(_spoken(child, around) for child in node.children) if node.children else node.get("alt")
    text = re.sub(r"([\\\[\]`*_<])", r"\\\1", " ".join(told.split()))
    return f"![{text}]({_target(address_of(node.get('src'), around.base))}{_title(node)})"


def _spoken(node: Node, around: InlineContext) -> str:
    """Return a part of an alternative text, an expression as its value."""
    if not isinstance(node, Expression):
        return text_of((node,))
    value = around.values.get(node.identifier, node.source)
    return value.html if isinstance(value, Raw) else value


def _target(address: str) -> str:
    """Return an address as a link's destination: in angle brackets if it contains what would end it (CommonMark 0.31, 6.3)."""
    if address and not re.search(r"[\s()<>\\]", address):
        return address
    return "<" + re.sub(r"([\\<>])", r"\\\1", " ".join(address.split())) + ">"


def _title(node: Element) -> str:
    title = " ".join(node.get("title").split())
    return ' "' + re.sub(r'(["\\])', r"\\\1", title) + '"' if title else ""


def _first(pieces: Sequence[_Piece]) -> str:
    """Return the character that follows: the mark of emphasis, or what the text begins with."""
    return (MARKS[pieces[0].tag] if pieces[0].tag else pieces[0].text)[:1] if pieces else ""


def _emphasis(piece: _Piece, before: str, after: str) -> str:
    inner = piece.text.strip()
    if not inner:
        return piece.text
    lead, tail = piece.text[: len(piece.text) - len(piece.text.lstrip())], piece.text[len(piece.text.rstrip()) :]
    mark, before, after = MARKS[piece.tag], lead[-1:] or before, tail[:1] or after
    opens = not _punctuation(inner[0]) or not before.isalnum()
    closes = not _punctuation(inner[-1]) or not after.isalnum()
    inside = mark if opens and closes and mark[0] not in (before, after, inner[0], inner[-1]) else ""
    body = f"{inside}{inner}{inside}" if inside else f"<{piece.tag}>{inner}</{piece.tag}>"
    return f"{lead}{body}{tail}"


def _punctuation(character: str) -> bool:
    return not character.isalnum() and not character.isspace()
