"""Episodes that are taught at the same time: what may be, how it is counted, and when the schedule says they begin."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from site_builder.lesson.model import Kind, Lesson, SourceFile
from site_builder.markdown.reader import read
from site_builder.settings.lesson import Settings
from site_builder.settings.workshop import Day, Workshop
from site_builder.weave.model import Page, PageKind, View
from site_builder.weave.pages.alternatives import misplaced_alternatives, side_by_side
from site_builder.weave.pages.days import wall_clock, workshop_days
from site_builder.weave.pages.timetable import Timetable, timetable
from site_builder.weave.site import begin
from tests.weave.pages.test_schedule import rows

TEXT = "---\ntitle: {name}\nteaching: {minutes}\nexercises: 0\n---\n\nText.\n"
MINUTES = {"a": 30, "b": 40, "c": 60, "d": 20}
SOURCES = tuple(SourceFile(PurePosixPath(f"episodes/{name}.md"), Kind.EPISODE) for name in MINUTES)
DOCUMENTS = {source.path: read(TEXT.format(name=source.slug, minutes=MINUTES[source.slug]), source.path) for source in SOURCES}


def settings(alternatives: dict[str, str], *days: Day, **breaks: int) -> Settings:
    return Settings(title="L", workshop=Workshop(days, breaks, alternatives), marks={("workshop",): (7, 1)})


def table(alternatives: dict[str, str], **breaks: int) -> Timetable:
    return timetable(SOURCES, DOCUMENTS, breaks, side_by_side(settings(alternatives), list(MINUTES)))[0]


@pytest.mark.parametrize(
    ("alternatives", "numbers", "starts", "total"),
    [
        ({}, [1, 2, 3, 4], [0, 30, 70, 130], 150),
        ({"c": "b"}, [1, 2, 2, 3], [0, 30, 30, 90], 110),
        ({"c": "b", "d": "b"}, [1, 2, 2, 2], [0, 30, 30, 30], 90),
        ({"c": "b", "d": "c"}, [1, 2, 2, 2], [0, 30, 30, 30], 90),
        ({"b": "a", "d": "c"}, [1, 1, 2, 2], [0, 0, 40, 40], 100),
        ({"c": "a"}, [1, 2, 3, 4], [0, 30, 70, 130], 150),
    ],
)
def test_what_is_taught_at_the_same_time_counts_once(
    alternatives: dict[str, str], numbers: list[int], starts: list[int], total: int
) -> None:
    made = table(alternatives)
    assert [slot.number for slot in made.slots] == numbers
    assert [slot.start for slot in made.slots] == starts
    assert (made.total, made.count) == (total, numbers[-1])


def test_a_break_comes_after_the_longer_one_whichever_of_them_names_it() -> None:
    for name in ("b", "c"):
        assert [slot.start for slot in table({"c": "b"}, **{name: 15}).slots] == [0, 30, 30, 105]


@pytest.mark.parametrize(
    ("alternatives", "message", "hint"),
    [
        ({"c": "a"}, "`c` cannot be taught at the same time as `a`, which is not the episode before it", "list `c` right after `a`"),
        ({"a": "b"}, "`a` cannot be taught at the same time as `b`, which is not the episode before it", "list `a` right after `b`"),
        ({"b": "b"}, "`b` cannot be taught at the same time as itself", "name two episodes"),
        ({"cc": "b"}, "`alternatives` of the workshop name `cc`, which is not an episode", ""),
        ({"c": "gone"}, "`alternatives` of the workshop name `gone`, which is not an episode", "known: a, b, c, d"),
    ],
)
def test_what_cannot_be_is_a_problem_and_is_left_out(alternatives: dict[str, str], message: str, hint: str) -> None:
    (problem,) = misplaced_alternatives(settings(alternatives), list(MINUTES))
    assert (problem.code, problem.message, problem.location.line) == ("LS026", message, 7)
    assert problem.hint
    assert hint in problem.hint
    assert side_by_side(settings(alternatives), list(MINUTES)) == {}


def test_a_day_does_not_begin_with_an_episode_that_is_taught_beside_another() -> None:
    asked = settings({"c": "b"}, Day(start=540), Day("c", start=540))
    (day,), problems = workshop_days(asked, table({"c": "b"}))
    assert [problem.message for problem in problems] == [
        "day 2 of the workshop begins with `c`, which is taught at the same time as `b`",
    ]
    assert problems[0].hint == "write `b`"
    assert [wall_clock(each.minutes) for each in day.begins] == ["09:00", "09:30", "09:30", "10:30"]


def woven(asked: Settings) -> tuple[Page, ...]:
    lesson = Lesson(Path("/lesson"), asked, episodes=SOURCES)
    return begin(lesson, DOCUMENTS, dates={}, citation=None, build_date="2026-01-02", links=None).pages(View.INSTRUCTOR)[0]


def test_the_schedule_shows_both_at_one_time_and_the_break_after_the_longer_one() -> None:
    pages = woven(settings({"c": "b"}, Day(start=540), b=15))
    home = next(page for page in pages if page.kind is PageKind.HOME)
    told = [row.split(" | ")[:2] for row in rows(home)[2:]]
    assert told == [["09:00", "1. a"], ["09:30", "2. b"], ["09:30", "2. c"], ["10:30", "Break"], ["10:45", "3. d"], ["11:05", "Finish"]]


def test_the_last_two_may_be_side_by_side() -> None:
    pages = woven(settings({"d": "c"}, Day(start=540)))
    home = next(page for page in pages if page.kind is PageKind.HOME)
    assert [row.split(" | ")[0] for row in rows(home)[2:]] == ["09:00", "09:30", "10:10", "10:10", "11:10"]


def test_pages_count_what_a_learner_attends() -> None:
    pages = {page.address.stem: page for page in woven(settings({"c": "b"})) if page.kind is PageKind.EPISODE}
    assert [(page.number, page.minutes_left) for page in pages.values()] == [(1, 110), (2, 80), (2, 80), (3, 20)]
