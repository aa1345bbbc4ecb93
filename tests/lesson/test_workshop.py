"""When a lesson is taught: the ``workshop`` block of the settings."""

from __future__ import annotations

import datetime
from pathlib import PurePosixPath

import pytest

from site_builder.lesson.config import settings_from
from site_builder.settings.times import date_of, minutes_of
from site_builder.settings.workshop import Day, Workshop

CONFIG = PurePosixPath("config.yaml")


def read(text: str) -> tuple[Workshop, list[str]]:
    settings, problems = settings_from(f"title: T\nlicense: MIT\n{text}\n", CONFIG)
    assert all(problem.code == "LS003" and problem.location.line >= 3 and problem.location.column and problem.hint for problem in problems)
    return settings.workshop, [problem.message for problem in problems]


def test_most_lessons_say_nothing() -> None:
    assert read("") == (Workshop(), [])


def test_a_start_alone_is_one_day() -> None:
    assert read("workshop: {start: '09:30'}") == (Workshop((Day(start=570),), start=570), [])


def test_days_have_a_first_episode_a_date_and_a_start_of_their_own() -> None:
    workshop, problems = read(
        "workshop:\n  start: '09:00'\n  days:\n  - 2026-07-06\n  - second\n  - {first: third.md, date: 2026-07-08, start: '13:30'}\n"
        "  breaks: {first.md: 15}\n"
    )
    assert problems == []
    assert workshop.days == (
        Day("", datetime.date(2026, 7, 6), 540),
        Day("second", None, 540),
        Day("third", datetime.date(2026, 7, 8), 810),
    )
    assert workshop.breaks == {"first": 15}


def test_alternatives_are_named_with_or_without_the_ending_of_the_file() -> None:
    workshop, problems = read("workshop: {alternatives: {slurm.md: htcondor, other: htcondor.md}}")
    assert problems == []
    assert workshop.alternatives == {"slurm": "htcondor", "other": "htcondor"}


def test_midnight_is_a_time() -> None:
    assert read("workshop: {start: '09:00', days: [{start: '00:00'}]}")[0].days[0].start == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("workshop: 9", "`workshop` must be a mapping"),
        ("workshop: {begin: 9}", "`workshop` has no key `begin`"),
        ("workshop: {start: noon}", "`workshop: start` must be a time"),
        ("workshop: {days: 3}", "`workshop: days` must be a list"),
        ("workshop: {days: [{fist: a}]}", "`workshop: days` has no key `fist`"),
        ("workshop: {days: [{date: tomorrow}]}", "`workshop: days: date` must be a date"),
        ("workshop: {days: [{start: '25:00'}]}", "`workshop: days: start` must be a time"),
        ("workshop: {breaks: [15]}", "`workshop: breaks` must be a mapping"),
        ("workshop: {breaks: {a: long}}", "`workshop: breaks: a` must be a whole number"),
        ("workshop: {breaks: {a: true}}", "`workshop: breaks: a` must be a whole number"),
        ("workshop: {breaks: {a: }}", "`workshop: breaks: a` must be a whole number"),
        ("workshop: {days: [[a]]}", "`workshop: days` must be a mapping"),
        ("workshop: {alternatives: [a]}", "`workshop: alternatives` must be a mapping"),
        ("workshop: {alternatives: {a: }}", "`workshop: alternatives: a` must be the name of an episode"),
        ("workshop: {alternatives: {a: [b]}}", "`workshop: alternatives: a` must be the name of an episode"),
        ("workshop: {breaks: {a: -5}}", "`workshop: breaks: a` must be a whole number"),
    ],
)
def test_what_cannot_be_used_is_named(text: str, message: str) -> None:
    (problem,) = read(text)[1]
    assert problem.startswith(message)


@pytest.mark.parametrize(
    ("value", "minutes"), [("9:05", 545), (630, 630), ("24:00", None), (True, None), (-1, None), (1440, None), ("", None)]
)
def test_times_as_people_and_yaml_write_them(value: object, minutes: int | None) -> None:
    assert minutes_of(value) == minutes


def test_dates_as_people_and_yaml_write_them() -> None:
    day = datetime.date(2026, 7, 6)
    assert date_of("2026-07-06") == date_of(day) == date_of(datetime.datetime(2026, 7, 6, 9)) == day
    assert date_of("6.7.2026") is None


def test_every_fault_is_named_at_its_own_place() -> None:
    text = "workshop:\n  start: noon\n  days:\n  - first: a.md\n    date: soon\n  - {fist: b}\n  breaks:\n    a: x\n"
    settings, problems = settings_from(f"title: T\nlicense: MIT\n{text}", CONFIG)
    assert [(problem.location.line, problem.location.column) for problem in problems] == [(4, 3), (7, 5), (8, 6), (10, 5)]
    assert settings.workshop.days == (Day("a"), Day())
