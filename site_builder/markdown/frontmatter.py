"""The front matter of a page, between two lines of ``---``, separated from its text (pandoc manual, ``yaml_metadata_block``)."""

from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from site_builder.problems import Location, Problem, Severity
from site_builder.settings.checking import check, read_mapping
from site_builder.settings.front_matter import RULES, FrontMatter
from site_builder.settings.keys import named_keys
from site_builder.settings.places import place_of
from site_builder.spelling import misspelt

if TYPE_CHECKING:
    from pathlib import PurePosixPath

    from site_builder.settings.places import Mark
    from site_builder.settings.yaml_reading import Yaml

_OPEN = re.compile(r"(?:[ \t]*\n)*---[ \t]*(?:\n|$)")
_CLOSE = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.M)

DATA = "data"
"""The key whose entries have problems of their own, each at its place."""

OTHERS = frozenset(("date",))
"""Keys that other programs read (Jekyll, pandoc), a letter from one of ours."""

HEADLESS = ("LS101", "LS102", RULES.syntax, RULES.shape)
"""Problems after which a page has no front matter."""


def split_front_matter(text: str, path: PurePosixPath, *, required: bool = False) -> tuple[FrontMatter, str, int, list[Problem]]:
    """Return the front matter, the body, the number of lines before the body, and problems.

    ``text`` has ``\\n`` line ends and no byte order mark. Text that looks like front matter and is not stays in the body. Empty lines may
    come before it.
    With ``required``, missing front matter is a warning.
    """
    opened = _OPEN.match(text)
    if not opened or not text[opened.end() :].split("\n", 1)[0].strip():
        return FrontMatter(), text, 0, _missing(path) if required else []
    closed = _CLOSE.search(text, opened.end())
    above = opened[0].rstrip().count("\n")
    if not closed and above:
        return FrontMatter(), text, 0, _missing(path) if required else []
    if not closed:
        problem = Problem("LS101", "the front matter is never closed", Location(path, 1, 1), "end it with a line of ---")
        return FrontMatter(), text, 0, [problem]
    head, body = "\n" * above + text[opened.end() : closed.start()], text[closed.end() + 1 :]
    skipped = text.count("\n", 0, closed.end()) + 1
    front_matter, problems = _front_matter(head, path)
    return front_matter, body, skipped, problems


def _missing(path: PurePosixPath) -> list[Problem]:
    begin = "begin with a raw cell that has" if path.suffix == ".ipynb" else "begin the file with"
    hint = f"{begin} the lines ---, title:, teaching:, exercises: and ---"
    return [Problem("LS102", "the episode has no front matter", Location(path, 1, 1), hint, Severity.WARNING)]


def _front_matter(head: str, path: PurePosixPath) -> tuple[FrontMatter, list[Problem]]:
    def at(mark: Mark) -> Location:
        return Location(path, mark[0] + 1, mark[1])

    document, problems = read_mapping(head, at, RULES, "the front matter")
    if not document.value:
        return FrontMatter(), problems
    known = named_keys(FrontMatter)
    ours = replace(document, value={name: value for name, value in document.value.items() if name in known})
    found, wrong = check(FrontMatter, ours, at, RULES)
    lines = {name: at(place_of(document.marks, (name,))).line for name in document.value}
    below = {step: (at(mark).line, mark[1]) for step, mark in document.marks.items() if step[:1] == (DATA,)}
    front_matter = replace(found, values=MappingProxyType(document.value), lines=MappingProxyType(lines), marks=MappingProxyType(below))
    faults = sorted((*problems, *wrong, *_misspelt(document, path)), key=lambda problem: problem.location)
    return front_matter, faults


def _misspelt(document: Yaml, path: PurePosixPath) -> list[Problem]:
    """A page may have keys of its own, so only a key that resembles a known one is a mistake."""
    code, severity = RULES.unknown
    known = named_keys(FrontMatter)
    found = []
    for name in document.value.keys() - known.keys() - OTHERS:
        if meant := misspelt(name, known):
            line, column = place_of(document.marks, (name,))
            found.append(Problem(code, f"`{name}` is ignored", Location(path, line + 1, column), f"did you mean '{meant}'?", severity))
    return found
