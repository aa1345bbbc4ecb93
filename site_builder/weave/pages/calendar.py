"""The workshop as a calendar file (iCalendar, RFC 5545): an event for each episode."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from site_builder.weave.pages.days import Begin, WorkshopDay
from site_builder.weave.pages.view_context import link_to

CALENDAR = PurePosixPath("schedule.ics")
OCTETS = 75
"""Longer lines are folded (RFC 5545, 3.1)."""


def calendar(days: Sequence[WorkshopDay], titles: Mapping[PurePosixPath, str], *, name: str, url: str, stamp: str) -> str | None:
    """Return the calendar, or None unless every day has a date and a start time.

    ``titles`` are plain, by source path; ``name`` is the lesson's; ``url`` is the site's address (empty if unknown); ``stamp`` is an
    ISO date: the day of the build. Times are local to the workshop: no time zone is written (RFC 5545, 3.3.5,
    form 1).
    """
    if not days or any(day.date is None or day.start is None for day in days):
        return None
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//lesson//workshop schedule//EN", "CALSCALE:GREGORIAN"]
    for day in days:
        for begin in day.begins:
            source = begin.slot.source
            lines += (*_event(day, begin, f"{url or name} {source.slug}", stamp), f"SUMMARY:{escaped(titles[source.path])}")
            lines += (*((f"URL:{url}{link_to(source)}",) if url else ()), "END:VEVENT")
    return "".join(f"{line}\r\n" for line in folded((*lines, "END:VCALENDAR")))


def _event(day: WorkshopDay, begin: Begin, identity: str, stamp: str) -> Iterator[str]:
    """The beginning of an event; importing it again replaces the event with the same UID (RFC 5545, 3.8.4.7)."""
    assert day.date is not None
    midnight = datetime.datetime.combine(day.date, datetime.time())
    yield "BEGIN:VEVENT"
    yield f"UID:{hashlib.sha256(identity.encode()).hexdigest()[:32]}"
    yield f"DTSTAMP:{stamp.replace('-', '')}T000000Z"
    for name, minutes in (("DTSTART", begin.minutes), ("DTEND", begin.end)):
        yield f"{name}:{midnight + datetime.timedelta(minutes=minutes):%Y%m%dT%H%M%S}"


def escaped(text: str) -> str:
    """Return text as a value (RFC 5545, 3.3.11)."""
    for character in ("\\", ";", ","):
        text = text.replace(character, f"\\{character}")
    return " ".join(text.split())


def folded(lines: Sequence[str]) -> Iterator[str]:
    """Yield lines of at most 75 octets; continuations begin with a space, and no character is split."""
    for line in lines:
        piece = ""
        for character in line:
            if len(f"{piece}{character}".encode()) > OCTETS:
                yield piece
                piece = " "
            piece += character
        yield piece
