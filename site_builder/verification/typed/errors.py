"""Typed errors: what is raised is compared by its type and message, in whatever shape its traceback was pasted."""

from __future__ import annotations

import builtins
import re
from dataclasses import dataclass

from site_builder.records import r_errors
from site_builder.records.model import Raised
from site_builder.terminal import plain
from site_builder.verification.typed.text import fits, squeezed, squeezed_lines

CELL_FILE = re.compile(r"(?:, line \d+)?(?: \((?:[^()]*\.py|<[^<>]*>|ipython-input[^()]*), line \d+\))$")
"""The location in a kernel's syntax error: a file whose name is random."""
NAMED = re.compile(r"^\s*(?:[EW] +)?(?P<name>(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)(?:\s*:(?P<message>.*))?\s*$")
TRACEBACK = re.compile(r"Traceback \(most recent call last\)|^-{5,}|^\s*File \"|^-+> ?\d+|^Cell In ?\[|^<ipython-input", re.MULTILINE)
HEADED = re.compile(r"^(?P<name>[\w.]+)\s+Traceback \(most recent call last\)", re.MULTILINE)
"""The first line of IPython's traceback, which may be all that was pasted."""
COMMENTED = re.compile(r"^#+>? ?", re.MULTILINE)
"""How knitr begins the lines of outputs."""
R_WARNING = re.compile(r"Warning(?: message| in (?:.*?))? ?(?:messages?)?:\s*(?P<message>.*)", re.DOTALL)
WARNING = re.compile(r"(?P<name>\b\w*Warning): ?(?P<message>[^\n]*)")
SUGGESTION = re.compile(r"[.:]? (?:Did you mean|Perhaps you forgot|Maybe you meant|Or did you forget)[^\n]*$")


@dataclass(frozen=True, slots=True)
class Error:
    """An error: the last part of its type's name, and its message."""

    name: str
    message: str

    @property
    def words(self) -> str:
        """As the last line of a traceback says it."""
        return f"{self.name}: {self.message}".strip(": ")


def raised_error(raised: Raised) -> Error:
    """Return what was raised, without the name of the kernel's file."""
    return Error(raised.name.rpartition(".")[2], CELL_FILE.sub("", plain(raised.value).strip()))


def typed_error(text: str, expected: str) -> Error | None:
    """Return the error that a typed text names: of the ``expected`` type if it is there, else the last one; None if it names none."""
    lines = text.strip("\n").split("\n")
    found: Error | None = None
    for number, line in enumerate(lines):
        named = NAMED.match(line)
        if not named or not _is_error_name(named["name"], named["message"] is not None, expected):
            continue
        name = named["name"].rpartition(".")[2]
        rest = "\n".join(((named["message"] or "").strip(), *(each.rstrip() for each in lines[number + 1 :]))).strip()
        candidate = Error(name, CELL_FILE.sub("", rest))
        if name == expected:
            return candidate
        found = candidate
    if found is None and (headed := HEADED.search(text)):
        return Error(headed["name"].rpartition(".")[2], "")
    return found


def _is_error_name(dotted: str, has_message: bool, expected: str) -> bool:
    name = dotted.rpartition(".")[2]
    known = getattr(builtins, name, None)
    if name == expected or (isinstance(known, type) and issubclass(known, BaseException)):
        return True
    return bool(re.search(r"(?:Error|Exception|Warning|Interrupt|Exit)$", name)) and (has_message or "." in dotted)


def looks_like_error(text: str) -> bool:
    """Tell whether a typed text is a traceback or its last line."""
    if r_errors.r_error(COMMENTED.sub("", text.strip())):
        return True
    last = next((line for line in reversed(text.strip().split("\n")) if line.strip()), "")
    named = NAMED.match(last)
    return bool(TRACEBACK.search(text)) or bool(named and _is_error_name(named["name"], named["message"] is not None, ""))


def same_error(typed: Error, now: Error) -> bool:
    """Tell whether two errors have one type and one message; a message that was left out, or whose middle was, is the same."""
    if typed.name != now.name:
        return False
    if not typed.message or squeezed(typed.message) == squeezed(now.message):
        return True
    lines, others = (squeezed_lines(error.message.split("\n")) for error in (typed, now))
    if len(lines) > 1 and len(others) > 1:
        return fits(lines, others)
    first, one = squeezed(typed.message.split("\n")[0]), squeezed(now.message.split("\n")[0])
    return first == one or SUGGESTION.sub("", first) == SUGGESTION.sub("", one) or fits([first], [one])


def r_message(text: str) -> str:
    """Return the message of an error or a warning of R, without the call and the line breaks that R puts between them."""
    joined = squeezed(COMMENTED.sub("", text.strip()))
    if error := r_errors.r_error(joined):
        joined = error.message
    elif found := R_WARNING.match(joined):
        joined = found["message"].strip()
    return re.sub(r"^(?:! |In [^:]+ : ?)", "", joined).replace("`", "'").replace("‘", "'").replace("’", "'")


def warnings_in(text: str) -> list[Error]:
    """Return the warnings that a text of Python names, without the places where they were given."""
    return [Error(found["name"], squeezed(found["message"])) for found in WARNING.finditer(plain(text))]
