"""Commands of a shell whose output depends on the folder in which learners are, which their page alone does not make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from site_builder.verification.typed.fences import Exchange, Place
from site_builder.verification.typed.findings import WRONG, Cause, FenceFinding, FenceVerdict

_ALONE = "echo printf seq expr true false test for do done in if then else fi while let export unset set read function return"
ALONE = frozenset(_ALONE.split())
"""Commands that look at no file."""
COMMAND = re.compile(r"(?:^|[;|&(]|\bdo\b|\bthen\b|\$\()\s*(?:[$>] )?([A-Za-z_][\w.-]*)(?!\w*=)", re.MULTILINE)
PATTERN = re.compile(r"(?<![\\'\"])[*?](?!\w*['\"])")
LISTS = re.compile(r"\b(?:ls|find|tree|dir)\b")
MOVES = re.compile(r"(?:^|[;&|]\s*|[$%>] )\s*(?:cd|pushd|popd)\b", re.MULTILINE)
LOST = frozenset(("file", "editor", "program", "git", "network", "placeholder", "stopped", "installation"))


def with_unknown_places(findings: Sequence[FenceFinding], exchanges: Iterable[Exchange], files: Iterable[str]) -> tuple[FenceFinding, ...]:
    """Return findings in which a difference of a shell's output is unknown where the shell was not where learners are.

    That is so after something of the text that could not run, until an output that depends on files is the same again; and for a list of
    files that nobody has. ``findings`` are in the order of the page.
    """
    of_line: Mapping[int, Exchange] = {exchange.line: exchange for exchange in exchanges}
    known = {part for file in files for part in file.split("/")} | {
        word for exchange in of_line.values() for word in re.findall(r"[\w.-]+", exchange.code)
    }
    changed = []
    lost: Cause | None = None
    for finding in findings:
        exchange = next((of_line[line] for line in finding.fences if line in of_line), None)
        if finding.language == "bash" and exchange is not None:
            if exchange.place is not Place.TEXT and MOVES.search(exchange.code):
                lost = lost or Cause("place", "", "goes to another folder in an exercise", exchange.line + 1)
            if finding.verdict is FenceVerdict.UNKNOWN and finding.cause and finding.cause.kind in LOST:
                lost = lost or (finding.cause if exchange.place is Place.TEXT else None)
            elif finding.verdict in (FenceVerdict.SAME, FenceVerdict.SPACING) and exchange.place is Place.TEXT and _looks(exchange):
                lost = None
            elif finding.verdict in WRONG and _elsewhere(exchange, known, lost is not None):
                words = "depends on a folder that learners have, or on what they did before"
                cause = Cause("place", "", words, lost.line if lost else finding.line)
                finding = replace(finding, verdict=FenceVerdict.UNKNOWN, cause=cause)
        changed.append(finding)
    return tuple(changed)


def _looks(exchange: Exchange) -> bool:
    """Tell whether a shell's code prints something that depends on files."""
    printed = any(item.text.strip() for item in exchange.typed)
    return printed and (not set(COMMAND.findall(exchange.code)) <= ALONE or PATTERN.search(exchange.code) is not None)


def _elsewhere(exchange: Exchange, known: set[str], lost: bool) -> bool:
    commands = set(COMMAND.findall(exchange.code))
    if commands <= ALONE and not PATTERN.search(exchange.code):
        return False
    if lost:
        return True
    typed = {name.rstrip("/*@") for item in exchange.typed for name in item.text.split()}
    return bool(LISTS.search(exchange.code)) and not typed & known
