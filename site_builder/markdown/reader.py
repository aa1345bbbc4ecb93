"""Reads one source file: front matter, body as a block tree, problems. Pure: text in, `Document` out."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from site_builder.markdown.blocks.containers import reference_key
from site_builder.markdown.builder import TreeBuilder
from site_builder.markdown.chunk import Chunk
from site_builder.markdown.document import Document
from site_builder.markdown.frontmatter import split_front_matter
from site_builder.markdown.inline.links import MOST_REPEATED
from site_builder.markdown.marks import MARK
from site_builder.markdown.meant import name_meant
from site_builder.markdown.parser import make_parser
from site_builder.markdown.reader_state import ReaderState, read_chunk
from site_builder.markdown.strays import settle_strays
from site_builder.markdown.tree import Element, Node, text_of
from site_builder.settings.front_matter import FrontMatter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import PurePosixPath

    from markdown_it.token import Token


def read(
    text: str, path: PurePosixPath, *, links: str = "", episode: bool = False, may_raise: bool = False, titled: bool | None = None
) -> Document:
    """Return ``text`` as a page, read as pandoc reads the Workbench's dialect.

    The extensions are those of https://github.com/carpentries/sandpaper/blob/main/R/render_html.R.

    ``links`` is the text of ``links.md``, read as if appended to the page: pandoc keeps the last of two definitions, so ``links.md`` wins.
    Executable fences are cells only with ``episode``; with ``may_raise`` they may raise without the option ``error``. ``titled`` tells
    whether front matter is missed where there is none, as it is in episodes. Never raises on bad text: its faults are in ``problems``, and
    the text is kept.
    """
    text = normalise(text)
    front_matter, body, skipped, problems = split_front_matter(text, path, required=episode if titled is None else titled)
    page = ReaderState(path, make_parser(), Chunk([], ()), problems=problems, may_raise=may_raise)
    if episode and path.suffix == ".Rmd":
        from site_builder.markdown.knitted import rmarkdown_of  # other lessons need neither knitr's options nor its patterns

        page.rmarkdown = rmarkdown_of(page, text, links)
    if page.rmarkdown:
        numbered = [pair for pair in page.rmarkdown.lines({}) if pair[1] > skipped]
    else:
        numbered = [(line, skipped + number) for number, line in enumerate(body.split("\n"), 1)]
    return _read(page, front_matter, numbered, links, episode=episode)


def read_line(text: str, path: PurePosixPath) -> tuple[Node, ...] | None:
    """Return a line of Markdown as inline nodes, or None if it is more than a line of text.

    Quotes, dashes and tags stay as typed, and what would begin a block (a list's number, a heading's hash) is text.
    """
    page = ReaderState(path, make_parser(), Chunk([], ()), as_typed=True)
    body = _read(page, FrontMatter(), [(f"\u200b{normalise(text)}", 1)], "", episode=False).body
    if len(body) != 1 or not isinstance(body[0], Element) or body[0].tag != "p":
        return None
    first, *rest = body[0].children
    return (first.removeprefix("\u200b"), *rest) if isinstance(first, str) else (first, *rest)


def read_woven(document: Document, made: Mapping[str, str], notes: frozenset[str], end: str = "") -> Document:
    """Return an R Markdown episode with what knitr ``made`` of its cells (Markdown by identifier) read in their places.

    Nothing comes after the chunk ``end``. Cells that are not in ``made`` stay cells; below the chunks of ``notes`` is an empty code block
    whose class is `marks.NOTE` and the chunk's number.
    """
    assert document.rmarkdown is not None
    page = ReaderState(document.path, make_parser(), Chunk([], ()), rmarkdown=document.rmarkdown)
    skipped = split_front_matter(document.rmarkdown.text, document.path)[2]
    normal = {name: normalise(text) for name, text in made.items()}
    numbered = [pair for pair in document.rmarkdown.lines(normal, notes, end) if pair[1] > skipped]
    return _read(page, document.front_matter, numbered, document.rmarkdown.links, episode=True)


def _read(page: ReaderState, front_matter: FrontMatter, numbered: list[tuple[str, int]], links: str, *, episode: bool) -> Document:
    lines = [line for line, _ in numbered]
    extra = ["", *normalise(links).split("\n")] if links.strip() else []
    last = numbered[-1][1] if numbered else 1
    numbers = [*(number for _, number in numbered), *([last] * len(extra))]
    tokens = read_chunk(page, Chunk([*lines, *extra, ""], [*numbers, last]))
    _read_inline(page, tokens)
    if page.repeated > MOST_REPEATED:
        message = f"references repeat addresses of {page.repeated:,} characters together, and some of them are read as text"
        page.complain("LS211", message, numbered[0][1] if numbered else 1, "shorten the address that is used so often")
    for token_list in (tokens, *(note.tokens for note in page.notes.values())):
        name_meant(page, token_list, numbered)
    builder = TreeBuilder(page, episode=episode)
    content = builder.build(tokens)
    nodes = (*content, *builder.footnotes())
    ordered = sorted(page.problems, key=lambda problem: problem.location.line)
    return Document(page.path, front_matter, nodes, tuple(ordered), rmarkdown=page.rmarkdown)


def normalise(text: str) -> str:
    """Give text ``\\n`` line ends, take off a byte order mark, and show NUL and the reader's own mark as the replacement character."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\0", "\ufffd").replace(MARK, "\ufffd")


def _read_inline(page: ReaderState, tokens: list[Token]) -> None:
    """Read the markup inside text: headings first, since any text may refer to one."""
    headings = [token for token in _inline_tokens(page, tokens) if "heading" in token.meta]
    for token in headings:
        _parse(page, token)
        _identify(page, token)
    for token in _inline_tokens(page, tokens):
        if "heading" not in token.meta or "[" in token.content:
            _parse(page, token)
        settle_strays(page, token)
    for token_list in (tokens, *(note.tokens for note in page.notes.values())):
        _mark_figures(token_list)


def _inline_tokens(page: ReaderState, tokens: list[Token]) -> Iterator[Token]:
    for token_list in (tokens, *(note.tokens for note in page.notes.values())):
        yield from (token for token in token_list if token.type == "inline")


def _parse(page: ReaderState, token: Token) -> None:
    children: list[Token] = []
    page.parser.inline.parse(token.content, page.parser, {"page": page}, children)
    token.children = children


def _identify(page: ReaderState, token: Token) -> None:
    """Set a heading's identifier and register its text, as it is written, as a reference; of equal headings the first one counts."""
    opening: Token = token.meta["heading"]
    plain = text_of(TreeBuilder(page, episode=False).build(_spoken(token.children or [])))
    written = str(opening.attrs.get("id", ""))
    identifier = page.identifiers.take(written) if written else page.identifiers.make(plain)
    opening.attrs = {"id": identifier, **opening.attrs}
    page.headings.setdefault(reference_key(token.content), identifier)


def _spoken(children: list[Token]) -> Iterator[Token]:
    """Yield the text of an identifier: without emoji, notes and references to formulas, and of an image the text in its brackets."""
    for child in children:
        if child.type == "image":
            yield from _spoken(child.children or [])
        elif child.type not in ("emoji", "note_reference") and "unspoken" not in child.meta:
            yield child


def _mark_figures(tokens: list[Token]) -> None:
    """Note the caption of each paragraph that consists of one image with bracket text (pandoc manual, implicit_figures)."""
    for before, token in itertools.pairwise(tokens):
        children = token.children or [] if token.type == "inline" else []
        if before.type != "paragraph_open" or len(children) != 1:
            continue
        if children[0].type == "image" and children[0].children:
            before.meta["caption"] = children[0].children
