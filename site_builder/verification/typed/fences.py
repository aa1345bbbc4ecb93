"""The code fences of a page in the order in which learners meet them, each with what is typed below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from site_builder.boxes import EXERCISES
from site_builder.markdown.document import Document
from site_builder.markdown.tree import Cell, CodeBlock, Element, Node, Raw, is_heading

LANGUAGES = {
    **dict.fromkeys(("python", "py", "python3", "ipython", "ipython3", "pycon"), "python"),
    **dict.fromkeys(("bash", "sh", "shell", "console", "shell-session"), "bash"),
    "r": "r",
}
"""Class of a fence -> the language in which it runs."""
TYPED = frozenset(("output", "error", "warning"))
"""Classes of fences that show what code prints (Carpentries Workbench, "Episode Structure")."""
NOT_TO_RUN = "no-run"
"""The class of a fence that is only an illustration, ``{.python .no-run}``; the Workbench shows it like any other."""
ANSWERS = ("solution", "hint", "spoiler", "callout", "instructor")


class Place(Enum):
    """Where a fence stands: in the text, in an exercise, or in the answer to one."""

    TEXT = "text"
    EXERCISE = "exercise"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Typed:
    """A fence that shows an output: its class, text and line. ``near`` tells that nothing but pictures is between it and the code."""

    kind: str
    text: str
    line: int
    near: bool = True


@dataclass(frozen=True, slots=True)
class Exchange:
    """A code fence and what is typed below it; lines are those of the opening fences."""

    language: str
    code: str
    line: int
    typed: tuple[Typed, ...] = ()
    place: Place = Place.TEXT

    def of(self, kind: str, *, near: bool = False) -> tuple[Typed, ...]:
        """Return the typed fences of a class, or only those that nothing parts from the code."""
        return tuple(item for item in self.typed if item.kind == kind and (item.near or not near))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A fence that is not looked at, with the reason."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Fences:
    """All fences of a page: those that run, and those that are not looked at."""

    exchanges: tuple[Exchange, ...]
    left_out: tuple[LeftOut, ...]


def fences_of(document: Document) -> Fences:
    """Sort the fences of a page.

    A typed output belongs to the code fence before it, also after a paragraph, a list or a figure, but not across a heading, the edge of
    a box, or another block of code.
    """
    reading = _Reading()
    for node, place in _walk(document.body):
        reading.meet(node, place)
    reading.part("")
    return Fences(tuple(reading.exchanges), tuple(reading.left_out))


class _Reading:
    """The state of reading a page from top to bottom."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.left_out: list[LeftOut] = []
        self._current: Exchange | None = None
        self._near = True
        self._owner = "no code is above it"

    def meet(self, node: Node | None, place: Place) -> None:
        if node is None or is_heading(node):
            self.part("no code of its part of the page is above it")
        elif isinstance(node, Cell):
            self.part("it is below a cell, which shows its own output")
        elif isinstance(node, CodeBlock):
            self._block(node, place)
        elif isinstance(node, str) and node.strip():
            self._near = False

    def part(self, owner: str) -> None:
        """End what is typed below the current fence; what follows belongs to ``owner``."""
        if self._current:
            self.exchanges.append(self._current)
        self._current, self._owner = None, owner

    def _block(self, block: CodeBlock, place: Place) -> None:
        kind = block.classes[0].lower() if block.classes else ""
        if kind in TYPED:
            if self._current:
                item = Typed(kind, block.text, block.line, self._near)
                self._current = replace(self._current, typed=(*self._current.typed, item))
            else:
                self.left_out.append(LeftOut(block.line, self._owner))
        elif kind in LANGUAGES and NOT_TO_RUN not in block.classes:
            self.part("")
            self._current, self._near = Exchange(LANGUAGES[kind], block.text, block.line, place=place), True
        else:
            reason = f"marked `{NOT_TO_RUN}`" if NOT_TO_RUN in block.classes else f"`{kind}` is not run" if kind else "no language"
            self.left_out.append(LeftOut(block.line, reason))
            self.part(f"the block of code above it is not run ({reason})")


def _walk(nodes: Sequence[Node]) -> Iterator[tuple[Node | None, Place]]:
    """Yield what is visible in document order without recursion, and None at both edges of a box; captions of figures are left out."""
    stack: list[tuple[Iterator[Node], Place, bool]] = [(iter(nodes), Place.TEXT, False)]
    while stack:
        level, place, box = stack[-1]
        for node in level:
            if isinstance(node, Raw):
                continue
            if not isinstance(node, Element):
                yield node, place
                continue
            if is_heading(node):
                yield node, place
            elif node.tag == "div":
                yield None, place
                stack.append((iter(node.children), _place(node, place), True))
                break
            elif node.tag not in ("figure", "figcaption"):
                stack.append((iter(node.children), place, False))
                break
        else:
            stack.pop()
            if box:
                yield None, place


def _place(element: Element, outer: Place) -> Place:
    if any(name in ANSWERS for name in element.classes):
        return Place.ANSWER
    return Place.EXERCISE if any(name in EXERCISES for name in element.classes) else outer
