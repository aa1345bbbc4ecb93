"""What the command line prints: progress and problems on standard error, results on standard output.

Where a machine is to read the result, standard output has one document and nothing else; it is written when the command ends.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from site_builder.errors import SiteBuilderError
from site_builder.problems import Problem, Severity, sorted_problems

if TYPE_CHECKING:
    from site_builder.commands.documents.outcome import CommandOutcome, ErrorEntry

Writer = Callable[["CommandOutcome"], str]
"""Turns the outcome of a command into the document that is its standard output."""


class Console:
    """Prints for people and, under CI, annotations for the forge. The command may choose a `writer`: then a machine reads the result."""

    def __init__(self, level: int = 0) -> None:
        """Print as much as ``level`` says: below 0 results and errors alone, above it what the builder does inside (1: some, 2: all)."""
        self.level = level
        self.lesson: Path | None = None
        """The lesson's folder, where the command line names one."""
        self.writer: Writer | None = None
        self._annotate = bool(os.environ.get("CI"))
        self._result: Any = None
        self._found: list[Problem] = []
        self._error: ErrorEntry | None = None

    @property
    def quiet(self) -> bool:
        """Whether progress and warnings are left out."""
        return self.level < 0

    def tell(self, line: str) -> None:
        """Print a line of progress."""
        if not self.quiet:
            _to_stderr(line)

    def result(self, line: str = "") -> None:
        """Print a line of the command's result, for people."""
        if self.writer is None:
            print(line, flush=True)

    def data(self, document: Any) -> None:
        """Take the command's result for a machine: a dataclass of `site_builder.commands.documents`."""
        self._result = document

    def problems(self, problems: Iterable[Problem]) -> None:
        """Print problems, one a line, by file and line, each once."""
        found = sorted_problems(problems)
        self._found += found
        shown = [problem for problem in found if not self.quiet or problem.severity is Severity.ERROR]
        annotations: Iterable[str] = ("",) * len(shown)
        if shown and self._annotate and self.writer is None:
            from site_builder.commands.annotations import annotation, base_of

            base = base_of(self.lesson or Path())
            annotations = (annotation(problem, base) for problem in shown)
        for problem, line in zip(shown, annotations, strict=True):
            _to_stderr(f"{problem.severity.value}: {problem}" + (f"\n{line}" if line else ""))

    def failure(self, error: SiteBuilderError) -> None:
        """Print why a command stops and what to do."""
        if self.writer is not None:
            self.stopped(error.kind, error.message, error.hint)
        self.problems(error.problems)
        if [problem.message for problem in error.problems] == [error.message]:  # the problem is the whole error, with its place
            return
        hint = f"\n  {error.hint}" if error.hint else ""
        _to_stderr(f"error: {error.message}{hint}")

    def stopped(self, kind: str, message: str, hint: str = "") -> None:
        """Note for a machine why a command stops; nothing is printed."""
        from site_builder.commands.documents.outcome import ErrorEntry

        self._error = ErrorEntry(kind, message, hint)  # type: ignore[arg-type]

    def section(self) -> CommandOutcome:
        """Return what was found since the last call, as the outcome of a part of the command, and forget it."""
        from site_builder.commands.documents.outcome import CommandOutcome

        found = CommandOutcome("", 0, self._error, sorted_problems(self._found), self._result)
        self._error, self._found, self._result = None, [], None
        return found

    def finish(self, command: str, exit_code: int) -> None:
        """Print the document, where a machine reads the result."""
        if self.writer is None:
            return
        from site_builder.commands.documents.outcome import CommandOutcome

        text = self.writer(CommandOutcome(command, exit_code, self._error, sorted_problems(self._found), self._result))
        if not (sys.stdout.encoding or "").lower().startswith("utf"):
            text = "".join(letter if letter.isascii() else _escaped(letter) for letter in text)
        if text:
            print(text, flush=True)


def _escaped(letter: str) -> str:
    """Return a letter as JSON escapes it, in one or two units of UTF-16 (RFC 8259, section 7)."""
    units = letter.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def _to_stderr(line: str) -> None:
    """Print on standard error; a reader who has gone does not end the work."""
    try:
        print(line, file=sys.stderr, flush=True)
    except BrokenPipeError:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123  it stays open to the end
