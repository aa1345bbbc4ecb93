"""A workshop's days: the episodes of each, and when they begin."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from site_builder.problems import Location, Problem, did_you_mean
from site_builder.settings.lesson import Settings
from site_builder.settings.workshop import Day
from site_builder.weave.pages.alternatives import misplaced_alternatives, side_by_side
from site_builder.weave.pages.timetable import Slot, Timetable, together


@dataclass(frozen=True, slots=True)
class Begin:
    """An episode and when it begins: minutes after midnight, or after the day's beginning if no time is set."""

    slot: Slot
    minutes: int

    @property
    def end(self) -> int:
        """When its break begins, or what comes next."""
        return self.minutes + self.slot.minutes - self.slot.pause


@dataclass(frozen=True, slots=True)
class WorkshopDay:
    """One day, numbered from 1; a break after its last episode does not count."""

    number: int
    date: datetime.date | None
    start: int | None
    begins: tuple[Begin, ...]

    @property
    def end(self) -> int:
        """When the day's last episode ends, counted as its episodes are."""
        return max(begin.end for begin in self.begins)

    def breaks(self) -> Iterator[tuple[Begin, int]]:
        """Yield the last of the episodes before each break, with the minute when the break begins."""
        groups = [list(group) for _, group in groupby(self.begins, lambda begin: begin.slot.number)]
        for group, following in pairwise(groups):
            done = max(begin.end for begin in group)
            if done < following[0].minutes:
                yield group[-1], done


def workshop_days(settings: Settings, timetable: Timetable) -> tuple[tuple[WorkshopDay, ...], tuple[Problem, ...]]:
    """Distribute the episodes over the days in the settings; no days if there are none.

    A day that begins with an unknown episode, with none, or out of order is a problem (``LS026``) and is left out.
    """
    slugs = [slot.source.slug for slot in timetable.slots]
    place = settings.place("workshop")
    beside = side_by_side(settings, slugs)
    problems = [*_unknown_breaks(settings, slugs, place), *misplaced_alternatives(settings, slugs)]
    first_of: list[tuple[int, Day]] = []
    for number, day in enumerate(settings.workshop.days, 1):
        if day.first in beside:
            continue
        index = _first(day, number, slugs)
        if index is None or (first_of and index <= first_of[-1][0]):
            problems.append(_misplaced(day, number, slugs, place))
        else:
            first_of.append((index, day))
    return tuple(_days(first_of, timetable.slots)) if first_of and slugs else (), tuple(problems)


def wall_clock(minutes: int) -> str:
    """Write minutes after midnight as ``HH:MM``."""
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _first(day: Day, number: int, slugs: Sequence[str]) -> int | None:
    """The index of a day's first episode; the first day begins with the lesson."""
    index = slugs.index(day.first) if day.first in slugs else None
    if number == 1:
        return 0 if not day.first or index == 0 else None
    return index


def _days(first_of: Sequence[tuple[int, Day]], slots: Sequence[Slot]) -> Iterator[WorkshopDay]:
    ends = [index for index, _ in first_of[1:]] + [len(slots)]
    for number, ((index, day), end) in enumerate(zip(first_of, ends, strict=True), 1):
        begins: list[Begin] = []
        minutes = day.start or 0
        for _, group in groupby(slots[index if number > 1 else 0 : end], lambda slot: slot.number):
            beside = tuple(group)
            begins += (Begin(slot, minutes) for slot in beside)
            minutes += together(beside)
        yield WorkshopDay(number, day.date, day.start, tuple(begins))


def _misplaced(day: Day, number: int, slugs: Sequence[str], place: Location) -> Problem:
    if not day.first:
        message, hint = f"day {number} of the workshop names no first episode", "write `first: ` and its file name"
    elif day.first not in slugs:
        message = f"day {number} of the workshop begins with `{day.first}`, which is not an episode"
        hint = did_you_mean(day.first, slugs) or f"known: {', '.join(slugs)}"
    elif number == 1:
        message, hint = f"the workshop's first day begins with `{day.first}`, not with the lesson's first episode", f"write `{slugs[0]}`"
    else:
        message = f"day {number} of the workshop begins with `{day.first}`, but an earlier day begins with this episode or a later one"
        hint = "list the days in the order of the episodes"
    return Problem("LS026", message, place, hint)


def _unknown_breaks(settings: Settings, slugs: Sequence[str], place: Location) -> Iterator[Problem]:
    for slug in settings.workshop.breaks:
        if slug not in slugs:
            hint = did_you_mean(slug, slugs) or f"known: {', '.join(slugs)}"
            yield Problem("LS026", f"the workshop has a break after `{slug}`, which is not an episode", place, hint)
