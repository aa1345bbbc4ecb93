"""What the theme's templates make of a page's facts and the lesson's settings."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from site_builder.lesson.model import Kind, Lesson, SourceFile
from site_builder.markdown.tree import element
from site_builder.render.base import THEME
from site_builder.render.configuration import configurations
from site_builder.settings.lesson import Settings
from site_builder.weave.model import MenuItem, Page, PageKind, PageLink, Takeaway, TakenFile, View
from site_builder.weave.parts import whole
from tests.render.rendered import rendered

MENU = (MenuItem("Episodes", items=(MenuItem("Start", "index.html"), MenuItem("1. One", "one.html"))), MenuItem("Points", "points.html"))
TAKEN = Takeaway((TakenFile(PurePosixPath("files/one.py"), "Script", b""),), "pixi run -e a python one.py")
BOX = element("details", element("summary", "Show", class_="accordion-button hint-button"), element("p", "x"), id="accordionHint1")


def pages(view: View, minutes: int = 125) -> tuple[Page, ...]:
    def page(address: str, kind: PageKind, **facts: Any) -> Page:
        body = (element("h2", "A", id="a"), element("p", "text"), element("h2", "B", id="b"), BOX, BOX)
        return Page(PurePosixPath(address), view, kind, address, address, (whole(body),), **facts)

    around = {"previous": PageLink("index.html", "Start"), "next": PageLink("points.html", "<em>Points</em>")}
    return (
        page("index.html", PageKind.HOME, minutes_left=minutes, next=PageLink("one.html", "One")),
        page("one.html", PageKind.EPISODE, number=1, minutes=30, minutes_left=minutes, progress=40, takeaway=TAKEN, **around),
        page("points.html", PageKind.EXTRA),
    )


def built(folder: Path, **settings: Any) -> dict[str, BeautifulSoup]:
    folder.mkdir(parents=True, exist_ok=True)
    site, report = rendered(folder, Lesson(folder, Settings(title="L", **settings)), {view: (pages(view), MENU) for view in View})
    assert report.problems == ()
    return {file.relative_to(site).as_posix(): BeautifulSoup(file.read_text(encoding="utf-8"), "lxml") for file in site.rglob("*.html")}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BeautifulSoup]:
    return built(
        tmp_path_factory.mktemp("theme") / "lesson", carpentry="swc", life_cycle="stable", doi="10.1/x", contact="a@example.org",
        license="CC-BY 4.0", source="https://github.com/o/r", languages=(("Español", "https://es.example.org/"),), lang="en",
    )  # fmt: skip


def found(page: BeautifulSoup, selector: str) -> Tag:
    tag = page.select_one(selector)
    assert tag is not None, selector
    return tag


def text(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def test_the_home_page_says_how_mature_and_how_long_the_lesson_is(site: dict[str, BeautifulSoup]) -> None:
    assert text(found(site["index.html"], ".lesson-badges")) == "Life cycle: stable Finished and taught many times Peer reviewed"
    assert found(site["index.html"], ".lesson-badges a")["href"] == "https://doi.org/10.1/x"
    assert text(found(site["index.html"], ".lesson-start")) == "Start the lesson 0 episodes, about 2 h 5 min in all"
    assert not site["one.html"].select(".lesson-badges")


def test_an_episode_says_where_it_stands_and_leads_on(site: dict[str, BeautifulSoup]) -> None:
    page = site["one.html"]
    assert text(found(page, ".lesson-place")) == "Episode 1 of 0 · 2 h 5 min left"
    assert found(page, ".lesson-bar span")["style"] == "width:40%"
    assert [(link["rel"], link["href"]) for link in page.select(".lesson-turn a")] == [(["prev"], "index.html"), (["next"], "points.html")]
    assert found(page, ".lesson-turn em").get_text() == "Points"


@pytest.mark.parametrize(
    ("minutes", "whole", "left"),
    [
        (120, "about 2 h in all", "2 h left"),
        (59, "about 59 min in all", "59 minutes left"),
        (61, "about 1 h 1 min in all", "1 h 1 min left"),
    ],
)
def test_a_whole_number_of_hours_has_no_minutes(tmp_path: Path, minutes: int, whole: str, left: str) -> None:
    folder = tmp_path / "lesson"
    folder.mkdir()
    site, _ = rendered(folder, Lesson(folder, Settings(title="L")), {view: (pages(view, minutes), MENU) for view in View})
    made = {name: BeautifulSoup((site / name).read_text(encoding="utf-8"), "lxml") for name in ("index.html", "one.html")}
    assert text(found(made["index.html"], ".lesson-start")).endswith(whole)
    assert text(found(made["one.html"], ".lesson-place")).endswith(left)


def test_instructors_find_the_schedule_among_the_contents_of_the_home_page(tmp_path: Path) -> None:
    folder = tmp_path / "lesson"
    folder.mkdir()
    lesson = Lesson(folder, Settings(title="L", lang="de"), episodes=(SourceFile(PurePosixPath("episodes/one.md"), Kind.EPISODE),))
    made, _ = rendered(folder, lesson, {view: (pages(view), MENU) for view in View})

    def entries(address: str, inside: str) -> list[tuple[str, str]]:
        page = BeautifulSoup((made / address).read_text(encoding="utf-8"), "lxml")
        return [(text(link), str(link["href"])) for link in page.select(f"{inside} a")]

    for inside in ("[data-md-component=toc]:not(.md-sidebar)", ".lesson-contents"):
        assert entries("instructor/index.html", inside) == [("Zeitplan", "#schedule"), ("A", "#a"), ("B", "#b")]
        assert entries("index.html", inside) == entries("instructor/one.html", inside) == [("A", "#a"), ("B", "#b")]


def test_minutes_of_an_episode_are_for_instructors(site: dict[str, BeautifulSoup]) -> None:
    assert not site["one.html"].select(".estimated-time")
    assert text(found(site["instructor/one.html"], ".estimated-time")) == "Estimated time: 30 minutes"


def test_the_menu_marks_the_page_that_is_open(site: dict[str, BeautifulSoup]) -> None:
    page = site["one.html"]
    assert [text(link) for link in page.select("#lesson-menu [aria-current]")] == ["1. One"]
    assert [text(label) for label in page.select(".lesson-menu__section")][:2] == ["Episodes", "Languages"]
    assert [link["href"] for link in page.select("#lesson-menu a")][-1] == "https://es.example.org/"


def test_what_can_be_taken_away_lies_with_the_learners(site: dict[str, BeautifulSoup]) -> None:
    for name, address in (("one.html", "files/one.py"), ("instructor/one.html", "../files/one.py")):
        assert found(site[name], ".lesson-takeaway a")["href"] == address
        assert text(found(site[name], ".lesson-takeaway pre")) == "pixi run -e a python one.py"
    assert not site["points.html"].select(".lesson-takeaway")


def test_the_foot_names_licence_source_contact_and_accessibility(site: dict[str, BeautifulSoup]) -> None:
    names = [text(item) for item in site["one.html"].select(".lesson-imprint li")]
    assert names == ["CC-BY 4.0", "Source", "Report a mistake", "Contact", "Accessibility"]


def test_pages_with_several_boxes_have_a_button_for_all(site: dict[str, BeautifulSoup]) -> None:
    assert found(site["one.html"], ".lesson-expand")["data-close"] == "Close all boxes"


def test_nothing_is_said_of_what_is_not_set(tmp_path: Path) -> None:
    made = built(tmp_path / "lesson", lang="pt", life_cycle="unheard-of")
    page = made["index.html"]
    assert not page.select(".lesson-badge, .lesson-programme, .lesson-home img")
    assert (found(page, "html")["lang"], found(page, "article")["lang"], found(page, "article")["dir"]) == ("en", "pt", "ltr")


def test_every_word_in_a_template_is_a_phrase(tmp_path: Path) -> None:
    facts: Any = configurations(Lesson(tmp_path, Settings()))[View.LEARNER]["extra"]
    known = set(facts["lesson_site"]["words"])
    used = {
        found[2] for file in THEME.rglob("*.html") for found in re.finditer(r"""words\[(["'])(.+?)\1\]""", file.read_text(encoding="utf-8"))
    }
    stages = set(re.findall(r'"[a-z-]+": "([A-Z][^"]+)"', (THEME / "partials" / "lesson-badge.html").read_text(encoding="utf-8")))
    assert len(used) > 20 and len(stages) == 4
    assert (used | stages) - known == set()
