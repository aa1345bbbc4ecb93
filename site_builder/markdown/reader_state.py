"""What is known while one page is being read, and how a chunk of it becomes tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, cast

from site_builder.markdown.attributes import NO_ATTRIBUTES, AttributeList
from site_builder.markdown.identifiers import Identifiers
from site_builder.problems import Location, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import PurePosixPath

    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    from site_builder.markdown.chunk import Chunk
    from site_builder.markdown.knitted import RMarkdown
    from site_builder.markdown.macros import Macro


@dataclass(frozen=True, slots=True)
class Reference:
    """A link's target, title and attributes from a reference definition."""

    target: str
    title: str = ""
    attributes: AttributeList = NO_ATTRIBUTES


@dataclass(slots=True)
class Note:
    """A footnote: its blocks, and its number once it has been referred to."""

    tokens: list[Token]
    line: int
    number: int = 0


@dataclass(slots=True)
class ReaderState:
    """The reader's state for one page; `chunk` is the text being read now. ``as_typed`` leaves quotes, dashes and tags alone.

    ``strays`` are the tags of no element that were named already: each is, once a page. ``repeated`` counts the characters of addresses
    and titles that references repeat. ``macros`` are those of TeX that the text before the formula at hand defines.
    """

    path: PurePosixPath
    parser: MarkdownIt
    chunk: Chunk
    may_raise: bool = False
    rmarkdown: RMarkdown | None = None
    as_typed: bool = False
    references: dict[str, Reference] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    used_notes: list[Note] = field(default_factory=list)
    examples: dict[str, int] = field(default_factory=dict)
    example_count: int = 0
    identifiers: Identifiers = field(default_factory=Identifiers)
    problems: list[Problem] = field(default_factory=list)
    strays: set[str] = field(default_factory=set)
    macros: Mapping[str, Macro] = field(default_factory=dict)
    repeated: int = 0

    def complain(self, code: str, message: str, line: int, hint: str = "", severity: Severity = Severity.ERROR, column: int = 0) -> None:
        """Record a problem of this page."""
        self.problems.append(Problem(code, message, Location(self.path, line, column), hint, severity))


def page_of(state: StateBlock | StateInline) -> ReaderState:
    """Return the page that a parser state works on."""
    page: ReaderState = state.env["page"]
    return page


def read_chunk(page: ReaderState, chunk: Chunk) -> list[Token]:
    """Read a chunk as blocks and return its tokens; afterwards the page's current chunk is restored."""
    outer, page.chunk = page.chunk, chunk
    tokens: list[Token] = []
    page.parser.block.parse("\n".join(chunk.lines), page.parser, {"page": page}, tokens)
    page.chunk = outer
    return tokens


def push(state: StateBlock, kind: str, tag: str, nesting: int, line: int, attributes: Sequence[tuple[str, str]] = ()) -> Token:
    """Add a block token that began on a source line."""
    token = state.push(kind, tag, cast("Literal[-1, 0, 1]", nesting))
    token.block = True
    token.meta["line"] = line
    token.attrs = dict(attributes)
    return token


def push_inline(state: StateBlock, content: str, line: int) -> Token:
    """Add text whose inline markup is read when the whole page is known."""
    token = push(state, "inline", "", 0, line)
    token.content, token.children = content, []
    return token


def push_paragraph(state: StateBlock, content: str, line: int, *, tight: bool, indent: int = 0) -> None:
    """Add a paragraph whose first line is indented so far; a tight one is pandoc's Plain, text without an element of its own."""
    opening = push(state, "paragraph_open", "p", 1, line)
    opening.hidden, opening.meta["indent"] = tight, indent
    push_inline(state, content, line)
    push(state, "paragraph_close", "p", -1, line).hidden = tight
