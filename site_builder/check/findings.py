"""What the source rules share: a page as the rules see it, and how a finding is reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeAlias

from site_builder.markdown.document import Document
from site_builder.markdown.tree import Element, Node
from site_builder.problems import Location, Problem, Severity
from site_builder.weave.filter.raw import lift

GENERATED = ("footnotes", "footnote-ref", "footnote-back", "line-block")
"""Classes of elements that the reader adds."""


@dataclass(frozen=True, slots=True)
class CheckedPage:
    """One page for the rules: ``document`` as read, ``body`` with the author's HTML as elements, and the source's lines.

    ``lines`` is empty where the file is not Markdown (a notebook, a script): the tree's line numbers do not refer to its lines.
    """

    document: Document
    body: tuple[Node, ...]
    lines: tuple[str, ...] = ()

    @property
    def path(self) -> PurePosixPath:
        """The source's path relative to the lesson."""
        return self.document.path

    def line(self, number: int) -> str:
        """Return one source line by its 1-based number, or an empty string if unknown."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def finding(self, code: str, line: int, message: str, hint: str) -> Problem:
        """Make a warning about a line of this page."""
        return Problem(code, message, Location(self.path, line), hint, Severity.WARNING)


Rule: TypeAlias = Callable[[CheckedPage], Iterator[Problem]]
"""One group of rules that need only the page."""


def source_page(document: Document, text: str) -> CheckedPage:
    """Prepare a page for the rules; ``text`` is its Markdown, or empty if there is none."""
    return CheckedPage(document, lift(document.body), tuple(text.splitlines()))


def generated(element: Element) -> bool:
    """Tell whether an element is the reader's own."""
    return any(name in element.classes for name in GENERATED)


def lined(nodes: tuple[Node, ...], line: int = 0) -> Iterator[tuple[Node, int]]:
    """Yield every node in document order with its source line, or that of the nearest node around it; code is skipped."""
    stack = [(node, line) for node in nodes[::-1]]
    while stack:
        node, around = stack.pop()
        own = around if isinstance(node, str) else node.line or around
        yield node, own
        if isinstance(node, Element) and node.tag not in ("code", "pre"):
            stack.extend((child, own) for child in node.children[::-1])


def lined_elements(page: CheckedPage, *tags: str) -> Iterator[tuple[Element, int]]:
    """Yield the elements with one of these tags and their lines, without those that the reader made."""
    for node, line in lined(page.body):
        if isinstance(node, Element) and node.tag in tags and not generated(node):
            yield node, line
