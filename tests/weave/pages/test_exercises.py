"""Exercises: which there are, how long each takes, what answers it, and the page that lists them."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from site_builder.lesson.model import Kind, SourceFile
from site_builder.lesson.names import aside
from site_builder.markdown.reader import read
from site_builder.markdown.tree import Node, elements, text_of
from site_builder.weave.filter.page import filter_page
from site_builder.weave.pages.exercises import NAMES, exercises, with_minutes, without_minutes
from site_builder.weave.translations import Phrases

PATH = PurePosixPath("episodes/a.md")


def body(text: str, total: int | None = None) -> tuple[Node, ...]:
    return with_minutes(filter_page(read(text, PATH), Phrases())[0], total)


def challenge(title: str, content: str = "Do it.", attributes: str = "challenge") -> str:
    heading = f"### {title}\n\n" if title else ""
    return f"::: {attributes}\n\n{heading}{content}\n\n:::\n\n"


def answer(kind: str, text: str) -> str:
    return f"\n\n::: {kind}\n\n{text}\n\n:::"


def test_a_challenge_has_an_id_a_title_and_its_answers() -> None:
    text = challenge("Count *them*", "How many?" + answer("hint", "Look.") + answer("solution", "### The answer\n\nTwo."))
    (found,) = exercises(body(text))
    assert (found.identifier, text_of(found.title)) == ("count-them", "Count them")
    assert [(identifier, text_of(title)) for identifier, title in found.answers] == [
        ("collapseHint1", "Give me a hint"), ("collapseSolution1", "The answer"),
    ]  # fmt: skip


def test_answers_belong_to_the_challenge_before_them() -> None:
    text = challenge("A", "x" + answer("solution", "1")) + "Text.\n\n" + challenge("B", "y") + challenge("C", "z" + answer("solution", "2"))
    assert [[identifier for identifier, _ in found.answers] for found in exercises(body(text))] == [
        ["collapseSolution1"], [], ["collapseSolution2"],
    ]  # fmt: skip


def test_a_challenge_that_goes_on_after_an_answer_is_one_exercise() -> None:
    text = challenge("A (5 min)", "x" + answer("hint", "1") + "\n\nmore" + answer("solution", "2") + "\n\nand more")
    (found,) = exercises(body(text))
    assert len(found.answers) == 2
    assert sum("data-minutes" in dict(div.attributes) for div in elements(body(text), "div")) == 1


def test_spoilers_and_notes_are_no_answers() -> None:
    text = challenge("A", "x") + "::: spoiler\n\n### More\n\ns\n\n:::\n\n::: instructor\n\nn\n\n:::\n"
    assert exercises(body(text))[0].answers == ()


def test_a_text_without_challenges_is_left_as_it_is() -> None:
    text = body("Nothing.\n", 30)
    assert exercises(text) == ()
    assert with_minutes(text, 30) == text


@pytest.mark.parametrize(
    ("title", "minutes"),
    [
        ("Name (5 min)", 5),
        ("Name (10 minutes, in pairs)", 10),
        ("Name [optional, 15 min.]", 15),
        ("Name (5-10 min)", 10),
        ("Aufgabe (8 Minuten)", 8),
        ("演習（5分）", 5),
        ("Вправа (7 хв)", 7),
        ("Name (0 min)", None),
        ("Name (2 parts)", None),
        ("The 5 minutes before", None),
        ("", None),
    ],
)
def test_minutes_in_a_title(title: str, minutes: int | None) -> None:
    (found,) = exercises(body(challenge(title)))
    assert (found.minutes, found.stated) == (minutes, minutes is not None)


def test_minutes_as_an_attribute_win() -> None:
    (found,) = exercises(body(challenge("Name (5 min)", attributes="{.challenge minutes=12}")))
    assert (found.minutes, found.stated) == (12, True)


def test_challenges_without_minutes_share_what_is_left_of_the_episodes() -> None:
    text = challenge("A (5 min)") + challenge("B") + challenge("C")
    assert [(found.minutes, found.stated) for found in exercises(body(text, 20))] == [(5, True), (7, False), (7, False)]


@pytest.mark.parametrize("total", [None, 0, 5, 6])
def test_where_nothing_is_left_nothing_is_made_up(total: int | None) -> None:
    found = exercises(body(challenge("A (5 min)") + challenge("B") + challenge("C"), total))
    assert [each.minutes for each in found] == [5, None, None]


def test_the_page_gives_way_to_pages_of_the_lesson() -> None:
    taken = [SourceFile(PurePosixPath(f"learners/{name}.md"), Kind.LEARNER) for name in ("Exercises", "all-exercises")]
    found = [str(aside(taken[:count], *NAMES)) for count in range(3)]
    assert found == ["exercises.html", "all-exercises.html", "all-exercises-2.html"]


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Name (5 min)", "Name"),
        ("Name (1 minute)", "Name"),
        ("Count *them* (5 minutes)", "Count them"),
        ("Назва (5 хвилин)", "Назва"),
        ("名前（5分）", "名前"),
        ("Name (10 minutes, in pairs)", "Name (10 minutes, in pairs)"),
        ("Name (5-10 min)", "Name (5-10 min)"),
        ("Name (5 min) again", "Name (5 min) again"),
        ("(5 min)", "(5 min)"),
    ],
)
def test_the_table_does_not_say_the_minutes_twice(title: str, shown: str) -> None:
    (found,) = exercises(body(challenge(title)))
    assert text_of(without_minutes(found)) == shown


def test_minutes_in_a_title_stay_where_others_were_set() -> None:
    (found,) = exercises(body(challenge("Name (5 min)", attributes="{.challenge minutes=12}")))
    assert text_of(without_minutes(found)) == "Name (5 min)"
