"""The views have pages of equal addresses, so that each can lead to the other; one that has no counterpart leads to the home page."""

from __future__ import annotations

from typing import Any

import pytest

from site_builder.markdown.tree import element
from site_builder.weave.model import View
from site_builder.weave.stage import page_facts
from tests.weave.test_site import LESSON, ONE, TWO, div, document, documents, p, woven


@pytest.mark.parametrize("alone", [False, True])
def test_both_views_of_a_long_lesson_are_divided_alike(monkeypatch: pytest.MonkeyPatch, alone: bool) -> None:
    """Each page leads to that of the other view, however much only instructors see."""
    monkeypatch.setattr("site_builder.weave.pages.all_in_one.LONGEST", 500)
    monkeypatch.setattr("site_builder.weave.pages.all_in_one.EACH", 500)
    long = div("instructor", element("h3", "Say", id="say"), *(p(f"{number} words") for number in range(50)))
    texts = (long,) if alone else (p("a"), long)
    pages = documents() | {each.path: document(each, "T", *texts) for each in LESSON.episodes}
    site = woven(pages=pages)
    found = [{str(page.address) for page in site.pages if page.view is view and "aio" in str(page.address)} for view in View]
    assert found == [{"aio.html", "aio-2.html"}] * 2


def test_exercises_for_instructors_alone_lead_to_the_home_page_of_learners() -> None:
    exercise = div("challenge", element("h2", "Try", id="try"), p("Do."))
    shown: dict[bool, tuple[Any, ...]] = {}
    for alone in (True, False):
        text = (p("a"), div("instructor", element("h3", "Say", id="say"), exercise)) if alone else (exercise,)
        site = woven(pages=documents() | {ONE.path: document(ONE, "T", *text), TWO.path: document(TWO, "T", p("b"))})
        shown[alone] = tuple(
            (page.view, page_facts(page).get("other_view")) for page in site.pages if str(page.address) == "exercises.html"
        )
    assert shown[True] == ((View.INSTRUCTOR, None),)
    assert dict(shown[False]) == {View.LEARNER: "instructor/exercises.html", View.INSTRUCTOR: "../exercises.html"}
