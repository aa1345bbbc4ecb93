"""The text between a notebook's code cells: boxes become headings or quotes, and each section begins a new cell. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from site_builder.boxes import ANSWERS, EXERCISES
from site_builder.exporting.blocks import quoted

WITH_HEADING = frozenset(("challenge", *ANSWERS))
"""Boxes that contain cells: they get a heading. All others become block quotes."""
SECTION = 2
"""Headings up to this level begin a new cell."""


@dataclass(slots=True)
class _Box:
    kind: str
    title: str
    written: bool
    titled: bool = False


class Prose:
    """Collects blocks of Markdown; for live coding only headings and the content of exercises."""

    def __init__(self, titles: Mapping[str, str], own: Mapping[str, str], *, live: bool) -> None:
        """Take the names of boxes in the lesson's language, or in English if there is none."""
        self._titles, self._own, self._live = titles, own, live
        self._boxes: list[_Box] = []
        self._run: list[str] = []
        self._section: list[str] = []
        self._done: list[str] = []

    def open_box(self, kind: str, written: str) -> None:
        """Begin a box; ``written`` is the author's title. Its title is written as soon as it has content."""
        self._end_run()
        self._boxes.append(_Box(kind, self._title(kind, written), bool(written)))

    def close_box(self) -> None:
        """End the innermost box; one with only an author's title shows that."""
        if self._boxes[-1].written:
            self.announce()
        self._end_run()
        self._boxes.pop()

    def heading(self, text: str, level: int) -> None:
        """Add a heading, already as Markdown; outside boxes a section's heading begins a new cell."""
        if self._boxes:
            self.block(text)
            return
        if level <= SECTION:
            self._end_section()
        self._run.append(text)

    def block(self, text: str, *, always: bool = False) -> None:
        """Add a block; with ``always`` even where live coding shows no text."""
        if text and (always or not self._live or self._in_exercise(len(self._boxes))):
            self.announce()
            self._run.append(text)

    def announce(self) -> None:
        """Write the titles of the boxes that begin here, the outermost first."""
        for depth, box in enumerate(self._boxes, 1):
            if box.titled or (self._live and not self._in_exercise(depth)):
                continue
            box.titled = True
            heading = box.kind in WITH_HEADING
            title = f"### {box.title}" if heading else f"**{box.title}**"
            if depth == len(self._boxes):
                self._run.append(title)
            else:
                self._section.append(title if heading else quoted(title))

    def taken(self) -> Iterator[str]:
        """Yield the texts of the Markdown cells that end here, and start afresh."""
        self._end_section()
        done, self._done = self._done, []
        yield from done

    def _in_exercise(self, depth: int) -> bool:
        return any(box.kind in EXERCISES for box in self._boxes[:depth])

    def _title(self, kind: str, written: str) -> str:
        """Return a box's title: its name, then the author's words.

        The author's words alone are enough if they contain the name, or if the language has no name for the box.
        """
        named = self._titles.get(kind, "" if written else self._own[kind])
        return written if named.casefold() in written.casefold() else f"{named}: {written}".rstrip(": ")

    def _end_run(self) -> None:
        text, self._run = "\n\n".join(self._run), []
        if text:
            self._section.append(quoted(text) if self._boxes and self._boxes[-1].kind not in WITH_HEADING else text)

    def _end_section(self) -> None:
        self._end_run()
        text, self._section = "\n\n".join(self._section), []
        if text:
            self._done.append(text)
