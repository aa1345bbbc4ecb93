"""What every document has: the command, its exit code, why it failed, and the problems of the lesson."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from site_builder.commands.documents.values import Says, plain
from site_builder.errors import Kind
from site_builder.problems import Problem

SEVERITIES = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class ProblemEntry:
    """A problem of the lesson (docs/problems.md)."""

    code: Annotated[str, Says("The stable code, such as LS511.")]
    severity: Annotated[SEVERITIES, Says("Whether it fails a build, or only a strict one.")]
    path: Annotated[str, Says("The file, relative to the lesson's folder.")]
    line: Annotated[int, Says("The line, from 1; 0 if unknown.")]
    column: Annotated[int, Says("The column, from 1; 0 if unknown.")]
    message: Annotated[str, Says("What is wrong.")]
    hint: Annotated[str, Says("What to do about it; may be empty.")]


@dataclass(frozen=True, slots=True)
class ErrorEntry:
    """Why a command stopped."""

    kind: Annotated[Kind, Says("What kind of failure it is; each has its exit code.")]
    message: Annotated[str, Says("What happened.")]
    hint: Annotated[str, Says("What to do about it; may be empty.")]


@dataclass(frozen=True, slots=True)
class CommandOutcome:
    """How a command ended: ``error`` says why it stopped, if it did; ``problems`` are those that it found in the lesson.

    ``result`` is the document of the command, None where it did not come to one. Its keys stand beside those of the outcome.
    """

    command: str
    exit_code: int
    error: ErrorEntry | None
    problems: tuple[Problem, ...]
    result: Any = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """The keys of a `CommandOutcome` that every document has."""

    command: Annotated[str, Says("The command, such as `records list`; empty if there is none of the name that was given.")]
    exit_code: Annotated[int, Says("The exit code.")]
    error: Annotated[ErrorEntry | None, Says("Why the command stopped; null if it came to its end.")]
    problems: Annotated[tuple[ProblemEntry, ...], Says("The problems of the lesson, by file and line.")]


def entry_of(problem: Problem) -> ProblemEntry:
    """Return a problem as part of a document."""
    place = problem.location
    return ProblemEntry(problem.code, problem.severity.value, str(place.path), place.line, place.column, problem.message, problem.hint)


def document(outcome: CommandOutcome) -> dict[str, Any]:
    """Return an outcome as plain values, ready for JSON."""
    envelope = Envelope(outcome.command, outcome.exit_code, outcome.error, tuple(map(entry_of, outcome.problems)))
    return {**plain(envelope), **(plain(outcome.result) if outcome.result is not None else {})}


def as_json(outcome: CommandOutcome) -> str:
    """Return an outcome as text."""
    return json.dumps(document(outcome), indent=1, ensure_ascii=False)
