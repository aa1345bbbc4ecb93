"""How long each episode of the course takes: estimated from its text by a rule, beside what its front matter says.

    python tools/course_minutes.py [LESSON]      one line an episode; status 1 if a stated time is too far from the estimate

The rule is that of docs/minutes-of-the-course.md. What an instructor does in front of the class counts as teaching, what a
challenge states in its heading as exercises.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path, PurePosixPath

import yaml

from site_builder.markdown.document import Document
from site_builder.markdown.reader import read
from site_builder.markdown.tree import HEADINGS, Cell, CodeBlock, Element, Node, elements, text_of

WORDS_A_MINUTE = 130
"""Spoken to a class that follows on the page: English is read aloud at 183 words a minute on average (https://doi.org/10.1016/j.jml.2019.104047)."""
LINES_A_MINUTE = 6
"""Typed by the class along with the instructor."""
OUTPUT = Fraction(1, 2)
"""Minutes for running a cell and reading its output."""
FOLDED = Fraction(1, 2)
"""Minutes for opening a folded cell and saying what it does; nobody types it."""
POLL = 2
"""Minutes for a poll: vote, talk to the neighbour, vote again."""
TOLERANCE = 3
"""Minutes by which the stated teaching time may differ from the estimate: times are given in steps of five."""
HALF_DAY = 210
"""Minutes from the beginning of a morning or an afternoon to its end, breaks included."""

UNTAUGHT = frozenset({"instructor", "spoiler", "solution", "challenge", "poll"})
"""Boxes whose words are not spoken: for the instructor, to read at home, or with minutes of their own."""
MINUTES = re.compile(r"\((\d+) min(?:utes)?\)")


@dataclass(frozen=True, slots=True)
class Load:
    """What an episode asks of a class: words to say, lines to type, cells to run, cells to open, polls, and minutes of exercises."""

    words: Fraction = Fraction()
    lines: Fraction = Fraction()
    cells: Fraction = Fraction()
    folded: int = 0
    polls: int = 0
    exercises: int = 0

    def __add__(self, other: Load) -> Load:
        """Return both together."""
        return Load(
            self.words + other.words,
            self.lines + other.lines,
            self.cells + other.cells,
            self.folded + other.folded,
            self.polls + other.polls,
            self.exercises + other.exercises,
        )

    @property
    def teaching(self) -> Fraction:
        """The estimated minutes of teaching."""
        spoken, typed = self.words / WORDS_A_MINUTE, self.lines / LINES_A_MINUTE
        return spoken + typed + self.cells * OUTPUT + self.folded * FOLDED + self.polls * POLL


def load_of(document: Document) -> Load:
    """Return what an episode asks of a class."""
    return sum(_loads(document.body), Load())


def lines_of(code: str) -> int:
    """Return how many lines there are to type: empty ones take no time."""
    return sum(1 for line in code.splitlines() if line.strip())


def exercise_minutes(box: Element) -> int:
    """Return the minutes that a challenge states in its heading, 0 if it states none: ``Named or found? (5 minutes)``."""
    heading = next(elements(box.children, *HEADINGS), None)
    stated = MINUTES.search(text_of((heading,))) if heading else None
    return int(stated[1]) if stated else 0


def episodes(lesson: Path) -> Iterator[Document]:
    """Yield the episodes of a lesson in the order of its settings."""
    settings = yaml.safe_load((lesson / "mkdocs.yml").read_text(encoding="utf-8"))["extra"]["lesson"]
    links = (lesson / "links.md").read_text(encoding="utf-8")
    for name in settings["episodes"]:
        path = PurePosixPath("episodes", name)
        yield read((lesson / path).read_text(encoding="utf-8"), path, links=links, episode=True)


def _loads(nodes: tuple[Node, ...], share: Fraction = Fraction(1)) -> Iterator[Load]:
    """Yield the loads of nodes; of tabs beside each other, a class follows one, so that each counts its ``share``."""
    for node in nodes:
        if isinstance(node, Element):
            names = set(node.classes)
            if "challenge" in names:
                yield Load(exercises=exercise_minutes(node))
            elif "poll" in names:
                yield Load(polls=1)
            elif names & {"tab", "group-tab"}:
                tabs = sum(1 for part in node.children if isinstance(part, Element) and part.tag in HEADINGS)
                yield from _loads(node.children, share / max(tabs, 1))
            elif not names & UNTAUGHT:
                yield from _loads(node.children, share)
        elif isinstance(node, Cell):
            yield Load(cells=share, folded=1) if node.options.code_fold else Load(cells=share, lines=share * lines_of(node.source))
        elif isinstance(node, CodeBlock):
            yield Load(lines=share * lines_of(node.text))
        else:
            yield Load(words=share * len(text_of((node,)).split()))


def main(lesson: Path) -> int:
    """Print the table, and return 1 if a stated time differs too much."""
    print(f"{'episode':20}{'words':>7}{'lines':>7}{'folded':>8}{'estimate':>10}{'teaching':>10}{'exercises':>11}")
    wrong = 0
    for document in episodes(lesson):
        load, stated = load_of(document), document.front_matter.teaching or 0
        differs = abs(stated - load.teaching) > TOLERANCE
        wrong += differs
        numbers = (
            f"{float(load.words):7.0f}{float(load.lines):7.0f}{load.folded:8}{float(load.teaching):10.1f}{stated:10}{load.exercises:11}"
        )
        print(f"{document.slug:20}{numbers}{'  <- differs' if differs else ''}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
