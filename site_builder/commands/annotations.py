"""Problems as annotations of GitHub's workflow commands, which show them beside the lines of a change.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from site_builder.problems import Problem

if TYPE_CHECKING:
    from site_builder.commands.documents.outcome import CommandOutcome


def annotation(problem: Problem, base: PurePosixPath) -> str:
    """Return a problem as one annotation; ``base`` is the lesson's folder in its repository, to which GitHub's paths are relative."""
    place, message = problem.location, problem.message + (f" ({problem.hint})" if problem.hint else "")
    position = f",line={place.line}" if place.line else ""
    position += f",col={place.column}" if place.column else ""
    file = _encoded(str(base / place.path)).replace(":", "%3A").replace(",", "%2C")
    return f"::{problem.severity.value} file={file}{position},title={problem.code}::{_encoded(message)}"


def lines(outcome: CommandOutcome, base: PurePosixPath) -> Iterator[str]:
    """Yield an outcome's problems, and why the command stopped, if it did: that has no place."""
    yield from (annotation(problem, base) for problem in outcome.problems)
    if outcome.error:
        hint = f" ({outcome.error.hint})" if outcome.error.hint else ""
        yield f"::error title=lesson {outcome.command}::{_encoded(outcome.error.message + hint)}"


def _encoded(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def base_of(path: Path) -> PurePosixPath:
    """Return the folder of the lesson at ``path`` relative to its repository; empty outside one, and where there is no lesson."""
    from site_builder.errors import SiteBuilderError
    from site_builder.lesson.root import find_root
    from site_builder.version_control import repository_of

    try:
        root = find_root(path)
    except SiteBuilderError:
        return PurePosixPath()
    repository = repository_of(root)
    return PurePosixPath(root.relative_to(repository).as_posix()) if repository else PurePosixPath()
