"""The outline of a page: levels, names and repeats of its headings (codes LS801 to LS805).

The rules are pegboard's: https://github.com/carpentries/pegboard/blob/main/R/validate_headings.R.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from site_builder.boxes import kind_of
from site_builder.check.findings import CheckedPage, lined
from site_builder.markdown.tree import Element, Node, elements, is_heading, text_of
from site_builder.problems import Problem


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading of the outline: its level from 1 to 6, its plain text and its line."""

    level: int
    text: str
    line: int


def check_headings(page: CheckedPage) -> Iterator[Problem]:
    """Yield what is wrong with a page's outline.

    Headings inside a box (callout, challenge, solution, tab...) are its titles: they get their level from the box,
    so they are not part of the outline and only need a name.
    """
    outline = tuple(_heading(node, line) for node, line in _headings(_outside_boxes(page.body)))
    yield from _unnamed(page)
    yield from _levels(page, outline)
    yield from _jumps(page, outline)
    yield from _repeats(page, outline)


def _headings(nodes: tuple[Node, ...]) -> Iterator[tuple[Element, int]]:
    return ((node, line) for node, line in lined(nodes) if isinstance(node, Element) and is_heading(node))


def _heading(node: Element, line: int) -> Heading:
    return Heading(int(node.tag[1]), " ".join(text_of(node.children).split()), line)


def _outside_boxes(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """Return the headings and texts of a page outside boxes, wherever these are: a solution may be part of a list."""
    found: list[Node] = []
    stack = list(nodes[::-1])
    while stack:
        node = stack.pop()
        if not isinstance(node, Element) or is_heading(node):
            found.append(node)
        elif node.tag != "div" or kind_of(node.classes) is None:
            stack.extend(node.children[::-1])
    return tuple(found)


def _unnamed(page: CheckedPage) -> Iterator[Problem]:
    for node, line in _headings(page.body):
        if not _named(node):
            yield page.finding("LS804", line, "a heading has no text", "write its text, or remove the `#` marks")


def _named(heading: Element) -> bool:
    return bool(text_of(heading.children).strip()) or any(image.get("alt") for image in elements(heading.children, "img"))


def _levels(page: CheckedPage, outline: tuple[Heading, ...]) -> Iterator[Problem]:
    if outline and outline[0].level > 2:
        text = f"the first heading, '{outline[0].text}', has level {outline[0].level}"
        yield page.finding("LS801", outline[0].line, text, "begin with level 2: `## `")
    for heading in outline:
        if heading.level == 1:
            hint = "write `## `: level 1 is the page's title"
            yield page.finding("LS802", heading.line, f"the heading '{heading.text}' has level 1", hint)


def _jumps(page: CheckedPage, outline: tuple[Heading, ...]) -> Iterator[Problem]:
    for before, heading in itertools.pairwise(outline):
        if heading.level > before.level + 1:
            text = f"the heading '{heading.text}' jumps from level {before.level} to level {heading.level}"
            yield page.finding("LS803", heading.line, text, f"write `{'#' * (before.level + 1)} `")


def _repeats(page: CheckedPage, outline: tuple[Heading, ...]) -> Iterator[Problem]:
    """Report headings with the same text in one section; in different sections the section tells them apart."""
    above: list[Heading] = []
    seen: dict[tuple[Heading | None, str], Heading] = {}
    for heading in outline:
        while above and above[-1].level >= heading.level:
            above.pop()
        first = seen.setdefault((above[-1] if above else None, heading.text), heading)
        above.append(heading)
        if heading.text and first is not heading:
            text = f"the heading '{heading.text}' is already on line {first.line}, in the same section"
            yield page.finding("LS805", heading.line, text, "give each its own name")
