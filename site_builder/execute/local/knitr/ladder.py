"""When a running document is stopped: which limit a part of it has passed, and whether R reacts when it is asked to stop. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from site_builder.execute.base import Reason
from site_builder.execute.limits import Limits


class Order(Enum):
    """What to do now: nothing, ask R to stop what runs, or kill it."""

    GO_ON = "go on"
    ASK = "ask"
    KILL = "kill"


@dataclass(slots=True)
class Ladder:
    """The limits of one document. Times are seconds of a clock that never goes back; ``written`` counts bytes since the part began.

    A part that passes a limit is asked to stop. It is killed if nothing is heard of it in time, or if it passes a limit once more.
    """

    limits: Limits
    written: int = 0
    reason: Reason = Reason.TIMEOUT
    words: str = ""
    _part: int = -1
    _began: float = 0.0
    _asked: float | None = None
    _heard: int = 0
    _answered: bool = False

    def look(self, part: int, heard: int, allowed: float, now: float) -> Order:
        """Say what to do with a ``part`` that may take ``allowed`` seconds, of which, with those before, so many events were ``heard``.

        With `Order.ASK`, ``reason`` and ``words`` say which limit it has passed.
        """
        if part != self._part:
            self._part, self._began, self.written, self._asked = part, now, 0, None
        if self._asked is None:
            if not self._passed(allowed, now):
                return Order.GO_ON
            self._asked, self._heard, self._answered = now, heard, False
            return Order.ASK
        if not self._answered and heard != self._heard:
            self._began, self.written, self._answered = now, 0, True
            return Order.GO_ON
        late = self._passed(allowed, now) if self._answered else now - self._asked > self.limits.interrupt_seconds
        return Order.KILL if late else Order.GO_ON

    def wait(self, now: float) -> None:
        """Begin to count anew: R waits for somebody who has limits of his own."""
        self._began = now

    def _passed(self, allowed: float, now: float) -> bool:
        if now - self._began > allowed:
            self.reason, self.words = Reason.TIMEOUT, f"the cell took longer than {allowed:g} s"
            return True
        if self.written > self.limits.flood_bytes:
            self.reason, self.words = Reason.FLOODED, f"the cell wrote so much that it was stopped ({self.written} bytes)"
            return True
        return False
