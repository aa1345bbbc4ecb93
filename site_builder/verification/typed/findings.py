"""What is found about the fences of a page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class FenceVerdict(Enum):
    """What is said of a typed output, or of code that has none."""

    SAME = "same"
    SPACING = "white space"
    DIFFERS = "differs"
    FAILED = "raises instead"
    NOT_RAISED = "does not raise"
    UNKNOWN = "unknown"
    UNTYPED = "nothing typed"
    LEFT_OUT = "not looked at"


WRONG = frozenset((FenceVerdict.DIFFERS, FenceVerdict.FAILED, FenceVerdict.NOT_RAISED))
"""Verdicts by which the page is wrong."""


WARNS = "warns"
"""The kind of cause that the output is right, and the code needs another form."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something is unknown or differs: a kind and what it is about, which make two causes one, the words, and the line it begins at."""

    kind: str
    about: str
    words: str
    line: int = 0

    @property
    def key(self) -> tuple[str, str]:
        """By which causes are grouped."""
        return self.kind, self.about


@dataclass(frozen=True, slots=True)
class FenceFinding:
    """A verdict on fences of a page, which begin at ``fences``: each fence is in one finding of its page.

    ``line`` is what a reader looks at: the typed output, or the code that raised. ``difference`` is a unified diff without header lines;
    ``now`` is what the code prints, for those who want to type it; ``several`` tells that more than one fence shows it.
    """

    verdict: FenceVerdict
    line: int
    fences: tuple[int, ...]
    language: str = ""
    cause: Cause | None = None
    difference: tuple[str, ...] = ()
    now: str = ""
    several: bool = False
