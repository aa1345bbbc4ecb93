"""What the command line prints: progress and problems on standard error, results on standard output."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from typing import Any

from site_builder.errors import SiteBuilderError
from site_builder.problems import Problem, Severity, sorted_problems


class Console:
    """Prints for people and, under CI, annotations for the forge. ``quiet`` suppresses progress and warnings."""

    def __init__(self, *, quiet: bool = False, machine: bool = False) -> None:
        """Decide how much to print; ``machine`` reserves standard output for JSON."""
        self.quiet = quiet
        self.machine = machine
        self._annotate = bool(os.environ.get("CI"))

    def tell(self, line: str) -> None:
        """Print a line of progress."""
        if not self.quiet:
            print(line, file=sys.stderr, flush=True)

    def result(self, line: str = "") -> None:
        """Print a line of the command's result."""
        print(line, flush=True)

    def data(self, value: Any) -> None:
        """Print a result for a machine."""
        wide = (sys.stdout.encoding or "").lower().startswith("utf")
        print(json.dumps(value, indent=1, ensure_ascii=not wide), flush=True)

    def problems(self, problems: Iterable[Problem]) -> None:
        """Print problems, one a line, by file and line, each once."""
        for problem in sorted_problems(problems):
            if self.quiet and problem.severity is Severity.WARNING:
                continue
            print(f"{problem.severity.value}: {problem}", file=sys.stderr, flush=True)
            if self._annotate:
                print(annotation(problem), file=sys.stderr, flush=True)

    def failure(self, error: SiteBuilderError) -> None:
        """Print why a command stops and what to do."""
        self.problems(error.problems)
        if [problem.message for problem in error.problems] == [error.message]:  # the problem is the whole error, with its place
            return
        hint = f"\n  {error.hint}" if error.hint else ""
        print(f"error: {error.message}{hint}", file=sys.stderr, flush=True)


def annotation(problem: Problem) -> str:
    """Return a problem as a GitHub annotation (workflow commands: property values and data are percent-encoded)."""
    place, message = problem.location, problem.message + (f" ({problem.hint})" if problem.hint else "")
    position = f",line={place.line}" if place.line else ""
    position += f",col={place.column}" if place.column else ""
    file = _encoded(str(place.path)).replace(":", "%3A").replace(",", "%2C")
    return f"::{problem.severity.value} file={file}{position},title={problem.code}::{_encoded(message)}"


def _encoded(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def as_data(problem: Problem) -> dict[str, Any]:
    """Return a problem as plain values for JSON."""
    place = problem.location
    return {
        "code": problem.code, "severity": problem.severity.value, "path": str(place.path), "line": place.line, "column": place.column,
        "message": problem.message, "hint": problem.hint,
    }  # fmt: skip
