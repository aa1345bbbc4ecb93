"""The block tree of a page: what the reader returns and what weaving turns into HTML.

A tree is made of text (`str`), `Raw` HTML, `Element`, `CodeBlock`, `Cell` and `Expression` nodes. Elements carry HTML tag names,
because the result is HTML in the end; everything that weaving has to see (headings, links, images, divs, code, cells)
is a node and never hidden inside `Raw`. All nodes are frozen; passes return new trees.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, TypeAlias

from site_builder.settings.cell import CellOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_VOID_WORDS = "area base br col embed hr img input link meta source track wbr"
VOID = frozenset(_VOID_WORDS.split())
"""Elements without an end tag (HTML standard, 13.1.2)."""

_BLOCK_WORDS = (
    "address article aside blockquote caption col colgroup dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4"
    " h5 h6 header hr li main nav ol p section summary table tbody td tfoot th thead tr ul"
)
BLOCK = frozenset(_BLOCK_WORDS.split())
"""Elements that are followed by a line break when written."""

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))

Attributes: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Raw:
    """HTML exactly as the author wrote it (a comment, a tag that is not ``div`` or ``span``)."""

    html: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Element:
    """An HTML element; ``line`` is the 1-based source line it began on (0 when it has none)."""

    tag: str
    attributes: Attributes = ()
    children: tuple[Node, ...] = ()
    line: int = 0

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute's value, or the default if it is not set."""
        for key, value in self.attributes:
            if key == name:
                return value
        return default

    def has(self, name: str) -> bool:
        """Tell whether an attribute is set, even to an empty value."""
        return any(key == name for key, _ in self.attributes)

    @property
    def classes(self) -> tuple[str, ...]:
        """The class names, in order."""
        return tuple(self.get("class").split())

    def with_attributes(self, **changes: str | None) -> Element:
        """Return a copy with attributes set or, where the value is None, removed; ``class_`` stands for ``class``."""
        named = {key.rstrip("_").replace("_", "-"): value for key, value in changes.items()}
        return self.set(named)

    def set(self, changes: dict[str, str | None]) -> Element:
        """Return a copy with attributes set (in place where present, else at the end) or removed where the value is None."""
        kept = [(key, changes.get(key, value)) for key, value in self.attributes]
        present = {key for key, _ in self.attributes}
        added = [(key, value) for key, value in changes.items() if key not in present]
        return replace(self, attributes=tuple((k, v) for k, v in (*kept, *added) if v is not None))

    def with_children(self, children: Iterable[Node]) -> Element:
        """Return a copy with other children."""
        return Element(self.tag, self.attributes, tuple(children), self.line)


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A block of code that is shown and never run: its text without a final line break, classes (the first is the language), attributes.

    ``html`` is the same text with inline markup, for output with colours; empty if the plain text is enough.
    """

    text: str
    classes: tuple[str, ...] = ()
    identifier: str = ""
    attributes: Attributes = ()
    line: int = 0
    html: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """Code that runs when the lesson is built; ``source`` is without its option lines, ``line`` that of the opening fence.

    ``knitr`` holds the options of a chunk of R Markdown as they are written, which R evaluates; None for every other cell.
    ``expressions`` are those in its figures' caption and alternative text, in this order; they are evaluated after it.
    """

    identifier: str
    language: str
    source: str
    options: CellOptions = CellOptions()
    line: int = 0
    source_line: int = 0
    knitr: str | None = None
    expressions: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Expression:
    """An inline expression, replaced by its value when the lesson is built."""

    identifier: str
    language: str
    source: str
    line: int = 0


Node: TypeAlias = "str | Raw | Element | CodeBlock | Cell | Expression"


def element(tag: str, *children: Node, line: int = 0, **attributes: str) -> Element:
    """Build an element; ``class_`` stands for ``class``, other underscores for hyphens (``data_x`` is ``data-x``)."""
    named = tuple((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    return Element(tag, named, children, line)


def is_heading(node: Node) -> bool:
    """Tell whether a node is an element ``h1`` to ``h6``."""
    return isinstance(node, Element) and node.tag in HEADINGS


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield every node in document order, parents before children, without recursion."""
    stack = list(nodes)[::-1]
    while stack:
        node = stack.pop()
        yield node
        if type(node) is Element and node.children:
            stack.extend(node.children[::-1])


def elements(nodes: Iterable[Node], *tags: str) -> Iterator[Element]:
    """Yield the elements with one of these tags in document order; all of them when no tag is named."""
    stack = list(nodes)[::-1]
    while stack:
        node = stack.pop()
        if type(node) is Element:
            if not tags or node.tag in tags:
                yield node
            stack.extend(node.children[::-1])


def cells(nodes: Iterable[Node]) -> tuple[Cell | Expression, ...]:
    """Return all cells and expressions, in document order, each once: the caption of a picture may be its alternative text too."""
    found: list[Cell | Expression] = []
    known: set[str] = set()
    for node in walk(nodes):
        if isinstance(node, Cell):
            found += (node, *node.expressions)
        elif isinstance(node, Expression) and node.identifier not in known:
            known.add(node.identifier)
            found.append(node)
    return tuple(found)


def transform(nodes: Sequence[Node], change: Callable[[Node], Sequence[Node] | None]) -> tuple[Node, ...]:
    """Rebuild a tree bottom-up: ``change`` sees each node after its children and returns its replacements, or None to keep it.

    Works without recursion, so depth is bounded by memory alone; unchanged parts are not rebuilt.
    """
    outer: list[tuple[Element, Iterator[Node], list[Node], bool]] = []
    rest, changed = iter(nodes), False
    done: list[Node] = []
    while True:
        for node in rest:
            if type(node) is Element and node.children:
                outer.append((node, rest, done, changed))
                rest, done, changed = iter(node.children), [], False
                break
            new = change(node)
            if new is None:
                done.append(node)
            else:
                done.extend(new)
                changed = True
        else:
            if not outer:
                return tuple(done)
            parent, rest, siblings, before = outer.pop()
            rebuilt = parent.with_children(done) if changed else parent
            new = change(rebuilt)
            siblings.extend((rebuilt,) if new is None else new)
            done, changed = siblings, before or changed or new is not None


def text_of(nodes: Iterable[Node]) -> str:
    """Return the plain text of nodes: markup and raw HTML dropped, code and math kept, white space unchanged."""
    parts = []
    for node in walk(nodes):
        if isinstance(node, str):
            parts.append(node)
        elif isinstance(node, CodeBlock):
            parts.append(node.text)
        elif isinstance(node, Element) and node.tag == "br":
            parts.append(" ")
    return "".join(parts)


def to_html(nodes: Iterable[Node]) -> str:
    """Write nodes as HTML. Cells and expressions must have been woven before.

    Raises:
        TypeError: a cell or expression is left in the tree.
    """
    out: list[str] = []
    outer: list[tuple[Iterator[Node], str]] = []
    rest = iter(nodes)
    while True:
        for node in rest:
            if isinstance(node, str):
                out.append(escape(node, quote=False))
            elif isinstance(node, Element):
                out.append(_start_tag(node))
                if node.children and node.tag not in VOID:
                    outer.append((rest, _end_tag(node)))
                    rest = iter(node.children)
                    break
                out.append(_end_tag(node))
            elif isinstance(node, Raw):
                out.append(node.html)
            elif isinstance(node, CodeBlock):
                out.append(_code(node))
            else:
                raise TypeError(f"{type(node).__name__} {node.identifier} was not woven")
        else:
            if not outer:
                return "".join(out)
            rest, end = outer.pop()
            out.append(end)


def _start_tag(node: Element) -> str:
    if not node.attributes:
        return f"<{node.tag}>"
    attributes = "".join([f' {key}="{escape(value)}"' for key, value in node.attributes])
    return f"<{node.tag}{attributes}>"


def _end_tag(node: Element) -> str:
    end = "" if node.tag in VOID else f"</{node.tag}>"
    return end + ("\n" if node.tag in BLOCK else "")


def _code(node: CodeBlock) -> str:
    pairs = (("id", node.identifier), ("class", " ".join(node.classes)), *node.attributes)
    attributes = "".join(f' {key}="{escape(value)}"' for key, value in pairs if value)
    return f"<pre{attributes}><code>{node.html or escape(node.text, quote=False)}\n</code></pre>\n"


def as_plain(nodes: Iterable[Node]) -> tuple[object, ...]:
    """Return nodes as tuples of texts and numbers that are equal exactly if the nodes are; a cell or expression is written out.

    Raises:
        RecursionError: the tree has very many levels.
    """
    return tuple([node if type(node) is str else _plain(node) for node in nodes])


def _plain(node: Node) -> tuple[object, ...]:
    if type(node) is Element:
        return ("e", node.tag, node.attributes, as_plain(node.children), node.line)
    if type(node) is Raw:
        return ("r", node.html, node.line)
    if type(node) is CodeBlock:
        return ("c", node.text, node.classes, node.identifier, node.attributes, node.line, node.html)
    return (repr(node),)
