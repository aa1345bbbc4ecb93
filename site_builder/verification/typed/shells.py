"""Commands of a shell whose output depends on the folder in which learners are, which their page alone does not make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from site_builder.verification.typed.asides import ALONE, COMMAND, goes
from site_builder.verification.typed.fences import Exchange
from site_builder.verification.typed.findings import WRONG, Cause, FenceFinding, FenceVerdict
from site_builder.verification.typed.listings import names_listed

PATTERN = re.compile(r"(?<![\\'\"])[*?](?!\w*['\"])")
LISTS = re.compile(r"\b(?:ls|find|tree|dir)\b")
ASKS = re.compile(r"\bpwd\b")
DEPENDS = "depends on a folder that learners have, or on what they did before"
LOST = frozenset(("file", "editor", "program", "git", "network", "placeholder", "stopped", "installation"))


def with_unknown_places(findings: Sequence[FenceFinding], exchanges: Iterable[Exchange], files: Iterable[str]) -> tuple[FenceFinding, ...]:
    """Return findings in which a difference of a shell's output is unknown where the shell was not where learners are.

    That is so after something of the text that could not run, until an output that depends on files is the same again; for a list of
    files of which most are nobody's; and in a box after such a list, or where it says itself that it is somewhere else. ``findings``
    are in the order of the page.
    """
    of_line: Mapping[int, Exchange] = {exchange.line: exchange for exchange in exchanges}
    places = _Places({part for file in files for part in file.split("/")} | _words(each for each in of_line.values() if not each.box))
    changed = []
    for finding in findings:
        exchange = next((of_line[line] for line in finding.fences if line in of_line), None)
        if finding.language == "bash" and exchange is not None:
            finding = places.judge(finding, exchange)
        changed.append(finding)
    return tuple(changed)


@dataclass(slots=True)
class _Places:
    """Names of files that are ``known``; why the shell is ``lost``, in the text and by the number of a box."""

    known: set[str]
    lost: Cause | None = None
    boxes: dict[int, Cause] = field(default_factory=dict)

    def judge(self, finding: FenceFinding, exchange: Exchange) -> FenceFinding:
        if exchange.box:
            if goes(exchange):
                self.lost = self.lost or Cause("place", "", "goes to another folder in an exercise", exchange.line + 1)
            self.known |= _words([exchange])
        if finding.verdict in WRONG and _elsewhere(exchange, self.known, lost=bool(self.lost or exchange.box in self.boxes)):
            why = self.boxes.get(exchange.box) or Cause("place", "", DEPENDS, self.lost.line if self.lost else finding.line)
            finding = replace(finding, verdict=FenceVerdict.UNKNOWN, cause=why)
        cause = finding.cause if finding.verdict is FenceVerdict.UNKNOWN else None
        lacking = cause is not None and cause.kind in LOST
        if exchange.box:
            if cause and (lacking or cause.kind == "place" or ASKS.search(exchange.code)):
                self.boxes.setdefault(exchange.box, Cause("place", "", DEPENDS, exchange.line + 1))
        elif lacking:
            self.lost = self.lost or cause
        elif finding.verdict in (FenceVerdict.SAME, FenceVerdict.SPACING) and _looks(exchange):
            self.lost = None
        return finding


def _words(exchanges: Iterable[Exchange]) -> set[str]:
    return {word for exchange in exchanges for word in re.findall(r"[\w.-]+", exchange.code)}


def _looks(exchange: Exchange) -> bool:
    """Tell whether a shell's code prints something that depends on files."""
    printed = any(item.text.strip() for item in exchange.typed)
    return printed and (not set(COMMAND.findall(exchange.code)) <= ALONE or PATTERN.search(exchange.code) is not None)


def _elsewhere(exchange: Exchange, known: set[str], *, lost: bool) -> bool:
    commands = set(COMMAND.findall(exchange.code))
    if commands <= ALONE and not PATTERN.search(exchange.code):
        return False
    if lost:
        return True
    typed = {name.rstrip("/*@") for item in exchange.typed for name in names_listed(item.text)}
    return bool(LISTS.search(exchange.code)) and 2 * len(typed & known) < len(typed)
