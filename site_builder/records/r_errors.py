"""What R says of an error, in the forms of its releases and libraries: that of `print.condition`, and that of rlang and evaluate 1.0."""

from __future__ import annotations

import re
from dataclasses import dataclass

PATTERN = re.compile(r"Error(?: in (?:`(?P<quoted>[^`]*)`|(?P<call>.*?)))? ?:(?=\s|\Z)\s*(?:! )?(?P<message>.*)", re.DOTALL)
"""``Error in f(1) : message``, ``Error: message``, or the call in backquotes and the message on its own line after ``!``
(https://rlang.r-lib.org/reference/topic-condition-formatting.html). A colon within a call is not followed by a space.
"""


@dataclass(frozen=True, slots=True)
class RError:
    """An error of R: its message, which may have several lines, and the call that raised it, if R names one."""

    message: str
    call: str = ""

    @property
    def words(self) -> str:
        """What R's console says of it."""
        return f"Error in {self.call}: {self.message}" if self.call else f"Error: {self.message}"

    @property
    def line(self) -> str:
        """The same on one line."""
        return " ".join(self.words.split())


def r_error(text: str) -> RError | None:
    """Return the error that a text of R says, or None if it says none."""
    found = PATTERN.match(text.strip())
    return RError(found["message"].strip(), " ".join((found["quoted"] or found["call"] or "").split())) if found else None
