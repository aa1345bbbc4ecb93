"""Tokens to block tree, in document order and without recursion; cells and footnotes are numbered here."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from site_builder.markdown.cells import check_end, read_options, split_options
from site_builder.markdown.inline_code import divided
from site_builder.markdown.macros import TooManyMacros, expanded, read_definition
from site_builder.markdown.marks import MARKED
from site_builder.markdown.tree import Attributes, Cell, CodeBlock, Element, Expression, Node, Raw, text_of, transform, walk
from site_builder.problems import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markdown_it.token import Token

    from site_builder.markdown.attributes import AttributeList
    from site_builder.markdown.reader_state import Note, ReaderState

_BREAK = re.compile("\n")
_EXPRESSION = re.compile(r"\{([A-Za-z][\w+\-]*)\}\s+(\S.*)$", re.S)


@dataclass(slots=True)
class _Frame:
    tag: str
    attributes: Attributes
    line: int
    children: list[Node] = field(default_factory=list)
    token: Token | None = None


class TreeBuilder:
    """Builds the tree of one page."""

    def __init__(self, page: ReaderState, *, episode: bool) -> None:
        """Take the page that was read; cells become code that runs only in an episode."""
        self.page, self.episode = page, episode
        self.cell_count = self.expression_count = 0
        self.labels: dict[str, int] = {}
        self.inside_notes = False

    def build(self, tokens: Iterable[Token]) -> tuple[Node, ...]:
        """Return the nodes of a sequence of block tokens."""
        frames = [_Frame("", (), 0)]
        for token, line in _flat(tokens):
            if token.nesting > 0:
                frames.append(_Frame(token.tag, _attributes(token), line, token=token))
            elif token.nesting < 0:
                frame = frames.pop()
                frames[-1].children.extend(self._closed(frame))
            else:
                frames[-1].children.extend(self._leaf(token, line))
        return _joined(frames[0].children)

    def footnotes(self) -> tuple[Node, ...]:
        """Return the notes that were referred to, in the shape of pandoc's HTML writer; notes may refer to further notes."""
        items: list[Node] = []
        self.inside_notes = True
        for number, note in _growing(self.page.used_notes):
            back = Element("a", (("href", f"#fnref{number}"), ("class", "footnote-back")), ("↩︎",))
            items.append(Element("li", (("id", f"fn{number}"),), _with_back(self.build(note.tokens), back), note.line))
        if not items:
            return ()
        kind = (("class", "footnotes footnotes-end-of-document"),)
        return (Element("div", kind, (Element("hr"), Element("ol", (), tuple(items)))),)

    def _closed(self, frame: _Frame) -> list[Node]:
        token = frame.token
        children = _joined(frame.children)
        if token is not None and token.type == "paragraph_open":
            return self._paragraph(token, children, frame.line)
        return [Element(frame.tag, frame.attributes, children, frame.line)]

    def _paragraph(self, token: Token, children: tuple[Node, ...], line: int) -> list[Node]:
        if "task" in token.meta:
            checked = (("checked", ""),) if token.meta["task"] else ()
            box = Element("input", (("type", "checkbox"), *checked), (), line)
            children = (Element("label", (), (box, *children), line),)
        caption = token.meta.get("caption")
        if caption is not None:
            return [Element("figure", (), (*children, Element("figcaption", (), self.build(caption), line)), line)]
        if token.hidden:
            return [*children, "\n"]
        if not any(not isinstance(child, str) or child.strip() for child in children):  # TeX alone, such as `\\newpage`
            return []
        return [Element("p", (), children, line)]

    def _leaf(self, token: Token, line: int) -> list[Node]:
        kind = token.type
        if self.page.rmarkdown is not None and kind in ("text", "html_raw", "math"):
            token.content = self.page.rmarkdown.restored(token.content)
        if kind == "text":
            return [token.content] if token.content else []
        if kind in ("code", "cell"):
            return self._code(token, line)
        if kind == "code_inline":
            return self._code_span(token, line)
        if kind == "html_raw":
            return [Raw(token.content, line), "\n"] if token.block else [Raw(token.content, line)]
        if kind == "note_reference":
            return [self._note(token.meta["note"], line)]
        if kind == "image":
            return [self._image(token, line)]
        if kind == "macro":
            definition = read_definition(token.content, 0)
            self.page.macros = definition.added(self.page.macros) if definition else self.page.macros
            return []
        if kind == "math":
            return [Element("span", (("class", f"math {token.info}"),), (self._formula(token.content),), line)]
        if kind == "emoji":
            return [Element("span", (("class", "emoji"), ("data-emoji", token.info)), (token.content,), line)]
        breaks = ("\n",) if kind in ("hardbreak", "line_break") else ()
        return [Element(token.tag, _attributes(token), (), line), *breaks]

    def _formula(self, tex: str) -> str:
        """Return a formula without the macros that the text before it defines, as pandoc writes it."""
        try:
            return expanded(tex, self.page.macros, keep=True)[0] if self.page.macros else tex
        except TooManyMacros:
            return tex  # told where it is typeset

    def _code(self, token: Token, line: int) -> list[Node]:
        attributes: AttributeList = token.meta["attributes"]
        if self.page.rmarkdown is not None:
            chunk = self.page.rmarkdown.at(attributes.classes[0]) if attributes.classes else None
            if chunk is not None:
                return [chunk]
            token.content = self.page.rmarkdown.restored(token.content)
        elif token.meta["cell"]:
            return [self._cell(token, line)]
        if token.meta["raw"]:
            return [Raw(token.content, line)] if token.meta["raw"] in ("html", "html4", "html5") else []
        return [CodeBlock(token.content, attributes.classes, attributes.identifier, attributes.pairs, line)]

    def _code_span(self, token: Token, line: int) -> list[Node]:
        attributes: AttributeList = token.meta["attributes"]
        if token.meta["raw"]:
            return [Raw(token.content, line)] if token.meta["raw"] in ("html", "html4", "html5") else []
        if self.page.rmarkdown is not None:
            inline = self.page.rmarkdown.at(token.content)
            if inline is not None:
                return [inline]
            return [Element("code", attributes.html(), (self.page.rmarkdown.restored(token.content),), line)]
        expression = self.episode and token.markup == "`"  # as in knitr and Quarto; with more marks the text is shown
        found = _EXPRESSION.match(token.content) if expression else None
        if found:
            if "expression" not in token.meta:  # a caption is read twice: as such, and as alternative text
                token.meta["expression"] = self._expression(found[1], found[2], line)
            return [token.meta["expression"]]
        return [Element("code", attributes.html(), (token.content,), line)]

    def _expression(self, language: str, source: str, line: int) -> Expression:
        self.expression_count += 1
        return Expression(f"expression-{self.expression_count}", language, source, line)

    def _cell(self, token: Token, line: int) -> Node:
        language, header = token.meta["cell"]
        if not self.episode:
            self.page.complain("LS305", "code runs in episodes only", line, f"write {{.{language}}} to show it", Severity.WARNING)
            return CodeBlock(token.content, (language,), "", (), line)
        options_lines, source = split_options(token.content)
        options = read_options(self.page, header, options_lines, (line, token.meta["header_column"]))
        self.cell_count += 1
        identifier = options.label or f"cell-{self.cell_count}"
        if identifier in self.labels:
            first = self.labels[identifier]
            message = f"the label '{identifier}' is already used by the cell on line {first}"
            self.page.complain("LS306", message, line, "give each cell its own label")
            identifier = f"cell-{self.cell_count}"
        self.labels[identifier] = line
        check_end(self.page, token.content, token.markup, line)
        texts = {"fig-cap": options.figure_caption, "fig-alt": options.figure_alt or ""} if options.evaluate else {}
        pieces = [(name, piece) for name, text in texts.items() for piece in divided(text) if not isinstance(piece, str)]
        expressions = tuple(self._expression(*piece, _line_of(name, piece[1], options_lines, line)) for name, piece in pieces)
        body_line = token.meta["body_line"] + len(options_lines)
        return Cell(identifier, language, source, options, line, body_line, expressions=expressions)

    def _note(self, note: Note, line: int) -> Node:
        """Return a reference to a note; each one has its own note, but inside notes the first counts, so that the recursion ends."""
        named: Attributes = ()
        if not (self.inside_notes and note.number):
            self.page.used_notes.append(note)
            note.number = len(self.page.used_notes)
            named = (("id", f"fnref{note.number}"),)
        number = note.number
        attributes = (("href", f"#fn{number}"), ("class", "footnote-ref"), *named)
        return Element("a", attributes, (Element("sup", (), (str(number),)),), line)

    def _image(self, token: Token, line: int) -> Node:
        alt = token.meta["alt"]
        if alt is None and not token.children:
            return Element("img", _attributes(token), (), line)
        phrases = [child for child in token.children or () if child.type != "note_reference"]
        nodes = self.build(phrases) if alt is None else self._alternative(token, alt, line)
        told = text_of(transform(nodes, lambda node: (node.source,) if isinstance(node, Expression) else None))
        attributes = (*_attributes(token), ("alt", " ".join(told.split()) if alt is None else told))
        return Element("img", attributes, nodes if any(isinstance(node, Expression) for node in walk(nodes)) else (), line)

    def _alternative(self, token: Token, text: str, line: int) -> tuple[Node, ...]:
        """Return an alternative text with its expressions."""
        if self.page.rmarkdown is not None:
            pieces: list[Node | None] = [
                piece if number % 2 == 0 else self.page.rmarkdown.at(piece) for number, piece in enumerate(MARKED.split(text))
            ]
            return tuple(piece for piece in pieces if piece)
        if not self.episode:
            return (text,)
        if "alternative" not in token.meta:
            token.meta["alternative"] = tuple(
                piece if isinstance(piece, str) else self._expression(*piece, line) for piece in divided(text)
            )
        found: tuple[Node, ...] = token.meta["alternative"]
        return found


def _line_of(name: str, source: str, options: list[str], line: int) -> int:
    """Return the line of an expression in an option of a cell; that of the cell's fence where it is in the header, or broken."""
    begin = next((number for number, text in enumerate(options) if text.lstrip("#/-| \t").replace(".", "-").startswith(name)), 0)
    return next((line + number for number, text in enumerate(options, 1) if number > begin and source in text), line)


def _attributes(token: Token) -> Attributes:
    return tuple((str(key), str(value)) for key, value in token.attrs.items())


def _flat(tokens: Iterable[Token]) -> Iterator[tuple[Token, int]]:
    """Yield block tokens and, in place of each inline token, its children, all with their source lines."""
    for token in tokens:
        line = token.meta.get("line", 0)
        if token.type != "inline":
            yield token, line
            continue
        breaks = [found.start() for found in _BREAK.finditer(token.content)]
        passed = 0
        for child in token.children or ():
            while passed < len(breaks) and breaks[passed] < child.meta.get("offset", 0):
                passed += 1
            for inner in child.children or () if child.type == "image" else ():
                inner.meta.setdefault("line", line + token.content.count("\n", 0, inner.meta.get("offset", 0)))
            yield child, line + passed


def _joined(children: list[Node]) -> tuple[Node, ...]:
    """Join adjacent texts."""
    joined: list[Node] = []
    text: list[str] = []
    for child in children:
        if isinstance(child, str):
            text.append(child)
            continue
        if text:
            joined.append("".join(text))
            text = []
        joined.append(child)
    return (*joined, "".join(text)) if text else tuple(joined)


def _growing(notes: list[Note]) -> Iterator[tuple[int, Note]]:
    number = 0
    while number < len(notes):
        number += 1
        yield number, notes[number - 1]


def _with_back(body: tuple[Node, ...], back: Element) -> tuple[Node, ...]:
    """Add the back link to the end of a note's last paragraph, or after its last block."""
    last = next((index for index in range(len(body) - 1, -1, -1) if body[index] != "\n"), None)
    if last is None:
        return (back,)
    final = body[last]
    if isinstance(final, Element) and final.tag == "p":
        return (*body[:last], final.with_children((*final.children, back)), *body[last + 1 :])
    return (*body, back)
