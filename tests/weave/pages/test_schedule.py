"""The schedule and the page of exercises as parts of a completely woven lesson."""

from __future__ import annotations

import datetime
from pathlib import Path, PurePosixPath

import pytest

from site_builder.lesson.model import Kind, Lesson, SourceFile
from site_builder.markdown.document import Document
from site_builder.markdown.reader import read
from site_builder.markdown.tree import Element, elements, text_of
from site_builder.settings.lesson import Settings
from site_builder.settings.workshop import Day, Workshop
from site_builder.weave.model import Page, View
from site_builder.weave.site import PreparedPages, begin

HEAD = "---\ntitle: {title}\nteaching: 30\nexercises: 15\nbreak: {pause}\n---\n\n::: questions\n\n- Why?\n\n:::\n\n"
CHALLENGE = "::: challenge\n\n### Try *it*\n\nDo.\n\n::: solution\n\nDone.\n\n:::\n\n:::\n"
EPISODES = tuple(SourceFile(PurePosixPath(f"episodes/{name}.md"), Kind.EPISODE) for name in ("one", "two"))
HOME = SourceFile(PurePosixPath("index.md"), Kind.HOME)


PLAIN = Settings(title="L")


def weaving(settings: Settings = PLAIN, own: str = "", challenge: str = CHALLENGE) -> PreparedPages:
    texts = {
        "episodes/one.md": HEAD.format(title="First `code`", pause=10) + challenge,
        "episodes/two.md": HEAD.format(title="Second", pause=5),
        "index.md": "Welcome.\n",
    }
    more = (SourceFile(PurePosixPath(own), Kind.LEARNER),) if own else ()
    texts |= {own: "---\ntitle: Mine\n---\n\nText.\n"} if own else {}
    documents: dict[PurePosixPath, Document] = {PurePosixPath(path): read(text, PurePosixPath(path)) for path, text in texts.items()}
    lesson = Lesson(Path("/lesson"), settings, episodes=EPISODES, learners=more, home=HOME)
    return begin(lesson, documents, dates={}, citation=None, build_date="2026-01-02", links=None)


def home(made: PreparedPages, view: View = View.INSTRUCTOR) -> Page:
    return next(page for page in made.pages(view)[0] if str(page.address) == "index.html")


def rows(page: Page) -> list[str]:
    table = next(table for table in elements(page.body, "table") if "schedule" in table.classes)
    return [
        " | ".join(text_of(cell.children).strip() for cell in row.children if isinstance(cell, Element)) for row in elements((table,), "tr")
    ]


def workshop(*days: Day, **breaks: int) -> Settings:
    return Settings(title="L", url="https://example.org/", workshop=Workshop(days, breaks))


def test_without_settings_times_count_from_the_beginning() -> None:
    assert rows(home(weaving())) == [
        " | Setup Instructions | Download files required for the lesson",
        "Duration: 00h 00m | 1. First code | Why?",
        "Duration: 00h 55m | 2. Second | Why?",
        "Duration: 01h 45m | Finish | ",
    ]


def test_days_with_times_show_clock_times_and_breaks() -> None:
    days = (Day("", datetime.date(2026, 7, 6), 540), Day("two", None, 600))
    assert rows(home(weaving(workshop(*days))))[1:] == [
        "Day 1 2026-07-06", "09:00 | 1. First code | Why?", "09:45 | Finish | ", "Day 2", "10:00 | 2. Second | Why?", "10:45 | Finish | ",
    ]  # fmt: skip


def test_days_without_times_count_each_from_its_beginning_and_breaks_come_from_the_settings() -> None:
    assert rows(home(weaving(workshop(Day(), one=20))))[2:] == [
        "Duration: 00h 00m | 1. First code | Why?", "Duration: 00h 45m | Break | ", "Duration: 01h 05m | 2. Second | Why?",
        "Duration: 01h 50m | Finish | ",
    ]  # fmt: skip


def test_the_form_begins_with_what_the_settings_say() -> None:
    made = home(weaving(workshop(Day("", datetime.date(2026, 7, 6), 540), Day("two", datetime.date(2026, 7, 9), 600))))
    fields = {(field.get("name"), field.get("data-episode") or field.get("value")): field for field in elements(made.body, "input")}
    assert set(fields) == {("start", "09:00"), ("date", "2026-07-06"), ("breaks", "one"), ("breaks", "two"), ("days", "two")}
    assert (fields["days", "two"].get("data-date"), fields["days", "two"].get("data-start")) == ("2026-07-09", "10:00")
    assert fields["days", "two"].has("checked")
    assert fields["breaks", "one"].get("value") == "10"
    assert fields["breaks", "one"].get("aria-label") == "Minutes of break after First code"
    assert [row.get("data-minutes") for row in elements(made.body, "tr") if row.has("data-minutes")] == ["45", "45"]


def test_a_day_without_date_or_time_of_its_own_leaves_these_to_the_form() -> None:
    field = next(field for field in elements(home(weaving(workshop(Day(), Day("two")))).body, "input") if field.get("name") == "days")
    assert not field.has("data-date")
    assert not field.has("data-start")


def test_the_calendar_is_linked_where_there_is_one() -> None:
    made = weaving(workshop(Day("", datetime.date(2026, 7, 6), 540)))
    assert made.files[PurePosixPath("schedule.ics")].startswith(b"BEGIN:VCALENDAR\r\n")
    assert "../schedule.ics" in [link.get("href") for link in elements(home(made).body, "a")]
    assert PurePosixPath("schedule.ics") not in weaving().files
    assert "../schedule.ics" not in [link.get("href") for link in elements(home(weaving()).body, "a")]


def test_learners_have_no_schedule() -> None:
    assert not any("schedule" in table.classes for table in elements(home(weaving(), View.LEARNER).body, "table"))


def test_days_that_name_no_episode_are_a_problem_of_the_lesson() -> None:
    assert "LS026" in [problem.code for problem in weaving(workshop(Day(), Day("tow"))).problems]


def exercises(made: PreparedPages, view: View, address: str = "exercises.html") -> Page | None:
    return next((page for page in made.pages(view)[0] if str(page.address) == address), None)


def test_exercises_stand_on_a_page_with_answers_for_instructors() -> None:
    page = exercises(weaving(), View.INSTRUCTOR)
    assert page is not None
    assert not page.search
    assert [text_of(cell.children) for cell in elements(page.body, "th", "td")] == [
        "Exercise", "Minutes", "Answers", "Try it", "about 15", "Show me the solution",
    ]  # fmt: skip
    assert [link.get("href") for link in elements(page.body, "a")] == ["one.html", "one.html#try-it", "one.html#collapseSolution1"]
    learners = exercises(weaving(), View.LEARNER)
    assert learners is not None
    assert [text_of(cell.children) for cell in elements(learners.body, "th", "td")] == ["Exercise", "Minutes", "Try it", "about 15"]


def test_several_answers_stand_on_lines_of_their_own_and_unknown_minutes_stay_empty() -> None:
    two = (
        "::: challenge\n\n### A (15 min)\n\n::: hint\n\nh\n\n:::\n\n::: solution\n\ns\n\n:::\n\n:::\n\n::: challenge\n\n### B\n\nx\n\n:::\n"
    )
    page = exercises(weaving(challenge=two), View.INSTRUCTOR)
    assert page is not None
    assert [text_of(cell.children) for cell in elements(page.body, "td")] == ["15", "Give me a hint Show me the solution", "", ""]


def test_the_menu_of_instructors_lists_the_exercises() -> None:
    assert ("Exercises", "exercises.html") in [(item.title, item.address) for item in weaving().pages(View.INSTRUCTOR)[1]]
    assert "Exercises" not in [item.title for item in weaving().pages(View.LEARNER)[1]]


def test_a_page_of_the_lesson_keeps_its_address() -> None:
    made = weaving(own="learners/exercises.md")
    page = exercises(made, View.INSTRUCTOR)
    assert page is not None
    assert page.title == "Mine"
    assert exercises(made, View.INSTRUCTOR, "all-exercises.html") is not None
    assert ("Exercises", "all-exercises.html") in [(item.title, item.address) for item in made.pages(View.INSTRUCTOR)[1]]


@pytest.mark.parametrize(("lang", "word"), [("de", "Zeit starten"), ("en", "Start the timer"), ("xx", "Start the timer")])
def test_scripts_get_their_words_in_the_lessons_language(lang: str, word: str) -> None:
    text = weaving(Settings(title="L", lang=lang)).files[PurePosixPath("assets/teaching-words.js")].decode()
    assert text.startswith("window.lessonWords = {")
    assert f'"Start the timer": "{word}"' in text
