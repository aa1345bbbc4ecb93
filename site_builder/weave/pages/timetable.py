"""When each episode begins and how far along it is (https://github.com/carpentries/sandpaper/blob/main/R/get_syllabus.R)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType

from site_builder.lesson.model import SourceFile
from site_builder.markdown.document import Document
from site_builder.problems import Location, Problem, Severity

NO_BREAKS: Mapping[str, int] = MappingProxyType({})
NO_MINUTES = "LS603"
"""Code of the problem that an episode states no duration."""

DEFAULT_MINUTES = 5
"""Used for teaching or exercise time that an episode does not state."""


@dataclass(frozen=True, slots=True)
class Slot:
    """An episode's place in the schedule: number from 1, start, length (with break) and ``pause`` (the break at its end) in minutes."""

    source: SourceFile
    number: int
    start: int
    minutes: int
    pause: int = 0


@dataclass(frozen=True, slots=True)
class Timetable:
    """All episodes in order."""

    slots: tuple[Slot, ...] = ()

    @property
    def total(self) -> int:
        """Minutes of the whole lesson."""
        return self.slots[-1].start + self.slots[-1].minutes if self.slots else 0

    def progress(self, slot: Slot) -> int:
        """Return the percentage of the lesson before an episode: 0 for the first."""
        return round(100 * slot.start / self.total) if self.total else 0


def timetable(
    episodes: tuple[SourceFile, ...], documents: Mapping[PurePosixPath, Document], breaks: Mapping[str, int] = NO_BREAKS
) -> tuple[Timetable, tuple[Problem, ...]]:
    """Lay the episodes end to end; an episode that lacks a time counts `DEFAULT_MINUTES` for it and is named.

    ``breaks`` are minutes after an episode by its slug, instead of its own. A time that is not a whole number was reported when
    the front matter was read.
    """
    slots: list[Slot] = []
    problems: list[Problem] = []
    start = 0
    for number, source in enumerate(episodes, 1):
        front = documents[source.path].front_matter
        for key, value in (("teaching", front.teaching), ("exercises", front.exercises)):
            if value is None and key not in front.lines:
                problems.append(_missing(key, source))
        pause = breaks.get(source.slug, front.pause)
        minutes = sum(DEFAULT_MINUTES if value is None else value for value in (front.teaching, front.exercises)) + pause
        slots.append(Slot(source, number, start, minutes, pause))
        start += minutes
    return Timetable(tuple(slots)), tuple(problems)


def clock(minutes: int) -> str:
    """Write minutes as ``HHh MMm``; after a day the hours keep counting."""
    return f"{minutes // 60:02d}h {minutes % 60:02d}m"


def _missing(key: str, source: SourceFile) -> Problem:
    message = f"the episode has no minutes for '{key}': the schedule counts {DEFAULT_MINUTES}"
    return Problem(NO_MINUTES, message, Location(source.path, 1), f"write '{key}: 10' in the front matter", Severity.WARNING)
