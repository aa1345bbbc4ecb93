"""Which exercises practise each learning objective of the course, and whether their cells have been run: read from the lesson.

    python -m tools.course_objectives [LESSON]      one line for each objective and episode; status 1 unless each of them is practised

The rule is that of docs/objectives.md, whose table is made from this. An objectives box names the identifiers of its sentences in their
order, with ``-`` for one that the course as a whole does not list (``::: {.objectives data-ids="D1.3 D1.5 -"}``), a challenge those that it
practises (``::: {.challenge data-objectives="D1.5"}``).
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from site_builder.environments.capabilities import describe
from site_builder.markdown.document import Document
from site_builder.markdown.tree import HEADINGS, Cell, Element, elements, text_of, walk
from tools.course_minutes import episodes, exercise_minutes

ACTS: Mapping[str, frozenset[str]] = {
    "D1.4": frozenset({"pixi"}),
    "D1.5": frozenset({"pixi"}),
    "D1.7": frozenset({"pixi"}),
    "D1.8": frozenset({"pixi"}),
    "D2.4": frozenset({"pixi"}),
    "D2.5": frozenset({"cuda"}),
    "D3.2": frozenset({"hadolint", "docker"}),
    "D3.4": frozenset({"docker"}),
    "D3.5": frozenset({"apptainer"}),
    "D3.6": frozenset({"zizmor", "actionlint"}),
    "HTC.1": frozenset({"htcondor"}),
    "HTC.2": frozenset({"htcondor-pool"}),
    "HPC.1": frozenset({"shellcheck", "slurm"}),
    "HPC.2": frozenset({"slurm"}),
}
"""Objectives that are acts, with the tools (by their names in ``requires``) one of which a cell of the exercise has to use."""
MAKERS = ((frozenset({"cuda"}), "make gpu-records"), (frozenset({"pixi"}), "make pixi-records"))
"""What makes the records of cells that require one of these; ``make records`` makes all others."""
UNTRACED = "-"
"""Stands in ``data-ids`` for a sentence that is an objective of the episode alone."""
DAYS = ("D1", "D2", "D3", "HTC", "HPC")
"""The groups of identifiers, in the order of the course."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """A challenge: title, address in the repository, titles of its solutions, what its cells require, and what has not been recorded.

    ``cells`` counts those of the challenge and its solutions together. ``waiting`` has what each cell without a result requires.
    """

    title: str
    link: str
    solutions: tuple[str, ...]
    cells: int
    tools: frozenset[str]
    waiting: tuple[tuple[str, ...], ...]

    def practises(self, objective: str) -> bool:
        """Tell whether it counts for an objective: solved, run, and with the tool that the objective is about."""
        return bool(self.solutions and self.cells) and (objective not in ACTS or bool(self.tools & ACTS[objective]))


@dataclass(frozen=True, slots=True)
class Row:
    """An objective in one episode, with the exercises that name it."""

    identifier: str
    sentence: str
    slug: str
    exercises: tuple[Exercise, ...]

    @property
    def counted(self) -> tuple[Exercise, ...]:
        """The exercises that count."""
        return tuple(each for each in self.exercises if each.practises(self.identifier))

    @property
    def practised(self) -> str:
        """``yes``, ``mentioned`` where only exercises that do not count name it, or ``no``."""
        return "yes" if self.counted else "mentioned" if self.exercises else "no"

    @property
    def record(self) -> str:
        """``made`` if every cell of the exercises that count has a recorded run, else what the others wait for."""
        waiting = dict.fromkeys(names for each in self.counted for names in each.waiting)
        return "; ".join(dict.fromkeys(_waits(names) for names in waiting)) or "made"


def rows(lesson: Path) -> tuple[Row, ...]:
    """Return the objectives of all episodes by identifier, then in the order of the episodes.

    Raises:
        ValueError: a box has other numbers of sentences and identifiers, or a challenge names an objective that its episode does not have.
    """
    found = [row for document in episodes(lesson) for row in _rows(document, recorded(lesson, document))]
    return tuple(sorted(found, key=lambda row: (DAYS.index(row.identifier.partition(".")[0]), row.identifier)))


def table(lesson: Path) -> str:
    """Return the table of docs/objectives.md."""
    head = "| id | objective | episode | practised | exercise | solution | record |\n| --- | --- | --- | --- | --- | --- | --- |"
    lines = [head]
    for row in rows(lesson):
        counted = row.counted
        cells = (
            row.identifier,
            row.sentence,
            f"[{row.slug}](../episodes/{row.slug}.md)",
            row.practised,
            "; ".join(f"[{_plain(each.title)}]({each.link})" for each in counted),
            "; ".join(_plain(title) for each in counted for title in each.solutions),
            row.record if counted else "",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _rows(document: Document, ran: Collection[str]) -> Iterator[Row]:
    boxes = [box for box in elements(document.body, "div") if {"objectives", "challenge"} & set(box.classes)]
    (box,) = (each for each in boxes if "objectives" in each.classes)
    sentences = [" ".join(text_of((item,)).split()).replace("’", "'") for item in elements(box.children, "li")]
    identifiers = box.get("data-ids").split()
    if len(sentences) != len(identifiers):
        raise ValueError(f"{document.path}:{box.line}: {len(sentences)} objectives, and data-ids names {len(identifiers)}")
    exercises = [(_exercise(document, each, ran), each) for each in boxes if "challenge" in each.classes]
    for _, each in exercises:
        if strange := set(each.get("data-objectives").split()) - set(identifiers):
            raise ValueError(f"{document.path}:{each.line}: this episode does not have the objective {', '.join(sorted(strange))}")
    for identifier, sentence in zip(identifiers, sentences, strict=True):
        if identifier == UNTRACED:
            continue
        named = tuple(exercise for exercise, each in exercises if identifier in each.get("data-objectives").split())
        yield Row(identifier, sentence, document.slug, named)


def _exercise(document: Document, box: Element, ran: Collection[str]) -> Exercise:
    heading = next(elements(box.children, *HEADINGS))
    solutions = [each for each in elements(box.children, "div") if "solution" in each.classes]
    cells = [node for node in walk(box.children) if isinstance(node, Cell)]
    needs = {cell.identifier: cell.options.requires or document.front_matter.requires for cell in cells}
    return Exercise(
        text_of((heading,)).removesuffix(f" ({exercise_minutes(box)} minutes)"),
        f"../{document.path}#{heading.get('id').replace('.', '')}",  # forges leave out dots
        tuple(text_of((next(elements(each.children, *HEADINGS), ""),)) for each in solutions),
        len(cells) if exercise_minutes(box) else 0,
        frozenset(name for names in needs.values() for name in names),
        tuple(needs[cell.identifier] for cell in cells if cell.identifier not in ran),
    )


def recorded(lesson: Path, document: Document) -> frozenset[str]:
    """Return the identifiers of the cells that ran in a committed record of an episode as it stands, with its inputs as they are."""
    page = {cell.identifier: cell.source for cell in document.cells if isinstance(cell, Cell)}
    ran: set[str] = set()
    for path in sorted((lesson / "records" / document.slug).glob("*.ipynb")):
        record = json.loads(path.read_text(encoding="utf-8"))
        cells = {cell["metadata"]["lesson"]["identifier"]: cell for cell in record["cells"] if "lesson" in cell["metadata"]}
        current = all(name in cells and "".join(cells[name]["source"]) == source for name, source in page.items())
        if current and all(_digest(lesson / "episodes" / name) == digest for name, digest in _inputs(record).items()):
            ran |= {name for name in page if not cells[name]["metadata"]["lesson"]["missing"]}
    return frozenset(ran)


def _inputs(record: Mapping[str, Any]) -> Mapping[str, str]:
    found: Mapping[str, str] = record["metadata"]["lesson"]["key"]["inputs"]
    return found


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _waits(names: Collection[str]) -> str:
    command = next((command for needs, command in MAKERS if needs & set(names)), "make records")
    return f"waits for {describe(names)}: `{command}`" if names else f"waits for a new run: `{command}`"


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main(lesson: Path) -> int:
    """Print the rows, and return 1 unless each objective is practised."""
    found = rows(lesson)
    for row in found:
        print(f"{row.identifier:6}{row.slug:20}{row.practised:10} {row.record if row.counted else '':60} {row.sentence}")
    return int(any(row.practised != "yes" for row in found))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
