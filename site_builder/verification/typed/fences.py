"""The code fences of a page in the order in which learners meet them, each with what is typed below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import Enum

from site_builder.boxes import ANSWERS, EXERCISES
from site_builder.markdown.document import Document
from site_builder.markdown.tree import Cell, CodeBlock, Element, Node, Raw, is_heading
from site_builder.typed.dialects import SESSIONS
from site_builder.verification.typed.keyboard import (
    edited_files,
    ends_in_editor,
    holds_program,
    opens_editor,
    shown_by,
    waiting_program,
    without_people,
)  # fmt: skip
from site_builder.verification.typed.prompts import runs_of, session_of

RUN = frozenset(("python", "bash", "r"))
LANGUAGES = {
    **dict.fromkeys(("python", "py", "python3"), "python"),
    **dict.fromkeys(("bash", "sh", "shell", "zsh"), "bash"),
    "r": "r",
    **{kind: language for kind, language in SESSIONS.items() if language in RUN},
}
"""Class of a fence -> the language in which it runs."""
TYPED = frozenset(("output", "error", "warning"))
"""Classes of fences that show what code prints (Carpentries Workbench, "Episode Structure")."""
SCREEN = re.compile(r"GNU nano|\^G Get Help|\^X Exit|^~$\n^~$|-- INSERT --", re.MULTILINE)
"""An editor's own screen, drawn as text."""
NOT_TO_RUN = "no-run"
"""The class of a fence that is only an illustration, ``{.python .no-run}``; the Workbench shows it like any other."""
ASIDES = ANSWERS | {"spoiler", "callout", "instructor"}
"""Boxes in which code is complete, and beside the text."""


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
class WrittenFile:
    """A file as learners name it, what the page shows of it, and whether that is surely the ``whole`` of it."""

    name: str
    content: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """A code fence and what is typed below it; lines are those of the opening fences.

    ``box`` is the number of the exercise in which it stands, with its answers, or of another box; 0 in the text. ``written`` has the files
    that learners write in an editor here, as far as the page shows what is in them; ``circular`` tells that what is typed below is such a
    file.
    """

    language: str
    code: str
    line: int
    typed: tuple[Typed, ...] = ()
    place: Place = Place.TEXT
    box: int = 0
    written: tuple[WrittenFile, ...] = ()
    circular: bool = False

    def of(self, kind: str, *, near: bool = False) -> tuple[Typed, ...]:
        """Return the typed fences of a class, or only those that nothing parts from the code."""
        return tuple(item for item in self.typed if item.kind == kind and (item.near or not near))

    @property
    def sources(self) -> tuple[str, ...]:
        """What runs, one after the other; in a shell, what waits for people is replaced by what they would have done."""
        sources = tuple(run.source for run in runs_of(self.code, self.language))
        contents = {item.name: item.content for item in self.written}
        return tuple(without_people(source, contents) for source in sources) if self.language == "bash" else sources

    @property
    def stand_in(self) -> str:
        """What runs in place of people at a keyboard; empty if none are needed, or nothing is left to do."""
        if self.language != "bash" or not (opens_editor(self.code) or waiting_program(self.code)):
            return ""
        made = "\n".join(self.sources)
        return made if any(line.strip() not in ("", ":") for line in made.split("\n")) else ""


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
    for node, place, box in _walk(document.body):
        reading.meet(node, place, box)
    reading.part("")
    return Fences(tuple(_with_files(reading.exchanges)), tuple(reading.left_out))


def _with_files(exchanges: Sequence[Exchange]) -> Iterator[Exchange]:
    """Add the files that the output of a ``cat`` shows, in the fence that opens the editor or in the next one."""
    known: dict[str, str] = {}
    for number, exchange in enumerate(exchanges):
        open_files = set(edited_files(exchange.code)) if exchange.language == "bash" else set()
        found = [_whole(item, known) for item in exchange.written]
        for later in exchanges[number : number + 2]:
            shown = shown_by(later.code) if later.language == "bash" else ""
            if shown in open_files and len(later.typed) == 1 and later.of("output", near=True):
                found = [*(item for item in found if item.name != shown), WrittenFile(shown, later.typed[0].text, whole=True)]
        known |= {item.name: item.content for item in found}
        before = set(edited_files(exchanges[number - 1].code)) if number and exchanges[number - 1].language == "bash" else set()
        circular = exchange.language == "bash" and shown_by(exchange.code) in (open_files | before)
        yield replace(exchange, written=tuple(found), circular=circular)


def _whole(item: WrittenFile, known: Mapping[str, str]) -> WrittenFile:
    """A later version of a file is the whole of it if most of it was there before; else it may be what is added."""
    if item.name not in known:
        return item
    before, now = known[item.name].split("\n"), item.content.split("\n")
    return replace(item, whole=SequenceMatcher(None, before, now, autojunk=False).ratio() > 0.5)


class _Reading:
    """The state of reading a page from top to bottom."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.left_out: list[LeftOut] = []
        self._current: Exchange | None = None
        self._near = True
        self._owner = "no code is above it"
        self._editing = ""

    def meet(self, node: Node | None, place: Place, box: int) -> None:
        if node is None or is_heading(node):
            self.part("no code of its part of the page is above it")
        elif isinstance(node, Cell) and node.options.include:  # a hidden one shows nothing
            self.part("it is below a cell, which shows its own output")
        elif isinstance(node, CodeBlock):
            self._block(node, place, box)
        elif isinstance(node, str) and node.strip():
            self._near = False

    def part(self, owner: str) -> None:
        """End what is typed below the current fence; what follows belongs to ``owner``."""
        if self._current:
            self.exchanges.append(self._current)
        self._current, self._owner, self._editing = None, owner, ""

    def _block(self, block: CodeBlock, place: Place, box: int) -> None:
        kind = block.classes[0].lower() if block.classes else ""
        if self._editing and _shows_file(block, kind, self._editing):
            self._written(block)
            return
        if kind in TYPED:
            if self._current:
                item = Typed(kind, block.text, block.line, self._near)
                self._current = replace(self._current, typed=(*self._current.typed, item))
            else:
                self.left_out.append(LeftOut(block.line, self._owner))
            return
        language, reason = _language(block, kind)
        if not reason:
            self.part("")
            self._current, self._near = Exchange(language, block.text, block.line, place=place, box=box), True
            if language == "bash" and ends_in_editor(block.text):
                self._editing = next(reversed(edited_files(block.text)), "")
        else:
            self.left_out.append(LeftOut(block.line, reason))
            self.part(f"the block of code above it is not run ({reason})")

    def _written(self, block: CodeBlock) -> None:
        """Take a block as the file that the current fence opens in an editor."""
        assert self._current is not None
        reason = f"it shows what learners write into `{self._editing}`"
        self._current = replace(self._current, written=(*self._current.written, WrittenFile(self._editing, block.text)))
        self.left_out.append(LeftOut(block.line, reason))
        self.part(f"the block of code above it is not run ({reason})")


def _shows_file(block: CodeBlock, kind: str, file: str) -> bool:
    """Tell whether a block below an editor's command is the file: of no language that runs, or of the one that the file's name tells."""
    if kind in ("error", "warning") or not block.text.strip():
        return False
    language = LANGUAGES.get(kind)
    if SCREEN.search(block.text):
        return False
    return session_of(block.text, kind or "bash") is None and (language is None or holds_program(file, language))


def _language(block: CodeBlock, kind: str) -> tuple[str, str]:
    """Return the language in which a block runs, which is that of the session that it shows, or why it is not run."""
    if NOT_TO_RUN in block.classes:
        return "", f"marked `{NOT_TO_RUN}`"
    if kind not in LANGUAGES:
        return "", f"`{kind}` is not run" if kind else "no language"
    session = session_of(block.text, kind)
    if session is None:
        return LANGUAGES[kind], ""
    if session.language not in RUN:
        return "", f"it shows a session of {session.language}"
    if session_of(block.text, session.language) is None:
        return "", "it shows a session of an administrator"
    return session.language, ""


def _walk(nodes: Sequence[Node]) -> Iterator[tuple[Node | None, Place, int]]:
    """Yield what is visible in document order without recursion, with its place and the number of its box, and None at both edges of a box.

    An exercise and the answers that follow it have one number. Captions of figures are left out.
    """
    stack: list[tuple[Iterator[Node], Place, int, bool]] = [(iter(nodes), Place.TEXT, 0, False)]
    boxes = 0
    while stack:
        level, place, box, edged = stack[-1]
        for node in level:
            if isinstance(node, Raw):
                continue
            if not isinstance(node, Element):
                yield node, place, box
                continue
            if is_heading(node):
                yield node, place, box
            elif node.tag == "div":
                yield None, place, box
                inner = _place(node, place)
                if inner is not Place.TEXT and not box:
                    boxes += 0 if boxes and ANSWERS.intersection(node.classes) else 1
                stack.append((iter(node.children), inner, (box or boxes) if inner is not Place.TEXT else 0, True))
                break
            elif node.tag not in ("figure", "figcaption"):
                stack.append((iter(node.children), place, box, False))
                break
        else:
            stack.pop()
            if edged:
                yield None, place, box


def _place(element: Element, outer: Place) -> Place:
    if any(name in ASIDES for name in element.classes):
        return Place.ANSWER
    return Place.EXERCISE if any(name in EXERCISES for name in element.classes) else outer
