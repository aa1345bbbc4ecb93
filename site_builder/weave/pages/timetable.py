"""When each episode begins and how far along it is (https://github.com/carpentries/sandpaper/blob/main/R/get_syllabus.R)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from types import MappingProxyType

from site_builder.lesson.model import SourceFile
from site_builder.markdown.document import Document
from site_builder.problems import Location, Problem, Severity

NO_BREAKS: Mapping[str, int] = MappingProxyType({})
NO_ALTERNATIVES: Mapping[str, str] = MappingProxyType({})
NO_MINUTES = "LS603"
"""Code of the problem that an episode states no duration."""

DEFAULT_MINUTES = 5
"""Used for teaching or exercise time that an episode does not state."""


@dataclass(frozen=True, slots=True)
class Slot:
    """An episode's place in the schedule: number from 1, start, length (with break) and ``pause`` (the break at its end) in minutes.

    Episodes that are taught at the same time have the same number and start.
    """

    source: SourceFile
    number: int
    start: int
    minutes: int
    pause: int = 0


@dataclass(frozen=True)
class Timetable:
    """All episodes in order."""

    slots: tuple[Slot, ...] = ()

    @cached_property  # each episode's page asks
    def total(self) -> int:
        """Minutes of the whole lesson."""
        return self.slots[-1].start + together([slot for slot in self.slots if slot.number == self.count]) if self.slots else 0

    @property
    def count(self) -> int:
        """How many episodes somebody follows: of those taught at the same time, one."""
        return self.slots[-1].number if self.slots else 0

    def progress(self, slot: Slot) -> int:
        """Return the percentage of the lesson before an episode: 0 for the first."""
        return round(100 * slot.start / self.total) if self.total else 0


def together(slots: Sequence[Slot]) -> int:
    """Return the minutes of episodes taught at the same time: the longest of them, then the longest break."""
    return max(slot.minutes - slot.pause for slot in slots) + max(slot.pause for slot in slots)


def timetable(
    episodes: tuple[SourceFile, ...],
    documents: Mapping[PurePosixPath, Document],
    breaks: Mapping[str, int] = NO_BREAKS,
    alternatives: Mapping[str, str] = NO_ALTERNATIVES,
) -> tuple[Timetable, tuple[Problem, ...]]:
    """Lay the episodes end to end; an episode that lacks a time counts `DEFAULT_MINUTES` for it and is named.

    ``breaks`` are minutes after an episode by its slug, instead of its own; ``alternatives`` are those taught at the same time as the
    one before them (`site_builder.weave.pages.alternatives.side_by_side`). A time that is not a whole number was reported when
    the front matter was read.
    """
    slots: list[Slot] = []
    problems: list[Problem] = []
    number = start = 0
    group: list[Slot] = []
    for source in episodes:
        front = documents[source.path].front_matter
        for key, value in (("teaching", front.teaching), ("exercises", front.exercises)):
            if value is None and key not in front.lines:
                problems.append(_missing(key, source))
        pause = breaks.get(source.slug, front.pause)
        minutes = sum(DEFAULT_MINUTES if value is None else value for value in (front.teaching, front.exercises)) + pause
        if source.slug not in alternatives:
            start += together(group) if group else 0
            number += 1
            group = []
        group.append(Slot(source, number, start, minutes, pause))
        slots.append(group[-1])
    return Timetable(tuple(slots)), tuple(problems)


def clock(minutes: int) -> str:
    """Write minutes as ``HHh MMm``; after a day the hours keep counting."""
    return f"{minutes // 60:02d}h {minutes % 60:02d}m"


def _missing(key: str, source: SourceFile) -> Problem:
    message = f"the episode has no minutes for '{key}': the schedule counts {DEFAULT_MINUTES}"
    return Problem(NO_MINUTES, message, Location(source.path, 1), f"write '{key}: 10' in the front matter", Severity.WARNING)
