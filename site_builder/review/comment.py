"""Writes the comment from a report that nobody vouches for: every word of it stands in a block of code, where nothing is active.

In a fenced block there is no Markdown, no HTML and no mention (https://github.github.com/gfm/#fenced-code-blocks); its fence is longer than
any run of backticks in it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from site_builder.review.archive import Refused

MARKER = "<!-- lesson-review -->"
"""How the comment begins by which the next run finds it."""

SCHEMA = 1
LONGEST = 60_000
"""Characters of a comment; GitHub takes 65536."""
EPISODES, LINES, PAGES = 40, 60, 100
"""Episodes that are shown, lines of each, and names of pages."""
WIDTH = 160
FENCE = 3
STATES = ("changed", "results added", "results gone")
"""What can have become of an episode's results."""


@dataclass(frozen=True, slots=True)
class Remark:
    """The comment, and whether there is anything to tell."""

    text: str
    changes: bool


def comment(data: bytes, run: str) -> Remark:
    """Return the comment on a report, which is JSON as `lesson review` writes it; ``run`` is the address of the run, which is trusted.

    Raises:
        Refused: it is no such report.
    """
    report = _report(data)
    episodes, pages = _listed(report, "episodes"), report.get("pages")
    if not isinstance(pages, dict):
        raise Refused("the report has no pages")
    outputs = list(_outputs(episodes))
    named = [line for mark, kind in (("+", "added"), ("!", "changed"), ("-", "removed")) for line in _names(pages, kind, mark)]
    figures = report.get("figures", 0)
    figures = figures if isinstance(figures, int) and not isinstance(figures, bool) and 0 < figures < 10**6 else 0
    parts = [MARKER, f"What the build of this pull request says that it changes ([run]({run})). Nobody has checked it."]
    parts += ["### Outputs", _block(outputs)] if outputs else ["No output of a cell changes."]
    if figures:
        parts.append(f"{figures} figure{'s' if figures > 1 else ''} before and after: `figures.html` in the artifact `changes` of the run.")
    parts += ["### Pages", _block(named)] if named else ["The text of no page changes."]
    return Remark("\n\n".join(parts) + "\n", bool(outputs or named or figures))


def _report(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise Refused("the report is no JSON") from error
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise Refused("the report has another form")
    return found


def _listed(value: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = value.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Refused(f"the report has no list of {key}")
    return found


def _lines(value: dict[str, Any], key: str) -> list[str]:
    found = value.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise Refused(f"the report has {key} that are no lines")
    return found


def _outputs(episodes: list[dict[str, Any]]) -> Iterator[str]:
    for number, episode in enumerate(episodes[:EPISODES]):
        state = episode.get("state")
        if state not in STATES:
            raise Refused("the report has an unknown state")
        yield from [""] if number else []
        yield f"{_text(episode.get('path'))}: {state}"
        lines = list(_cells(_listed(episode, "cells")))
        yield from lines[:LINES]
        if len(lines) > LINES:
            yield f"  … and {len(lines) - LINES} more lines"
    if len(episodes) > EPISODES:
        yield f"… and {len(episodes) - EPISODES} more episodes"


def _cells(cells: list[dict[str, Any]]) -> Iterator[str]:
    for cell in cells:
        note = _text(cell.get("note", ""))
        yield f"  cell {_text(cell.get('cell'))}" + (f": {note}" if note else "")
        for line in _lines(cell, "outputs"):
            sign = line[:1] if line[:1] in ("+", "-") else " "
            yield f"{sign} {_text(line[1:] if sign != ' ' else line)}"


def _names(pages: dict[str, Any], kind: str, mark: str) -> Iterator[str]:
    names = _lines(pages, kind)
    yield from (f"{mark} {_text(name)}" for name in names[:PAGES])
    if len(names) > PAGES:
        yield f"{mark} … and {len(names) - PAGES} more"


def _text(value: Any) -> str:
    """Return a text on one line, cut, without characters that are not seen or that turn the direction of others."""
    if not isinstance(value, str):
        raise Refused("the report has something else than a text")
    plain = "".join("\ufffd" if unicodedata.category(each) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") else each for each in value[: WIDTH + 1])
    return plain if len(plain) <= WIDTH else f"{plain[: WIDTH - 1]}…"


def _block(lines: Iterable[str]) -> str:
    """Return lines as a block of code that none of them can end, cut where a comment would be too long."""
    kept, room = [], LONGEST // 3
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            kept.append("…")
            break
        kept.append(line)
    longest = max((len(run) for line in kept for run in re.findall("`+", line)), default=0)
    fence = "`" * max(FENCE, longest + 1)
    return f"{fence}diff\n" + "\n".join(kept) + f"\n{fence}"
