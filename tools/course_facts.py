"""List the course's dated facts with their age: those of the table in docs/facts-of-the-course.md.

    python tools/course_facts.py [LESSON] [--today YYYY-MM-DD]

Status 1 if a fact is due, if its words are not in a file that the table names, or if a page of the course says something dated that the
table does not have.
"""

from __future__ import annotations

import argparse
import datetime
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TABLE = Path("docs/facts-of-the-course.md")
ROW = re.compile(
    r"^\| `(?P<words>[^|]+)` \| (?P<where>[^|]+) \| (?P<source>[^|]+) \| (?P<known>[\d-]+) \| (?P<due>[\d-]+) \|$", re.MULTILINE
)
LINK = re.compile(r"\]\(\.\./([^)]+)\)")
TEXTS = (
    "episodes/*.md",
    "learners/*.md",
    "instructors/*.md",
    "profiles/*.md",
    "index.md",
    "episodes/files/workflows/*.yml",
    "episodes/files/*.py",
)
DATED = re.compile(
    r"(?:since|in|before|after|writing) \(?20[2-9]\d\b|\bPixi \(?0\.\d+|\bversion 0\.\d+"
    r"|prefix-dev/pixi:\d[\w.]*|\b(?:debian|ubuntu):\d[\w.-]*|[\w-]+/[\w-]+@(?=v?\d|[0-9a-f]{40})"
)
"""What ages: years since which something holds, versions of Pixi, images, actions."""
LASTING = ("A project's manifest was written in 2025:", "definitions in 2020 to agree with other fields")
"""Words with a year that do not age: an invented story, and history."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One row: words that stand in files, where they come from, when that was last looked at, and when to look again."""

    words: str
    files: tuple[str, ...]
    source: str
    known: datetime.date
    due: datetime.date


def facts_in(table: str) -> tuple[Fact, ...]:
    """Read the rows of the table."""
    return tuple(
        Fact(
            row["words"],
            tuple(LINK.findall(row["where"])),
            row["source"].strip(),
            datetime.date.fromisoformat(row["known"]),
            datetime.date.fromisoformat(row["due"]),
        )
        for row in ROW.finditer(table)
    )


def texts_of(lesson: Path) -> Mapping[str, str]:
    """Return what learners and instructors read, by path."""
    paths = sorted(path for pattern in TEXTS for path in lesson.glob(pattern))
    return {path.relative_to(lesson).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def faults(facts: Sequence[Fact], texts: Mapping[str, str], today: datetime.date) -> Iterator[str]:
    """Yield a sentence for each fact that is due or has gone, and for each line that says something dated and is in no fact."""
    for fact in facts:
        if fact.due < today:
            yield f"due since {fact.due}: `{fact.words}` ({fact.source})"
        if fact.known > today:
            yield f"known from a day to come, {fact.known}: `{fact.words}`"
        holders = {path for path, text in texts.items() if fact.words in text}
        yield from (f"{path} does not say `{fact.words}`" for path in sorted(set(fact.files) - holders))
        yield from (f"{path} says `{fact.words}`, and the table does not name it" for path in sorted(holders - set(fact.files)))
    for path, text in texts.items():
        known = [fact.words for fact in facts if path in fact.files]
        for number, line in enumerate(text.splitlines(), 1):
            if (found := DATED.search(line)) and not any(words in line for words in (*known, *LASTING)):
                yield f"{path}:{number} says `{found[0]}`, which is in no row of {TABLE}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the facts, oldest first, and what is wrong."""
    parser = argparse.ArgumentParser(description="List the dated facts of the course with their age.")
    parser.add_argument("lesson", nargs="?", type=Path, default=Path())
    parser.add_argument("--today", type=datetime.date.fromisoformat, default=datetime.datetime.now(tz=datetime.UTC).date())
    chosen = parser.parse_args(arguments)
    facts = facts_in((chosen.lesson / TABLE).read_text(encoding="utf-8"))
    for fact in sorted(facts, key=lambda fact: fact.known):
        print(f"{(chosen.today - fact.known).days:4} days, look again by {fact.due}: {fact.words}\n{'':10}{fact.source}")
    wrong = list(faults(facts, texts_of(chosen.lesson), chosen.today))
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
