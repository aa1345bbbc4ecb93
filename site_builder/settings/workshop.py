"""The block ``workshop``: when a lesson is taught (docs/teaching.md)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Annotated, Any

from site_builder.settings.form import Form, block
from site_builder.settings.forms import STEM
from site_builder.settings.keys import Key
from site_builder.settings.times import ALTERNATIVES, BREAKS, CLOCK, DATE, date_of


@dataclass(frozen=True, slots=True)
class Day:
    """One day: the slug of its first episode (empty: the lesson's first), its date, and its start in minutes after midnight."""

    first: Annotated[str, Key(STEM, "The first episode of the day.", default="the lesson's first")] = ""
    date: Annotated[datetime.date | None, Key(DATE, "The day's date.")] = None
    start: Annotated[int | None, Key(CLOCK, "When the day starts.", default="`start` of the workshop")] = None


def _as_mapping(entry: Any) -> Any:
    """A day may be written as a date or an episode name only."""
    return entry if isinstance(entry, dict | list | None) else {"date" if date_of(entry) else "first": entry}


DAY = block(Day, before=_as_mapping, json={"type": ["string", "number"]})
DAYS = Form("a list", items=DAY, after=tuple, hint="write one day per line, after `- `")


@dataclass(frozen=True, slots=True)
class Workshop:
    """A workshop's days; the minutes of break after an episode by its slug, which replace the episode's own ``break``; and the slugs of
    episodes that are taught at the same time as an earlier one, with that one's.
    """

    days: Annotated[
        tuple[Day, ...], Key(DAYS, "One entry per day: a mapping of its keys, or only the name of an episode, or only a date.")
    ] = ()
    breaks: Annotated[
        Mapping[str, int], Key(BREAKS, "Minutes of break after an episode, instead of its own `break`: `lock-files: 30`.")
    ] = field(default_factory=lambda: MappingProxyType({}))
    alternatives: Annotated[
        Mapping[str, str],
        Key(ALTERNATIVES, "Episodes that are taught at the same time as the one before them, to other learners: `slurm: htcondor`."),
    ] = field(default_factory=lambda: MappingProxyType({}))
    start: Annotated[int | None, Key(CLOCK, 'Start of each day that has no `start` of its own: `"09:00"`.', default="00:00")] = None


def settled(workshop: Workshop) -> Workshop:
    """Give each day without a start the workshop's start; a start without days makes one day."""
    days = workshop.days or ((Day(),) if workshop.start is not None else ())
    return replace(workshop, days=tuple(replace(day, start=workshop.start if day.start is None else day.start) for day in days))


WORKSHOP = block(Workshop)
