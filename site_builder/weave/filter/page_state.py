"""The state that a page's boxes share: counters, the interface's words, and the problems found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING

from site_builder.markdown.macros import Macro
from site_builder.markdown.tree import Element
from site_builder.problems import Location, Problem, Severity
from site_builder.weave.translations import Phrases

if TYPE_CHECKING:
    from site_builder.diagrams.model import Outcomes

NO_DIAGRAMS: Outcomes = MappingProxyType({})


@dataclass(slots=True)
class PageState:
    """Counters of one page, each from 1 and by class, inner boxes first. Lives as long as one page is filtered.

    ``diagrams`` has what became of each diagram, by its source; one that is not there was not to be drawn.
    ``macros`` are those of TeX that earlier formulas define: they hold on the page from there, as MathJax has it.
    """

    phrases: Phrases = field(default_factory=Phrases)
    path: PurePosixPath = field(default_factory=PurePosixPath)
    counts: Counter[str] = field(default_factory=Counter)
    taken: set[str] = field(default_factory=set)
    overview: dict[str, Element] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    diagrams: Outcomes = field(default_factory=lambda: NO_DIAGRAMS)
    macros: Mapping[str, Macro] = field(default_factory=dict)

    def next(self, name: str) -> int:
        """Count one more of this class and return its number."""
        self.counts[name] += 1
        return self.counts[name]

    def claim(self, identifier: str) -> str:
        """Return the identifier, with the first free ``-1``, ``-2`` ... if this page has used it before."""
        free, number = identifier, 0
        while free in self.taken:
            number += 1
            free = f"{identifier}-{number}"
        self.taken.add(free)
        return free

    def warn(self, code: str, message: str, line: int, hint: str = "") -> None:
        """Record a warning about a line of this page."""
        self.problems.append(Problem(code, message, Location(self.path, line), hint, Severity.WARNING))
