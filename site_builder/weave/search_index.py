"""The search index of one view: every section of its pages as plain text.

The index is a script that passes a list to the page, because a page opened from a folder can load scripts and nothing else. It is not
compressed: servers do that, and a folder needs none of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape

from site_builder.kept_results import NOTHING_KEPT, KeptResults
from site_builder.markdown.tree import BLOCK, CodeBlock, Element, Node, Raw, is_heading
from site_builder.weave.filter.formula_text import plain_text
from site_builder.weave.model import Page

LONGEST = 1_000_000
"""Characters of an index that is one script."""

EACH = 250_000
"""Characters of each script of a larger one."""

LONGEST_BLOCK = 2_000
"""Characters of one code block or output that are searched: too many numbers would bury the prose."""

TAGS = re.compile(r"<(script|style|svg|math)\b.*?</\1>|<[^>]*>|<!--.*?-->", re.DOTALL | re.IGNORECASE)
UNREAD = frozenset(("visually-hidden", "callout-square", "note-square", "code-label", "headerlink"))
"""Classes of elements that are not part of a page's text."""


@dataclass(slots=True)
class _Section:
    """An anchor (an id, empty for the page's beginning), its title, and the pieces of its text."""

    identifier: str
    title: str
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.pieces).split())


@dataclass(frozen=True, slots=True)
class _Resume:
    """Marks where the text of an outer section continues."""

    section: _Section


class SearchIndex:
    """The searchable pages of one view: ``[address, title, [[id, heading, text], ...]]`` for each."""

    def __init__(self, kept: KeptResults = NOTHING_KEPT) -> None:
        """Begin without pages; ``kept`` has what was made of equal pages before."""
        self._kept = kept
        self._listed: list[str] = []

    def add(self, page: Page) -> None:
        """Add a page, if the search is to find it."""
        if page.search:
            self._listed.append(f"[{_json(str(page.address))},{_json(page.title)},{_kept_sections(page, self._kept)}]")

    def scripts(self) -> list[str]:
        """Return the scripts that hand the index to the page: one, or several of which the first says how many there are.

        A change of a page changes one of them, and readers see what the first ones found before the last ones are there.
        """
        shards: list[list[str]] = [[]]
        whole, size = sum(map(len, self._listed)) <= LONGEST, 0
        for text in self._listed:
            if shards[-1] and not whole and size + len(text) > EACH:
                shards.append([])
                size = 0
            shards[-1].append(text)
            size += len(text)
        numbers = [f",{number},{len(shards)}" if len(shards) > 1 else "" for number in range(len(shards))]
        return [f"window.lessonIndex([{','.join(shard)}]{number});\n" for shard, number in zip(shards, numbers, strict=True)]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("\u2028", " ").replace("\u2029", " ")


def _kept_sections(page: Page, kept: KeptResults) -> str:
    return kept.result("index", lambda: page.digest, lambda: _json(_sections(page)))


def _sections(page: Page) -> list[list[str]]:
    made = [[section.identifier, section.title, section.text] for section in _split(page.body)]
    return [section for section in made if section[1] or section[2]]


def _split(body: Iterable[Node]) -> list[_Section]:
    """Split a page at its headings; a box that opens on demand is its own section, so that a result can open it."""
    current = _Section("", "")
    sections = [current]
    stack: list[Node | _Resume] = [*reversed([*body])]
    while stack:
        node = stack.pop()
        if isinstance(node, _Resume):
            current = node.section
        elif isinstance(node, Element) and is_heading(node) and node.get("id") and not node.classes:
            current = _Section(node.get("id"), _line(node))
            sections.append(current)
        elif isinstance(node, Element) and node.tag == "details" and node.get("id").startswith("accordion"):
            stack.append(_Resume(current))
            current = _Section(node.get("id").replace("accordion", "collapse", 1), _summary(node))
            sections.append(current)
            stack.extend(child for child in node.children[::-1] if not (isinstance(child, Element) and child.tag == "summary"))
        elif isinstance(node, Element):
            if not _unread(node):
                current.pieces.append(" " if node.tag in BLOCK else "")
                current.pieces.append(node.get("alt") if node.tag == "img" else "")
                stack.extend(node.children[::-1])
        else:
            current.pieces.append(_text(node))
    return sections


def _unread(node: Element) -> bool:
    return node.has("data-chrome") or not UNREAD.isdisjoint(node.classes)


def _line(node: Element) -> str:
    return plain_text(node.children)


def _summary(node: Element) -> str:
    summary = next((child for child in node.children if isinstance(child, Element) and child.tag == "summary"), None)
    return _line(summary) if summary else ""


def _text(node: Node) -> str:
    if isinstance(node, str):
        return node
    if isinstance(node, CodeBlock):
        return f" {node.text[:LONGEST_BLOCK]} "
    return unescape(TAGS.sub("", node.html))[:LONGEST_BLOCK] if isinstance(node, Raw) else ""
