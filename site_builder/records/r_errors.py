"""What R says of an error, in the forms of its releases and libraries: that of `print.condition`, and that of rlang and evaluate 1.0."""

from __future__ import annotations

import re
from dataclasses import dataclass

PATTERN = re.compile(r"Error(?: in (?:`(?P<quoted>[^`]*)`|(?P<call>.*?)))? ?:(?=\s|\Z)\s*(?:! )?(?P<message>.*)", re.DOTALL)
"""``Error in f(1) : message``, ``Error: message``, or the call in backquotes and the message on its own line after ``!``
(https://rlang.r-lib.org/reference/topic-condition-formatting.html). A colon within a call is not followed by a space.
"""

CRASH = re.compile(r"^ ?\*\*\* caught (?P<what>.+?) \*\*\*\n(?:address (?P<where>.*)\n)?\s*Traceback:$", re.MULTILINE)
"""What R says when a fault of a library or of R itself ends it; the calls follow, from the innermost one to knitr's and the builder's."""

CALL = re.compile(r"^ *\d+: (?P<call>.*)$", re.MULTILINE)
MOST_CALLS = 4
LONGEST = 100


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


def crash(text: str) -> str:
    """Return what R's words say of its own end, with the innermost calls of the code that ran; empty if they say nothing of one."""
    found = CRASH.search(text)
    if found is None:
        return ""
    calls: list[str] = []
    for each in CALL.finditer(text, found.end()):
        if re.match(r"(?:base::)?(?:eval\(|withVisible\(|withCallingHandlers\()", each["call"]) or len(calls) == MOST_CALLS:
            break
        calls.append(" ".join(each["call"].split())[:LONGEST])
    where = f" (address {found['where']})" if found["where"] else ""
    return "\n".join((f"{found['what']}{where}", *(f"in {call}" for call in calls)))
