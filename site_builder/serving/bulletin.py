"""What a preview has to tell its pages: which of them changed, what is wrong, what runs. Each change of it has a number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from site_builder.problems import Problem
from site_builder.serving.editors import Editor


@dataclass(frozen=True, slots=True)
class PreviewStatus:
    """The state of a preview: why there is no newer one, if so; all problems; the episodes that run.

    ``stale`` says of each episode with results of other code why they are.
    """

    failure: str = ""
    problems: tuple[Problem, ...] = ()
    running: tuple[str, ...] = ()
    stale: Mapping[str, str] = field(default_factory=dict)


class Bulletin:
    """The newest status, and when each file of the site last changed, as numbers that grow."""

    def __init__(self, boot: str, editor: Editor) -> None:
        """Begin with nothing; ``boot`` tells this server's numbers from those of an earlier one."""
        self.boot, self._editor = boot, editor
        self.number = 0
        self._status = PreviewStatus()
        self._changed: dict[str, int] = {}

    def post(self, status: PreviewStatus, changed: Iterable[str] = ()) -> bool:
        """Take in a new status and the addresses of changed files; tell whether anything is new."""
        named = tuple(changed)
        if status == self._status and not named:
            return False
        self.number += 1
        self._status = status
        self._changed |= dict.fromkeys(named, self.number)
        return True

    def since(self, number: int) -> dict[str, Any]:
        """Return what a page needs that knows everything up to a number, as plain values."""
        status = self._status
        return {
            "boot": self.boot,
            "number": self.number,
            "changed": sorted(name for name, when in self._changed.items() if when > number),
            "failure": status.failure,
            "problems": [self._plain(problem) for problem in status.problems],
            "running": list(status.running),
            "stale": dict(status.stale),
        }

    def _plain(self, problem: Problem) -> dict[str, Any]:
        place = problem.location
        return {
            "severity": problem.severity.value, "code": problem.code, "message": problem.message, "hint": problem.hint,
            "place": str(place), "editor": self._editor.address(place) if place.line else "",
        }  # fmt: skip
