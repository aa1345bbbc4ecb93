"""A workshop's days and its calendar."""

from __future__ import annotations

import datetime
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.lesson.model import Kind, SourceFile
from site_builder.settings.lesson import Settings
from site_builder.settings.workshop import Day, Workshop
from site_builder.weave.pages.calendar import calendar, escaped, folded
from site_builder.weave.pages.days import WorkshopDay, wall_clock, workshop_days
from site_builder.weave.pages.timetable import Slot, Timetable

MONDAY = datetime.date(2026, 7, 6)


def table(*minutes: tuple[int, int]) -> Timetable:
    """Episodes a, b, c … of these lengths, breaks counted in, and breaks."""
    slots, start = [], 0
    for number, (length, pause) in enumerate(minutes, 1):
        source = SourceFile(PurePosixPath(f"episodes/{'abcdef'[number - 1]}.md"), Kind.EPISODE)
        slots.append(Slot(source, number, start, length, pause))
        start += length
    return Timetable(tuple(slots))


TABLE = table((60, 15), (30, 0), (45, 10))


def days(workshop: Workshop, timetable: Timetable = TABLE) -> tuple[tuple[WorkshopDay, ...], list[str]]:
    found, problems = workshop_days(Settings(workshop=workshop, marks={("workshop",): (7, 1)}), timetable)
    assert all(problem.code == "LS026" and problem.location.line == 7 and problem.hint for problem in problems)
    return found, [problem.message for problem in problems]


def test_a_lesson_without_settings_has_no_days() -> None:
    assert days(Workshop()) == ((), [])


def test_episodes_follow_each_other_with_breaks_between_them() -> None:
    (day,), problems = days(Workshop((Day(start=540),)))
    assert problems == []
    assert [(wall_clock(begin.minutes), wall_clock(begin.end)) for begin in day.begins] == [
        ("09:00", "09:45"), ("10:00", "10:30"), ("10:30", "11:05"),
    ]  # fmt: skip
    assert wall_clock(day.end) == "11:05"


def test_each_day_begins_anew() -> None:
    found, problems = days(Workshop((Day(start=540), Day("c", start=810))))
    assert problems == []
    assert [[begin.slot.source.slug for begin in day.begins] for day in found] == [["a", "b"], ["c"]]
    assert [day.number for day in found] == [1, 2]
    assert found[1].begins[0].minutes == 810


def test_days_without_a_time_count_from_their_beginning() -> None:
    found, _ = days(Workshop((Day(), Day("b"))))
    assert [day.start for day in found] == [None, None]
    assert [begin.minutes for begin in found[1].begins] == [0, 30]


@pytest.mark.parametrize(
    ("workshop", "message", "left"),
    [
        (Workshop((Day(), Day())), "day 2 of the workshop names no first episode", 1),
        (Workshop((Day(), Day("x"))), "day 2 of the workshop begins with `x`, which is not an episode", 1),
        (Workshop((Day(), Day("c"), Day("b"))), "day 3 of the workshop begins with `b`, but an earlier day", 2),
        (Workshop((Day(), Day("a"))), "day 2 of the workshop begins with `a`, but an earlier day", 1),
        (Workshop((Day("b"),)), "the workshop's first day begins with `b`, not with", 0),
        (Workshop(breaks={"x": 5}), "the workshop has a break after `x`, which is not an episode", 0),
    ],
)
def test_a_day_that_cannot_be_is_named_and_left_out(workshop: Workshop, message: str, left: int) -> None:
    found, (problem,) = days(workshop)
    assert problem.startswith(message)
    assert len(found) == left


def test_the_first_day_may_be_named_and_nothing_happens_without_episodes() -> None:
    assert len(days(Workshop((Day("a"),)))[0]) == 1
    assert days(Workshop((Day(),)), Timetable())[0] == ()


TITLES = {PurePosixPath(f"episodes/{slug}.md"): f"Title, {slug}; new" for slug in "abc"}


def test_a_calendar_has_an_event_for_each_episode() -> None:
    found, _ = days(Workshop((Day("", MONDAY, 540), Day("c", MONDAY + datetime.timedelta(days=2), 23 * 60 + 50))))
    text = calendar(found, TITLES, name="L", url="https://example.org/l/", stamp="2026-01-02")
    assert text is not None
    lines = text.split("\r\n")
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert [line for line in lines if line.startswith(("DTSTART", "DTEND"))] == [
        "DTSTART:20260706T090000", "DTEND:20260706T094500", "DTSTART:20260706T100000", "DTEND:20260706T103000",
        "DTSTART:20260708T235000", "DTEND:20260709T002500",
    ]  # fmt: skip
    assert lines.count("DTSTAMP:20260102T000000Z") == 3
    assert "SUMMARY:Title\\, a\\; new" in lines
    assert "URL:https://example.org/l/a.html" in lines
    identifiers = [line for line in lines if line.startswith("UID:")]
    assert len(set(identifiers)) == 3


def test_equal_days_give_equal_calendars_and_no_address_no_link() -> None:
    found, _ = days(Workshop((Day("", MONDAY, 540),)))
    first = calendar(found, TITLES, name="L", url="", stamp="2026-01-02")
    assert first == calendar(found, TITLES, name="L", url="", stamp="2026-01-02")
    assert "URL:" not in (first or "")


def test_events_of_two_lessons_are_never_taken_for_one() -> None:
    found, _ = days(Workshop((Day("", MONDAY, 540),)))
    texts = [calendar(found, TITLES, name=name, url="", stamp="2026-01-02") or "" for name in ("One", "Two")]
    identifiers = [line for text in texts for line in text.split("\r\n") if line.startswith("UID:")]
    assert len(set(identifiers)) == 6


@pytest.mark.parametrize("day", [Day(start=540), Day(date=MONDAY)])
def test_no_calendar_without_every_date_and_time(day: Day) -> None:
    assert calendar(days(Workshop((day,)))[0], TITLES, name="L", url="", stamp="2026-01-02") is None
    assert calendar((), TITLES, name="L", url="", stamp="2026-01-02") is None


def test_a_long_title_is_folded_between_characters() -> None:
    lines = list(folded((f"SUMMARY:{'é' * 60}",)))
    assert [len(line.encode()) for line in lines] == [74, 55]
    assert lines[1] == " " + "é" * 27


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=400))
def test_folded_lines_are_short_whole_and_joined_again_the_same(text: str) -> None:
    lines = list(folded((text,)))
    assert all(len(line.encode()) <= 75 for line in lines)
    assert "".join((lines[0], *(line[1:] for line in lines[1:]))) == text
    assert all(line.startswith(" ") for line in lines[1:])


def test_text_is_escaped() -> None:
    assert escaped("a\\b; c, d\ne") == "a\\\\b\\; c\\, d e"
