"""Boxes beside the text: learners come back from an exercise to the folder in which they were. Pure.

What an exercise does to files and names stays, as it does for learners; only its ``cd`` does not lead the text that follows elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from site_builder.verification.typed.desk import kept_code, restored_code
from site_builder.verification.typed.fences import Exchange, Place
from site_builder.verification.typed.findings import Cause
from site_builder.verification.typed.names import Names


@dataclass(frozen=True, slots=True)
class Going:
    """How code of one language goes to another folder, and the code that remembers a place and goes back to it."""

    goes: re.Pattern[str]
    remember: str
    back: str


GOING: Mapping[str, Going] = {
    "bash": Going(
        re.compile(r"(?:^|[;&|(]\s*|[$%>] )\s*(?:cd|pushd|popd)\b", re.MULTILINE),
        'lesson_place=("$PWD" "${OLDPWD-}")',
        'cd "${lesson_place[0]}" 2> /dev/null && OLDPWD=${lesson_place[1]} || :',
    ),
    "python": Going(
        re.compile(r"\bchdir\(|^\s*%?(?:cd|pushd|popd)\b(?! *[=.(\[])", re.MULTILINE),
        "import os as _lesson_os; _lesson_place = _lesson_os.getcwd()",
        "_lesson_os.chdir(_lesson_place)",
    ),
}
"""By language; R is not among them, since knitr goes back after each chunk by itself."""


COMMAND = re.compile(r"(?:^|[;|&(]|\bdo\b|\bthen\b|\$\()\s*(?:[$>] )?([A-Za-z_][\w.-]*)(?!\w*=)", re.MULTILINE)
_ALONE = "echo printf seq expr true false test for do done in if then else fi while let export unset set read function return"
ALONE = frozenset(_ALONE.split())
"""Commands that look at no file."""
_READING = "ls pwd cat head tail wc sort uniq cut grep find less more man history file du df date whoami which type help clear diff cd"
READING = ALONE | frozenset(_READING.split())
"""Commands that change no file, unless they are told to write to one."""


@dataclass(frozen=True, slots=True)
class Around:
    """Code of ours around an exchange, each with its language: what goes ``back`` from the box before it, and what remembers the place."""

    back: tuple[tuple[str, str], ...] = ()
    remember: tuple[tuple[str, str], ...] = ()


def goes(exchange: Exchange) -> bool:
    """Tell whether the code of an exchange goes to another folder."""
    return code_goes(exchange.code, exchange.language)


def code_goes(code: str, language: str) -> bool:
    """Tell whether code goes to another folder."""
    going = GOING.get(language)
    return going is not None and going.goes.search(code) is not None


def turns(exchanges: Iterable[Exchange], *, at_home: bool) -> Iterator[Around]:
    """Yield for each exchange what runs before it, and at the end what runs after all of them.

    Where code of a box goes elsewhere, the place is remembered before the box, and gone back to after it. Of a shell's learners who are
    ``at_home``, the whole home folder is: not all of them do an exercise, and the outputs of the text do not show what one leaves.
    """
    page = list(exchanges)
    away = {(each.box, each.language) for each in page if _leads_away(each, at_home=at_home)}
    inside: set[tuple[int, str]] = set()
    for box, language in (*((exchange.box, exchange.language) for exchange in page), (0, "")):
        left = sorted(each for each in inside if each[0] != box)
        inside.difference_update(left)
        new = {(box, language)} & away - inside
        inside |= new
        yield Around(
            tuple((spoken, restored_code() if at_home else GOING[spoken].back) for _, spoken in left),
            tuple((spoken, kept_code() if at_home else GOING[spoken].remember) for _, spoken in new),
        )


def _may_change(exchange: Exchange) -> bool:
    """Tell whether a shell's code may change files."""
    return exchange.language == "bash" and (">" in exchange.code or not set(COMMAND.findall(exchange.code)) <= READING)


def apart(exchanges: Iterable[Exchange]) -> frozenset[int]:
    """Return the lines of exchanges after which, if nothing went back, the text would go on from something else.

    They go from the first one in a box that goes elsewhere or may change files to the end of the box.
    """
    found: set[int] = set()
    away: set[tuple[int, str]] = set()
    for exchange in exchanges:
        key = exchange.box, exchange.language
        if _leads_away(exchange, at_home=True):
            away.add(key)
        if key in away:
            found.add(exchange.line)
    return frozenset(found)


def _leads_away(exchange: Exchange, *, at_home: bool) -> bool:
    return bool(exchange.box) and (goes(exchange) or (at_home and _may_change(exchange)))


@dataclass(slots=True)
class SetAside:
    """Names of variables and files that the text uses and a box sets anew, while a page is read from top to bottom.

    Not all learners do an exercise, or what a callout warns of; so a difference that depends on such a name tells nothing.
    """

    _known: dict[str, set[str]] = field(default_factory=dict)
    _set: dict[tuple[str, str], tuple[int, Cause]] = field(default_factory=dict)

    def take(self, exchange: Exchange, names: Names) -> None:
        """Take note of code that ran."""
        known = self._known.setdefault(exchange.language, set())
        if exchange.place is Place.TEXT:
            known |= names.bound | (names.used if exchange.language == "bash" else frozenset())
            for name in names.bound:
                self._set.pop((exchange.language, name), None)
            return
        for name in names.bound & known:
            words = f"depends on `{name}`, which a box beside the text sets anew"
            self._set[exchange.language, name] = exchange.box, Cause("aside", name, words, exchange.line + 1)

    def cause(self, exchange: Exchange, names: Names) -> Cause | None:
        """Return the first such name on which code outside of that box depends."""
        found = [self._set[key] for name in names.used if (key := (exchange.language, name)) in self._set]
        return min((cause for box, cause in found if box != exchange.box), key=lambda cause: cause.line, default=None)
