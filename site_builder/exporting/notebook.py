"""An episode as a notebook: for learners, for instructors, for live coding, or as the base of a script. Pure: text in, nbformat out."""

from __future__ import annotations

import ast
import re
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath
from typing import Any

from site_builder.exporting.events import Close, Event, Line, Open, events
from site_builder.exporting.prose import HEADING, definitions, for_notebook, plain_fence
from site_builder.markdown.document import Document
from site_builder.markdown.reader import read
from site_builder.markdown.tree import Cell, CodeBlock, Expression, walk
from site_builder.records.model import Display, EpisodeRecord
from site_builder.records.notebook import as_lines, notebook_output


class Kind(Enum):
    """Who a notebook is for: without outputs and solutions, with everything, with empty cells to type into, or as a script; or the
    commands alone (`site_builder.exporting.commands`).
    """

    LEARNER = "learner"
    INSTRUCTOR = "instructor"
    LIVE = "live"
    SCRIPT = "script"
    COMMANDS = "commands"


KERNELS: Mapping[str, tuple[str, str]] = {
    "python": ("python3", "Python 3"),
    "r": ("ir", "R"),
    "bash": ("bash", "Bash"),
    "julia": ("julia", "Julia"),
}
"""Language -> name and display name of the kernel as its own installer registers it."""
SHELLS = ("bash", "sh")
FOR_INSTRUCTORS = frozenset(("solution", "hint", "instructor"))
"""Boxes that only the instructor's notebook has: a notebook cannot hide what it holds until someone asks for it."""
TITLES: Mapping[str, str] = {
    "questions": "Questions", "objectives": "Objectives", "keypoints": "Key Points", "prereq": "Prerequisite", "callout": "Callout",
    "caution": "Caution", "checklist": "Checklist", "testimonial": "Testimonial", "discussion": "Discussion", "challenge": "Challenge",
    "solution": "Solution", "hint": "Hint", "spoiler": "More", "instructor": "Instructor Note",
}  # fmt: skip
"""Boxes of the Workbench and what they are called; other divs only group what they hold."""
EXERCISES = frozenset(("challenge", "discussion"))
"""Boxes whose text stands in the notebook for live coding too."""
WITH_HEADING = frozenset(("challenge", "solution", "hint"))
"""Boxes that hold cells of their own: they get a heading. All others become block quotes."""


def notebook(
    text: str, path: PurePosixPath, record: EpisodeRecord | None, kind: Kind, *, links: str = "", base: str = "",
    titles: Mapping[str, str] = TITLES, document: Document | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return an episode as a notebook (nbformat 4.5).

    ``text`` is the episode's Markdown (a notebook's or script's as `markdown.notebooks.to_markdown` gives it), ``links`` that of
    ``links.md``, ``base`` the lesson's address, at which figures and other pages are found, ``titles`` what boxes are called in its
    language. ``document`` is the text as the reader gave it, where it is at hand. The same arguments give equal notebooks.
    """
    document = document or read(text, path, links=links, episode=True)
    plain = not any(isinstance(cell, Cell) for cell in document.cells) and _has_python(document)
    writer = _Writer(document, record, kind, _Setting(definitions(links) | definitions(text), base, titles))
    for event in events(text, document, plain=plain):
        writer.take(event)
    return writer.notebook()


def _has_python(document: Document) -> bool:
    return any(isinstance(node, CodeBlock) and node.classes[:1] == ("python",) for node in walk(document.body))


@dataclass(frozen=True, slots=True)
class _Setting:
    """What surrounds a page: link definitions, the address of the site, and the titles of boxes in the lesson's language."""

    links: Mapping[str, str]
    base: str
    titles: Mapping[str, str]

    def title(self, kind: str, written: str = "") -> str:
        """Return a box's title: what it is called, then what the author wrote.

        The author's words are enough where they say both, or where the language has no word for the box.
        """
        own = self.titles.get(kind, "" if written else TITLES[kind])
        return written if own.casefold() in written.casefold() else f"{own}: {written}".rstrip(": ")


@dataclass(slots=True)
class _Box:
    kind: str
    titled: bool = False


class _Writer:
    """Takes the events of a page and makes cells: prose is collected until a code cell or a new section begins."""

    def __init__(self, document: Document, record: EpisodeRecord | None, kind: Kind, setting: _Setting) -> None:
        self._kind, self._setting = kind, setting
        self._results = record.by_identifier if record and kind is Kind.INSTRUCTOR else {}
        self._language = _main_language(document, kind)
        self._values = _values(document, record if kind is Kind.INSTRUCTOR else None)
        self._boxes: list[_Box] = []
        self._lines: list[Line] = []
        self._prose: list[str] = []
        self._cells: list[dict[str, Any]] = []
        if document.front_matter.title:
            self._prose.append(f"# {document.front_matter.title}")

    def take(self, event: Event) -> None:
        if isinstance(event, Line):
            if not self._left_out() and (self._kind is Kind.INSTRUCTOR or not event.typed):
                self._lines.append(event)
            return
        self._end_of_lines()
        if isinstance(event, Open):
            self._boxes.append(_Box(event.kind))
        elif isinstance(event, Close):
            self._boxes.pop()
        elif not self._left_out():
            self._code(event)

    def notebook(self) -> dict[str, Any]:
        self._end_of_lines()
        self._end_of_prose()
        name, display = KERNELS.get(self._language, (self._language, self._language))
        return {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {
                "kernelspec": {"name": name, "display_name": display, "language": self._language},
                "language_info": {"name": self._language},
            },
            "cells": self._cells,
        }

    def _left_out(self) -> bool:
        return self._kind is not Kind.INSTRUCTOR and any(box.kind in FOR_INSTRUCTORS for box in self._boxes)

    def _box(self) -> _Box | None:
        """The innermost box that is one of the Workbench's."""
        return next((box for box in reversed(self._boxes) if box.kind in TITLES), None)

    def _end_of_lines(self) -> None:
        """Turn the lines since the last event into prose, at each section's heading in a cell of its own."""
        lines, self._lines = self._lines, []
        box = self._box()
        if box is not None:
            self._boxed(box, lines)
            return
        block: list[Line] = []
        for line in lines:
            if not line.code and re.match(r"##? ", line.text):
                self._add(block)
                self._end_of_prose()
                block = []
            block.append(line)
        self._add(block)

    def _add(self, lines: list[Line]) -> None:
        if self._kind is Kind.LIVE and not any(box.kind in EXERCISES for box in self._boxes):
            lines = [line for line in lines if not line.code and HEADING.match(line.text)]
        text = self._as_text(lines)
        if text:
            self._prose.append(text)

    def _boxed(self, box: _Box, lines: list[Line]) -> None:
        filled = [number for number, line in enumerate(lines) if line.text.strip()]
        if not filled or (self._kind is Kind.LIVE and not any(each.kind in EXERCISES for each in self._boxes)):
            return
        heading = HEADING.match(lines[filled[0]].text) if not box.titled and not lines[filled[0]].code else None
        rest = lines[filled[0] + 1 :] if heading else lines
        written = self._as_text([Line(re.sub(r"^#+\s+", "", heading[1]))]) if heading else ""
        title = self._setting.title(box.kind, written)
        text = self._as_text(rest)
        if box.kind in WITH_HEADING:
            parts = [] if box.titled else [f"### {title}"]
            self._prose += [*parts, *([text] if text else [])]
        else:
            parts = [] if box.titled else [f"**{title}**"]
            self._prose.append("\n".join(f"> {line}".rstrip() for line in "\n\n".join([*parts, *([text] if text else [])]).split("\n")))
        box.titled = True

    def _as_text(self, lines: Iterable[Line]) -> str:
        """Return lines as one text: prose as a notebook shows it, shown code as it is."""
        out: list[str] = []
        run: list[str] = []
        for line in (*lines, None):
            if line is None or line.code:
                if run:
                    out.append(for_notebook("\n".join(run), self._setting.links, self._value, self._setting.base))
                    run = []
                if line is not None:
                    out.append(plain_fence(line.text))
            else:
                run.append(line.text)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(out)).strip("\n")

    def _value(self, language: str, source: str) -> str:
        found = self._values.get(source.strip())
        return found.popleft() if found else f"`{source}`"

    def _code(self, cell: Cell) -> None:
        language = "bash" if cell.language in SHELLS else cell.language
        shell = language == "bash" and self._language == "python"
        box = self._box()
        if box is not None and not box.titled and (self._kind is not Kind.LIVE or box.kind in EXERCISES):
            title = self._setting.title(box.kind)
            self._prose.append(f"### {title}" if box.kind in WITH_HEADING else f"> **{title}**")
            box.titled = True
        if not cell.options.evaluate or (language != self._language and not shell):
            self._prose.append(f"```{cell.language}\n{cell.source}\n```")
            return
        self._end_of_prose()
        hidden = not (cell.options.include and cell.options.echo)
        source = "" if self._kind is Kind.LIVE and not hidden else cell.source
        tags = [tag for tag, wanted in (("raises-exception", cell.options.error), ("hide-input", hidden)) if wanted]
        result = self._results.get(cell.identifier)
        number = sum(made["cell_type"] == "code" for made in self._cells) + 1
        self._cells.append({
            "cell_type": "code",
            "id": self._identifier(cell.identifier),
            "metadata": {"tags": tags} if tags else {},
            "execution_count": number if result is not None and result.ran else None,
            "source": as_lines(f"%%bash\n{source}" if shell else source),
            "outputs": [notebook_output(output, number) for output in result.outputs] if result else [],
        })  # fmt: skip

    def _end_of_prose(self) -> None:
        text, self._prose = "\n\n".join(self._prose), []
        if text:
            self._cells.append({"cell_type": "markdown", "id": self._identifier("text"), "metadata": {}, "source": as_lines(text)})

    def _identifier(self, name: str) -> str:
        return re.sub(r"[^A-Za-z0-9_-]", "-", name)[:58] + f"-{len(self._cells) + 1}"


def _main_language(document: Document, kind: Kind) -> str:
    """The language of the notebook's kernel: Python where there is any, else the one that most cells are in.

    A script in a language of which we do not know how its comments look is one of Python, in which its code stands as comments.
    """
    counts = Counter("bash" if cell.language in SHELLS else cell.language for cell in document.cells)
    main = "python" if not counts or "python" in counts else counts.most_common(1)[0][0]
    return "python" if kind is Kind.SCRIPT and main not in KERNELS else main


def _values(document: Document, record: EpisodeRecord | None) -> dict[str, deque[str]]:
    """The values of the page's expressions by their source, in the order in which they stand."""
    found: dict[str, deque[str]] = {}
    results = record.by_identifier if record else {}
    for cell in document.cells:
        result = results.get(cell.identifier) if isinstance(cell, Expression) else None
        for output in result.outputs if result else ():
            if isinstance(output, Display) and "text/plain" in output.data:
                found.setdefault(cell.source.strip(), deque()).append(_plain(output.data["text/plain"]))
    return found


def _plain(text: str) -> str:
    """A string without its quotes, anything else as Python shows it."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    return value if isinstance(value, str) else text
