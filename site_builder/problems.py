"""Faults of a lesson as data: a stable code, a location, a message and a hint."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import PurePosixPath

from site_builder.spelling import closest


class Severity(Enum):
    """How severe a problem is: an error fails a build, a warning fails it only under ``--strict``."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A location in a lesson: a path relative to the lesson, and a 1-based line and column (0 if unknown)."""

    path: PurePosixPath
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Return ``path``, ``path:line`` or ``path:line:column``, as editors and terminals understand it."""
        parts = [str(self.path)]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)


LONGEST = 4000
"""Maximum length in characters of a message, and of a hint: a lesson, or what its cells raise, may have lines of any length."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with the lesson: ``code`` is stable and documented in ``docs/problems.md``.

    Of a message or hint that is too long the middle is left out.
    """

    code: str
    message: str
    location: Location
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __post_init__(self) -> None:
        for name, text in (("message", self.message), ("hint", self.hint)):
            if len(text) > LONGEST:
                object.__setattr__(self, name, f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}")

    def __str__(self) -> str:
        """Return ``CODE path:line message (hint)``."""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.code} {self.location} {self.message}{hint}"


@dataclass(frozen=True, slots=True)
class Report:
    """Problems of one stage, in the order found."""

    problems: tuple[Problem, ...] = field(default=())

    def __add__(self, other: Report) -> Report:
        """Join two reports."""
        return Report(self.problems + other.problems)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that always fail a build."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    def failed(self, *, strict: bool = False) -> bool:
        """Tell whether these problems stop a build; ``strict`` counts warnings too."""
        return bool(self.problems if strict else self.errors)


def sorted_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems by file and line, each once."""

    def place(problem: Problem) -> tuple[str, int, int, str]:
        return str(problem.location.path), problem.location.line, problem.location.column, problem.code

    return tuple(sorted(dict.fromkeys(problems), key=place))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``did you mean 'x'?`` for the nearest known word, or an empty string."""
    near = closest(word, known)
    return f"did you mean '{near}'?" if near else ""
