"""Parts of pages that are generated: each stands between ``<!-- generated: NAME -->`` and ``<!-- /generated -->``."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from site_builder.records.model import SCHEMA
from tools import course_objectives
from tools.documentation import boxes, commands, problems

ROOT = Path(__file__).parents[2]

BLOCK = re.compile(r"(<!-- generated: (?P<name>[\w-]+) -->\n).*?(<!-- /generated -->)", re.DOTALL)


def with_parts(page: str, parts: Mapping[str, Callable[[], str]]) -> str:
    """Return a page with those of its generated parts that are named, made anew."""

    def made(found: re.Match[str]) -> str:
        part = parts.get(found["name"])
        return f"{found[1]}\n{part()}\n{found[3]}" if part else found[0]

    return BLOCK.sub(made, page)


def problem_examples() -> str:
    """Run the examples of all codes and return the part of the page about each."""
    made = []
    for example in problems.examples().values():
        with tempfile.TemporaryDirectory() as folder:
            made.append(problems.section(example, () if example.reason else problems.told(example, Path(folder))))
    return "\n".join(made)


def example_lesson() -> str:
    """Return the files of the lesson that the examples of problems change."""
    return "\n".join(f"`{path}`:\n\n{problems.fenced(text, path)}" for path, text in problems.LESSON.items())


SLOW: Mapping[str, Callable[[], str]] = {"problem-examples": problem_examples}
"""Parts that take half a minute."""
PARTS: Mapping[str, Callable[[], str]] = {
    "box-table": boxes.table,
    "boxes": boxes.sections,
    "commands": commands.commands,
    "example-lesson": example_lesson,
    "exit-codes": commands.exit_codes,
    "objectives": lambda: course_objectives.table(ROOT),
    "record-version": lambda: f"The version of this format is {SCHEMA}.\n",
}
