"""Exceptions for faults in the world around a lesson, each with the exit code it ends a command with.

    SiteBuilderError
    ├── ConfigError             2  the lesson's settings or the command line
    ├── OutputRefused           2  a command would overwrite what is not its own
    ├── LessonFailed            1  the lesson has problems, which the error carries
    ├── EnvironmentUnavailable  3  Pixi, a package or a kernel is missing on this machine
    │   └── Unreachable         3  only for want of a network
    ├── MachineError            3  disk, permission or a tool of this machine
    ├── ExecutionFailed         4  an episode's code failed
    └── Busy                    5  another build holds the lock

A fault in a lesson is data (`site_builder.problems.Problem`), not an exception; a bug is a traceback.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

if TYPE_CHECKING:
    from site_builder.problems import Problem

Kind = Literal["usage", "config", "refused", "lesson", "environment", "machine", "execution", "busy", "interrupted"]
"""The kinds of failures, with those that the command line has besides: wrong usage, and an interrupt."""


class SiteBuilderError(Exception):
    """Base of every error this package raises on purpose; never raised itself."""

    exit_code: ClassVar[int] = 1
    kind: ClassVar[Kind] = "lesson"
    """What documents for machines call it."""

    def __init__(self, message: str, *, hint: str = "", problems: Sequence[Problem] = ()) -> None:
        """Keep what happened, what to do about it, and the problems that led to it."""
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.problems = tuple(problems)

    def __reduce__(self) -> tuple[object, ...]:
        """Keep hint and problems when the error crosses from one process to another."""
        return type(self), (self.message,), {"hint": self.hint, "problems": self.problems}


class LessonFailed(SiteBuilderError):
    """The lesson has problems that stop the command."""

    exit_code = 1
    kind = "lesson"


class ConfigError(SiteBuilderError):
    """The settings or the command line cannot be understood."""

    exit_code = 2
    kind = "config"


class OutputRefused(SiteBuilderError):
    """A command would replace what somebody else, or another lesson, made."""

    exit_code = 2
    kind = "refused"


class EnvironmentUnavailable(SiteBuilderError):
    """An environment that an episode needs is not available on this machine."""

    exit_code = 3
    kind = "environment"


class Unreachable(EnvironmentUnavailable):
    """An environment's packages are not here, and there is no network to get them: elsewhere, or later, it is available."""


class MachineError(SiteBuilderError):
    """This machine cannot do it: disk, permission, or a tool that failed."""

    exit_code = 3
    kind = "machine"


class ExecutionFailed(SiteBuilderError):
    """The code of at least one episode failed."""

    exit_code = 4
    kind = "execution"


class Busy(SiteBuilderError):
    """Another build of the same lesson holds the lock."""

    exit_code = 5
    kind = "busy"
