"""When and how a lesson is taught: the ``workshop`` block of its settings (docs/teaching.md)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from site_builder.problems import Location, Problem, did_you_mean

KEYS = ("start", "days", "breaks")
DAY_KEYS = ("first", "date", "start")
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Day:
    """One day: the slug of the episode it begins with (empty: the lesson's first), its date, its start in minutes after midnight."""

    first: str = ""
    date: datetime.date | None = None
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Workshop:
    """A workshop's days, and minutes of break after an episode by its slug, in place of the episode's own ``break``."""

    days: tuple[Day, ...] = ()
    breaks: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


def read_workshop(values: Mapping[str, Any], path: PurePosixPath, lines: Mapping[str, int]) -> tuple[Workshop, tuple[Problem, ...]]:
    """Return the settings on the workshop; what cannot be used is a problem (``LS003``) and is left out.

    ``start`` is a time (``"09:00"``) for all days; ``days`` a list whose entries are a slug or ``first``, ``date`` and ``start``.
    """
    block, place = values.get("workshop"), Location(path, lines.get("workshop", 0))
    if block is None:
        return Workshop(), ()
    if not isinstance(block, dict):
        return Workshop(), (_wrong("`workshop` must be a mapping", place, f"its keys are {', '.join(KEYS)}"),)
    problems = [*_unknown(block, KEYS, "workshop", place)]
    start = _taken(minutes_of, block.get("start"), "workshop: start", 'a time such as "09:00"', problems, place)
    listed = block.get("days")
    if listed is not None and not isinstance(listed, list):
        problems.append(_wrong("`workshop: days` must be a list", place, "write one day a line, after `- `"))
    entries = listed if isinstance(listed, list) and listed else [{}] if start is not None else []
    days = tuple(_day(entry, start, problems, place) for entry in entries)
    return Workshop(days, MappingProxyType(_breaks(block.get("breaks"), problems, place))), tuple(problems)


def _day(entry: Any, start: int | None, problems: list[Problem], place: Location) -> Day:
    if not isinstance(entry, dict):
        entry = {"date" if date_of(entry) else "first": entry}
    problems += _unknown(entry, DAY_KEYS, "workshop: days", place)
    date = _taken(date_of, entry.get("date"), "workshop: days: date", "a date such as 2026-07-06", problems, place)
    own = _taken(minutes_of, entry.get("start"), "workshop: days: start", 'a time such as "09:00"', problems, place)
    first = entry.get("first")
    return Day(PurePosixPath(str(first)).stem if first is not None else "", date, start if own is None else own)


def _breaks(given: Any, problems: list[Problem], place: Location) -> dict[str, int]:
    if given is not None and not isinstance(given, dict):
        problems.append(_wrong("`workshop: breaks` must be a mapping", place, "write an episode's name, then the minutes after it"))
    found: dict[str, int] = {}
    for name, value in given.items() if isinstance(given, dict) else ():
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            found[PurePosixPath(str(name)).stem] = value
        else:
            problems.append(_wrong(f"`workshop: breaks: {name}` must be a whole number of minutes", place, f"it is {value!r}"))
    return found


def _taken(read: Any, value: Any, name: str, wanted: str, problems: list[Problem], place: Location) -> Any:
    """Read a value that may be absent; one that cannot be read is a problem."""
    found = None if value is None else read(value)
    if value is not None and found is None:
        problems.append(_wrong(f"`{name}` must be {wanted}", place, f"it is {value!r}"))
    return found


def minutes_of(value: Any) -> int | None:
    """Return a time of day as minutes after midnight; YAML reads an unquoted ``10:30`` as the number 630, which means the same."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 0 <= value < 24 * 60 else None
    found = CLOCK.fullmatch(str(value).strip())
    return int(found[1]) * 60 + int(found[2]) if found else None


def date_of(value: Any) -> datetime.date | None:
    """Return an ISO date, which YAML may have read already."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value).strip())
    except ValueError:
        return None


def _unknown(block: Mapping[Any, Any], known: tuple[str, ...], name: str, place: Location) -> Iterator[Problem]:
    for key in block:
        if key not in known:
            hint = did_you_mean(str(key), known) or f"known: {', '.join(known)}"
            yield _wrong(f"`{name}` has no setting `{key}`", place, hint)


def _wrong(message: str, place: Location, hint: str) -> Problem:
    return Problem("LS003", message, place, hint)
