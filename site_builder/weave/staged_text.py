"""The body of a page as it is staged: the headings of its outline as Markdown, and everything between them as finished HTML blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from site_builder.kept_results import KeptResults
from site_builder.markdown.tree import Element, Node, elements, is_heading, to_html, transform
from site_builder.outputs.origins import joined as joined_sources
from site_builder.outputs.origins import sources
from site_builder.weave.filter.formula_text import plain_text
from site_builder.weave.model import Page
from site_builder.weave.parts import PagePart

BLOCK_START, BLOCK_END = "<!-- block -->", "<!-- /block -->"
SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!])")
"""Characters that Python-Markdown lets a backslash escape (`Markdown.ESCAPED_CHARS`)."""

ATTRIBUTE = re.compile(r"""=\s*(?:"[^"]*"|'[^']*')""")
IN_ATTRIBUTE = re.compile(r"[\\`\[\]{}!]")
"""Characters that Python-Markdown reads even between the quotation marks of a tag: its links and code come before HTML."""

TAG = re.compile(r"<[A-Za-z][^<>]*>")
IDENTIFIER = re.compile(r"""[^\s"'`=<>{}()\[\]\\]+""")
"""Ids that may stand behind ``#`` in a heading's braces (https://python-markdown.github.io/extensions/attr_list/)."""

LABELLED = re.compile(r"[^\w ]")
"""Characters that are written as references in a label of the table of contents, where they could be read as markup."""


@dataclass(frozen=True, slots=True)
class StagedText:
    """What is written of nodes that follow each other: HTML before the first heading of the outline and after the last one, which what
    comes before and after continues, and finished text between; the sources that all of it loads from, and how many of its boxes open.
    """

    before: str
    text: str
    after: str
    sources: Mapping[str, frozenset[str]]
    boxes: int

    @property
    def size(self) -> int:
        """Characters of the text."""
        return len(self.before) + len(self.text) + len(self.after)


def text_of_part(part: PagePart, kept: KeptResults) -> StagedText:
    """Return what is written of a part of a page, or what was written of an equal one."""
    return kept.result("piece", lambda: part.digest, lambda: _text(part.nodes))


def page_body(page: Page, kept: KeptResults) -> tuple[str, Mapping[str, frozenset[str]], int]:
    """Return the text of a page's body, the sources that it loads from, and how many boxes of it can be opened."""
    texts = [text_of_part(part, kept) for part in page.parts]
    return _joined(texts), joined_sources(*(text.sources for text in texts)), sum(text.boxes for text in texts)


def body_text(body: Sequence[Node]) -> str:
    """Return the body as Markdown headings of the outline with finished HTML between them."""
    return _joined([_text(body)])


def _joined(pieces: Iterable[StagedText]) -> str:
    out: list[str] = []
    block = ""
    for piece in pieces:
        block += piece.before
        if piece.text:
            out += (*_block(block), piece.text)
            block = piece.after
    return "\n".join((*out, *_block(block)))


def _text(nodes: Sequence[Node]) -> StagedText:
    out: list[str] = []
    blocks: list[list[Node]] = [[]]
    for node in nodes:
        if isinstance(node, Element) and is_heading(node) and IDENTIFIER.fullmatch(node.get("id")):
            out.extend(_block(to_html(blocks[-1])) if len(blocks) > 1 else ())
            out.append(heading_line(node) + "\n")
            blocks.append([])
        else:
            blocks[-1].append(node)
    before, text, after = to_html(blocks[0]), "\n".join(out), to_html(blocks[-1]) if out else ""
    whole = f"{before}\n{text}\n{after}"
    return StagedText(before, text, after, sources(whole), whole.count('<summary class="accordion-button'))


def _block(html: str) -> Iterator[str]:
    # Python-Markdown expands tabs in its source before any extension sees it; code must keep them.
    html = html.strip("\n").replace("\t", "&#9;")
    if html.strip():
        yield f"{BLOCK_START}\n{html}\n{BLOCK_END}\n"


def heading_line(heading: Element) -> str:
    """Return one heading as an ATX line with its id; its text is on this one line, even if it was on several lines before."""
    facts = "".join(f" .{name}" for name in heading.classes)
    if any("math" in span.classes for span in elements(heading.children, "span")):
        facts += f' data-toc-label="{LABELLED.sub(lambda found: f"&#{ord(found[0])};", plain_text(heading.children))}"'
    content = TAG.sub(_tag, " ".join(to_html(_escaped(heading.children)).split()))
    return f"{'#' * int(heading.tag[1])} {content} {{#{heading.get('id')}{facts}}}"


def _tag(found: re.Match[str]) -> str:
    """Return a tag in whose attributes nothing can be read as Markdown."""
    return ATTRIBUTE.sub(lambda value: IN_ATTRIBUTE.sub(lambda letter: f"&#{ord(letter[0])};", value[0]), found[0])


def _escaped(nodes: Sequence[Node]) -> tuple[Node, ...]:
    return transform(nodes, lambda node: (SPECIAL.sub(r"\\\1", node),) if isinstance(node, str) else None)
