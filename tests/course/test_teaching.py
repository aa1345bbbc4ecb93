"""The course can be taught as it is written: checks come in time, answers stay shut, and what is to be typed works together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from site_builder.markdown.tree import Cell, Element, Node, text_of
from tests.course.test_course import MINUTES, PRESENT, boxes, document

if TYPE_CHECKING:
    from site_builder.markdown.document import Document


@pytest.fixture(params=PRESENT, ids=lambda path: path.stem, scope="module")
def episode(request: pytest.FixtureRequest) -> Document:
    return document(request.param)


TALK_OF_ITS_OWN = {"instructor", "questions", "objectives", "keypoints", "spoiler"}
"""Boxes that take no time from the lesson, or are read at home."""


def words(node: Node) -> int:
    """Return how many words a part of a page has, code included."""
    return len((node.source if isinstance(node, Cell) else text_of((node,))).split())


def test_a_poll_or_a_challenge_comes_every_quarter_of_an_hour(episode: Document) -> None:
    """Teaching is measured by its share of the page's words, so a minute more is let pass."""
    talks = [0]
    for part in episode.body:
        names = set(part.classes) if isinstance(part, Element) else set()
        if names & {"challenge", "poll"}:
            talks.append(0)
        elif not names & TALK_OF_ITS_OWN:
            talks[-1] += words(part)
    assert max(talks) / sum(talks) * MINUTES[episode.slug][0] <= 16


def test_no_challenge_sends_learners_into_its_solution_to_check_their_answer(episode: Document) -> None:
    tasks = [
        text_of(tuple(part for part in box.children if part not in boxes(box.children, "solution")))
        for box in boxes(episode.body, "challenge")
    ]
    assert [text for text in tasks if re.search("(run|checker|program|cell)[^.]*solution", text)] == []


def test_python_in_an_apptainer_image_is_started_by_the_run_script() -> None:
    """The images activate their environment there: `exec` passes it by, and finds no Python."""
    pages = {path.stem: re.sub(r"\\\n\s*", "", path.read_text(encoding="utf-8")) for path in PRESENT}
    assert [name for name, text in pages.items() if re.search(r"apptainer exec [^\n`]*\.sif python \S", text)] == []


def test_the_image_tags_on_the_pages_are_those_that_the_workflow_gives() -> None:
    named = {tag for path in PRESENT for tag in re.findall(r"ghcr\.io/OWNER/[\w-]+:([\w.-]+)", path.read_text(encoding="utf-8"))}
    assert named
    assert [tag for tag in named if not re.fullmatch(r"v\d+\.\d+\.\d+-(default|cuda)", tag)] == []
