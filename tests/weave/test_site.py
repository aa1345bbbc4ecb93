"""A small lesson, completely woven: which pages there are, and what each contains in both views."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

import pytest

from site_builder.kept_results import KeptResults
from site_builder.lesson.model import Kind, Lesson, SourceFile
from site_builder.markdown.document import Document
from site_builder.markdown.tree import Element, Node, Raw, element, elements, text_of, to_html
from site_builder.problems import Report
from site_builder.settings.front_matter import FrontMatter
from site_builder.settings.lesson import Settings
from site_builder.weave.model import MenuItem, Page, PageKind, PageLink, View, WovenSite
from site_builder.weave.pages.timetable import clock
from site_builder.weave.site import PreparedPages, begin, woven_site
from site_builder.weave.stage import StagedView

SETTINGS = Settings(
    title="A Lesson",
    source="https://example.org/o/lesson/",
    url="https://o.example.org/lesson/",
    created="2020-05-06",
    marks={("lang",): (3, 1)},
)


def source(path: str, kind: Kind) -> SourceFile:
    return SourceFile(PurePosixPath(path), kind)


ONE, TWO = source("episodes/one.md", Kind.EPISODE), source("episodes/two.md", Kind.EPISODE)
REFERENCE, ABOUT = source("learners/reference.md", Kind.LEARNER), source("instructors/about.md", Kind.INSTRUCTOR)
HOME, SETUP, NOTES = (
    source("index.md", Kind.HOME),
    source("learners/setup.md", Kind.SETUP),
    source("instructors/instructor-notes.md", Kind.NOTES),
)
ANN, BEN = source("profiles/ann.md", Kind.PROFILE), source("profiles/ben.md", Kind.PROFILE)
LICENSE = source("LICENSE.md", Kind.PAGE)
LESSON = Lesson(
    Path("/lesson"),
    SETTINGS,
    episodes=(ONE, TWO),
    learners=(REFERENCE,),
    instructors=(ABOUT,),
    profiles=(ANN, BEN),
    pages=(LICENSE,),
    home=HOME,
    setup=SETUP,
    notes=NOTES,
    citation=PurePosixPath("CITATION.cff"),
)


def div(names: str, *children: Node) -> Element:
    return element("div", *children, class_=names)


def p(*children: Node) -> Element:
    return element("p", *children)


QUESTIONS = div("questions", element("ul", element("li", p("Why?")), element("li", "How?")))
OBJECTIVES = div("objectives", p("Know"))
IMAGE = element("figure", element("img", src="fig/a.png", alt="A cat"))
DECORATION = element("td", element("img", src="fig/b.png", alt=""), element("img", src="fig/c.png"))
EPISODE = (
    QUESTIONS,
    OBJECTIVES,
    element("h2", "Part", id="part"),
    p(element("a", "back", href="#part")),
    IMAGE,
    element("table", element("tr", DECORATION)),
    div("instructor", element("h3", "Mind ", element("code", "x"), id="mind"), p("slowly")),
    div("keypoints", element("h2", "Remember", id="remember"), element("ul", element("li", "This"))),
)


def document(of: SourceFile, title: str, *body: Node, **front: Any) -> Document:
    return Document(of.path, FrontMatter(title=title, **front), body)


def documents() -> dict[PurePosixPath, Document]:
    pages = (
        document(ONE, "First", *EPISODE, teaching=20, exercises=10, pause=5),
        document(TWO, "Second", *EPISODE),
        document(REFERENCE, "Glossary", p("words")),
        document(ABOUT, "About", p("about")),
        document(HOME, "", p(element("a", "get", href="files/x.zip"))),
        document(SETUP, "Setup", element("h2", "Part", id="part")),
        document(NOTES, "Notes", p("general")),
        document(ANN, "Ann", p("Ann")),
        document(BEN, "Ben", p("Ben")),
        document(LICENSE, "License", p("free")),
    )
    return {page.path: page for page in pages}


def woven(lesson: Lesson = LESSON, pages: Mapping[PurePosixPath, Document] | None = None, **more: Any) -> WovenSite:
    given: dict[str, Any] = {"dates": {ONE.path: "2024-02-03"}, "citation": None, "build_date": "2025-01-02", "links": None}
    return all_views(begin(lesson, pages or documents(), **(given | more)))


def all_views(prepared: PreparedPages) -> WovenSite:
    return woven_site({view: prepared.pages(view) for view in View})


def find(site: WovenSite, address: str, view: View = View.LEARNER) -> Page:
    return next(page for page in site.pages if str(page.address) == address and page.view is view)


def menu(site: WovenSite, view: View) -> dict[str, MenuItem]:
    return {item.title: item for item in dict(site.menus)[view]}


def test_both_views_have_the_same_pages() -> None:
    site = woven()
    learner = {str(page.address) for page in site.pages if page.view is View.LEARNER}
    assert learner == {str(page.address) for page in site.pages if page.view is View.INSTRUCTOR}
    made = {"index", "key-points", "aio", "images", "instructor-notes", "profiles", "accessibility", "404"}
    assert learner == {f"{name}.html" for name in made | {"one", "two", "reference", "about", "LICENSE"}}


def test_an_episode_knows_its_neighbours_and_its_time() -> None:
    site = woven()
    first = find(site, "one.html", View.INSTRUCTOR)
    second = find(site, "two.html", View.INSTRUCTOR)
    assert (first.kind, first.number, first.minutes, first.progress, first.updated) == (PageKind.EPISODE, 1, 30, 0, "2024-02-03")
    assert first.previous and first.previous.title == "Home" and first.next and first.next.address == "two.html"
    assert (second.minutes, second.progress) == (None, 78)
    assert second.previous and second.previous.title == "First" and second.next and second.next.address == "index.html"
    assert find(site, "one.html").minutes is None
    assert first.edit == "https://example.org/o/lesson/edit/main/episodes/one.md"


def test_learners_do_not_see_instructor_notes_and_instructors_links_lead_up() -> None:
    site = woven()
    assert "slowly" not in text_of(find(site, "one.html").body)
    shown = find(site, "one.html", View.INSTRUCTOR)
    assert "slowly" in text_of(shown.body)
    assert [image.get("src") for image in elements(shown.body, "img")] == ["../fig/a.png", "../fig/b.png", "../fig/c.png"]
    assert next(elements(find(site, "index.html", View.INSTRUCTOR).body, "a")).get("href") == "../files/x.zip"


def test_the_schedule_is_for_instructors() -> None:
    site = woven()
    assert not list(elements(find(site, "index.html").body, "table"))
    table = next(elements(find(site, "index.html", View.INSTRUCTOR).body, "table"))
    rows = [[text_of(cell.children) for cell in elements((row,), "td")] for row in elements((table,), "tr")]
    assert rows == [
        ["", "Setup Instructions", "Download files required for the lesson"],
        ["Duration: 00h 00m", "1. First", "Why? How?"],
        ["Duration: 00h 35m", "2. Second", "Why? How?"],
        ["Duration: 00h 45m", "Finish", ""],
    ]


def test_home_ends_with_the_setup() -> None:
    site = woven()
    page = find(site, "index.html")
    assert page.title == "Summary and Setup" and find(site, "index.html", View.INSTRUCTOR).title == "Summary and Schedule"
    assert to_html(page.body[-2:]) == '<div id="setup"></div>\n<h2 id="part">Part</h2>\n'
    assert page.next and page.next.address == "one.html" and page.previous is None


def test_home_may_have_a_title_of_its_own() -> None:
    pages = documents() | {HOME.path: document(HOME, "Welcome")}
    site = woven(pages=pages)
    assert find(site, "index.html").title == "Welcome"
    previous = find(site, "one.html").previous
    assert previous and previous.title == "Welcome"


def test_key_points_include_boxes_with_titles() -> None:
    page = find(woven(), "key-points.html")
    assert text_of(page.body) == "FirstThisSecondThis"
    assert [heading.get("id") for heading in elements(page.body, "h2")] == ["one", "two"]


def test_images_come_with_their_descriptions() -> None:
    page = find(woven(), "images.html")
    assert [text_of(heading.children) for heading in elements(page.body, "h3")] == ["Figure 1", "Figure 2"] * 2
    said = [text_of(line.children) for line in elements(page.body, "p") if line.get("aria-hidden")]
    assert said == ["Image 1 of 1: ‘A cat’", "Image 1 of 2: [decorative]"] * 2
    assert not list(elements(page.body, "td"))


def test_an_image_outside_any_element_is_shown_alone() -> None:
    pages = documents() | {ONE.path: document(ONE, "First", element("img", src="a.png"), "text", element("img", src="b.png"))}
    page = find(woven(pages=pages), "images.html")
    assert [heading.get("id") for heading in elements(page.body, "h3")][:2] == ["one-figure-1", "one-figure-2"]


def test_all_in_one_makes_ids_unique_and_links_follow() -> None:
    page = find(woven(), "aio.html", View.INSTRUCTOR)
    ids = [node.get("id") for node in elements(page.body) if node.get("id")]
    assert len(ids) == len(set(ids)) and {"part", "part-1", "aio-one"} <= set(ids)
    assert [link.get("href") for link in elements(page.body, "a") if text_of(link.children) == "back"] == ["#part", "#part-1"]
    times = [text_of(line.children) for line in elements(page.body, "p") if "estimated-time" in line.classes]
    assert times == ["Estimated time: 30 minutes"]


def test_notes_of_all_episodes_stand_below_the_general_ones() -> None:
    site = woven()
    page = find(site, "instructor-notes.html", View.INSTRUCTOR)
    heading = next(elements(page.body, "h3"))
    assert heading.get("id") == "one-headingInstructor1"
    assert to_html(heading.children) == '<a href="one.html#headingInstructor1">Mind x</a>'
    assert text_of(page.body) == "generalFirstMind xslowlySecondMind xslowly"
    assert text_of(find(site, "instructor-notes.html").body) == "general"


def test_profiles_are_strung_together() -> None:
    page = find(woven(), "profiles.html")
    assert [node.tag for node in page.body if isinstance(node, Element)] == ["p", "hr", "p"]


def test_without_profiles_and_notes() -> None:
    lesson = replace(LESSON, profiles=(), notes=None)
    site = woven(lesson, links=Document(PurePosixPath("links.md"), body=(p("tail"),)))
    assert text_of(find(site, "profiles.html").body).endswith("yet.tail")
    assert "instructor-notes.html" not in {str(page.address) for page in site.pages}
    assert "Instructor Notes" not in menu(site, View.INSTRUCTOR)


def test_the_page_for_missing_addresses_links_absolutely() -> None:
    link = next(elements(find(woven(), "404.html").body, "a"))
    assert link.get("href") == "https://o.example.org/lesson/"


def test_menus_of_both_views() -> None:
    site = woven(replace(LESSON, settings=replace(SETTINGS, handout="true")))
    learner, instructor = menu(site, View.LEARNER), menu(site, View.INSTRUCTOR)
    assert list(learner) == [
        "Episodes",
        "Key Points",
        "Glossary",
        "Learner Profiles",
        "See all in one page",
        "Download Lesson Handout",
    ]
    assert [item.title for item in learner["Episodes"].items] == ["Summary and Setup", "1. First", "2. Second"]
    assert learner["Glossary"].address == "reference.html", "and so not below More a second time"
    assert [item.address for item in instructor["More"].items] == ["about.html", "reference.html"]
    assert "Extract All Images" in instructor


def test_an_overview_lesson_without_episodes() -> None:
    lesson = replace(LESSON, settings=replace(SETTINGS, overview=True), episodes=(), learners=(), instructors=())
    site = woven(lesson)
    assert {"key-points.html", "aio.html", "images.html"}.isdisjoint(str(page.address) for page in site.pages)
    assert list(menu(site, View.INSTRUCTOR)) == ["Episodes", "Setup", "Instructor Notes"]
    assert find(site, "index.html", View.INSTRUCTOR).next is None
    assert not list(elements(find(site, "index.html", View.INSTRUCTOR).body, "table"))


def test_an_overview_lesson_with_episodes_has_no_progress_and_may_drop_numbers() -> None:
    site = woven(replace(LESSON, settings=replace(SETTINGS, overview=True, number_sidebar=False)))
    assert find(site, "two.html").progress is None
    assert [item.title for item in menu(site, View.LEARNER)["Episodes"].items][1:] == ["First", "Second"]


def test_metadata_describes_the_page() -> None:
    site = woven()
    written = find(site, "one.html", View.INSTRUCTOR).metadata
    facts = json.loads(written)
    assert written == json.dumps(facts, indent=2, ensure_ascii=False)
    assert facts["@id"] == "https://o.example.org/lesson/instructor/one.html"
    assert (facts["name"], facts["dateModified"], facts["dateCreated"]) == ("First", "2024-02-03", "2020-05-06")
    assert json.loads(find(site, "index.html").metadata)["name"] == "A Lesson"


def test_problems_of_a_lesson_are_told() -> None:
    bare = replace(LESSON, settings=replace(SETTINGS, lang="tlh"), pages=(LICENSE, source("jose/one.md", Kind.PAGE)))
    pages = documents() | {TWO.path: document(TWO, "", p("x")), PurePosixPath("jose/one.md"): Document(PurePosixPath("jose/one.md"))}
    report = Report(begin(bare, pages, dates={}, citation={}, build_date="2025-01-02", links=None).problems)
    told = {(problem.code, str(problem.location)) for problem in report.problems}
    assert told == {
        ("LS601", "config.yaml:3:1"),
        ("LS603", "episodes/two.md:1"),
        ("LS604", "episodes/two.md"),
        ("LS605", "episodes/two.md"),
        ("LS607", "CITATION.cff"),
    }


def test_questions_may_stand_in_front_matter() -> None:
    old = document(ONE, "First", p("x"), teaching=1, exercises=1, values={"questions": ["Who is it"]})
    page = find(woven(pages=documents() | {ONE.path: old}), "index.html", View.INSTRUCTOR)
    assert "Who is it" in text_of(page.body)


def test_terms_that_the_lesson_uses_are_listed_on_the_reference_page() -> None:
    lesson = replace(LESSON, settings=replace(SETTINGS, glosario="glossary.yaml"))
    pages = documents() | {ONE.path: document(ONE, "First", p("a {{ glosario.cpu }}"))}
    site = woven(lesson, pages, glossary=[{"slug": "cpu", "en": {"term": "CPU", "def": "Computes."}}])
    assert text_of(find(site, "reference.html").body) == "wordsGlossaryCPU: Computes."


@pytest.mark.parametrize(("lang", "word"), [("es", "Puntos Clave"), ("es_MX", "Puntos Clave"), ("ja", "まとめ"), ("en-GB", "Key Points")])
def test_the_interface_speaks_the_lessons_language(lang: str, word: str) -> None:
    assert find(woven(replace(LESSON, settings=replace(SETTINGS, lang=lang))), "key-points.html").title == word


def test_a_long_lesson_goes_on_counting_hours() -> None:
    assert clock(25 * 60 + 7) == "25h 07m"


CITATION: dict[str, Any] = {
    "title": "A Lesson",
    "date-released": "2021-02-03",
    "version": "1.2",
    "authors": [
        {"given-names": "Ann B.", "family-names": "Cee", "affiliation": "Home", "orcid": "https://orcid.org/0"},
        {"name": "A Group"},
        {"given-names": "No Family"},
        "nonsense",
    ],
}


def test_how_to_cite_the_lesson() -> None:
    page = find(woven(citation=CITATION), "citation.html")
    text = text_of(page.body)
    assert "Ann B. Ceeaffiliation of Ann B. Cee: 1 ORCID of Ann B. Cee, A Group (2021). A Lesson. Version [1.2]." in text
    assert "#aff1" in [link.get("href") for link in elements(page.body, "a")]
    assert [(item.get("id"), text_of((item,))) for item in elements(page.body, "li")] == [("aff1", "Home")]
    assert "Cee AB., A Group (2021). A Lesson. Version [1.2]." in text
    assert "https://o.example.org/lesson/" in [link.get("href") for link in elements(page.body, "a")]
    assert page.kind is PageKind.CITATION


def test_an_article_may_be_the_preferred_citation() -> None:
    article = {
        "title": "The Paper",
        "authors": CITATION["authors"][:1],
        "journal": "J",
        "volume": 3,
        "issue": 4,
        "start": 5,
        "end": 6,
        "year": 2020,
    }
    text = text_of(find(woven(citation=CITATION | {"preferred-citation": article | {"doi": "10.1/2"}}), "citation.html").body)
    assert "(2020). The Paper. J, 3(4), 5–6.  https://doi.org/10.1/2" in text
    text = text_of(find(woven(citation=CITATION | {"preferred-citation": article}), "citation.html").body)
    assert "(2020). The Paper. J, 3(4), 5–6. " in text and "doi.org" not in text


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://orcid.org/0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"),
        ("0000-0002-1825-009X", "https://orcid.org/0000-0002-1825-009X"),
        ("javascript:x//https://orcid.org", None),
        ("JaVa\tScRiPt:x", None),
        ("unknown", None),
    ],
)
def test_an_orcid_leads_to_its_page_and_anything_else_nowhere(given: str, address: str | None) -> None:
    person = {"given-names": "Ann", "family-names": "Cee", "orcid": given}
    page = find(woven(citation=CITATION | {"authors": [person]}), "citation.html")
    links = [link.get("href") for link in elements(page.body, "a") if "orcid" in link.classes]
    assert links == ([address] if address else []) and (address or given in text_of(page.body))


@pytest.mark.parametrize("name", ["a b", "JaVa\tScRiPt:x", "[x](y)", "a{#b}", "é", "x%20y", "a?b#c"])
def test_links_to_a_page_are_paths_whatever_its_file_is_named(name: str) -> None:
    odd = source(f"episodes/{name}.md", Kind.EPISODE)
    lesson = replace(LESSON, episodes=(odd, TWO))
    woven_lesson = woven(lesson, documents() | {odd.path: document(odd, "Odd", *EPISODE)})
    address = f"{quote(name)}.html"
    assert re.fullmatch(r"[A-Za-z0-9%_.~-]+", address)
    for made in ("key-points.html", "images.html", "aio.html"):
        page = find(woven_lesson, made)
        assert address in [link.get("href") for link in elements(page.body, "a")]
        assert all(re.fullmatch(r"[\w.~-]+", node.get("id")) for node in elements(page.body) if node.get("id"))
    assert find(woven_lesson, "two.html").previous == PageLink(address, "Odd")


def test_a_citation_without_date_takes_the_lessons() -> None:
    text = text_of(find(woven(citation={key: CITATION[key] for key in ("title", "authors")}), "citation.html").body)
    assert "(2020). A Lesson. Version [unversioned]." in text


def test_reserved_names_belong_to_the_parts_of_the_home_page() -> None:
    pages = documents() | {HOME.path: document(HOME, "", element("h2", "Setup", id="setup"), element("a", "below", href="#setup"))}
    page = find(woven(pages=pages), "index.html")
    assert [node.get("id") for node in elements(page.body) if node.get("id")] == ["setup-1", "setup", "part"]


def test_details_that_authors_write_are_no_notes() -> None:
    pages = documents() | {ONE.path: document(ONE, "First", Raw("<details>"), "aside", Raw("</details>"))}
    assert text_of(find(woven(pages=pages), "instructor-notes.html", View.INSTRUCTOR).body) == "generalFirstSecondMind xslowly"


def test_notes_and_setup_are_no_pages_of_their_own_wherever_they_are_listed() -> None:
    lesson = replace(LESSON, learners=(SETUP, REFERENCE), instructors=(NOTES, ABOUT))
    addresses = [str(page.address) for page in woven(lesson).pages if page.view is View.LEARNER]
    assert addresses.count("instructor-notes.html") == 1 and "setup.html" not in addresses


def test_searching_finds_each_text_once_in_each_view_and_learners_nothing_for_instructors() -> None:
    found = {(str(page.address), page.view) for page in woven().pages if page.search}
    assert {("one.html", view) for view in View} <= found and not {("aio.html", view) for view in View} & found
    for address in ("instructor-notes.html", "about.html"):
        assert (address, View.INSTRUCTOR) in found and (address, View.LEARNER) not in found


def test_a_lesson_may_state_its_accessibility_itself() -> None:
    own = SourceFile(PurePosixPath("accessibility.md"), Kind.PAGE)
    site = woven(replace(LESSON, pages=(*LESSON.pages, own)), documents() | {own.path: document(own, "Ours")})
    assert find(site, "accessibility.html").title == "Ours"
    assert "Web Content Accessibility Guidelines" in text_of(find(site, "accessibility-statement.html").body)
    assert "Web Content Accessibility Guidelines" in text_of(find(woven(), "accessibility.html").body)


def test_empty_key_points_and_episodes_leave_no_gap() -> None:
    pages = documents() | {ONE.path: document(ONE, "First"), TWO.path: document(TWO, "Second", div("keypoints"))}
    assert text_of(find(woven(pages=pages), "key-points.html").body) == "Second"


def test_a_handout_of_ones_own() -> None:
    site = woven(replace(LESSON, settings=replace(SETTINGS, handout="files/mine.pdf")))
    assert menu(site, View.LEARNER)["Download Lesson Handout"].address == "files/mine.pdf"


@pytest.fixture
def long_lesson(monkeypatch: pytest.MonkeyPatch) -> WovenSite:
    """The lesson where two episodes are very many."""
    monkeypatch.setattr("site_builder.weave.pages.all_in_one.LONGEST", 10)
    monkeypatch.setattr("site_builder.weave.pages.all_in_one.EACH", 10)
    monkeypatch.setattr("site_builder.weave.pages.episode_list.LONG", 1)
    return woven()


@pytest.mark.parametrize("view", list(View))
def test_the_episodes_of_a_long_lesson_are_on_several_pages_that_could_be_one(long_lesson: WovenSite, view: View) -> None:
    first, second = (find(long_lesson, address, view) for address in ("aio.html", "aio-2.html"))
    assert [first.title, second.title] == ["All in One View (1)", "All in One View (2)"]
    assert (first.previous, first.next) == (None, PageLink("aio-2.html", "All in One View (2)"))
    assert (second.previous, second.next) == (PageLink("aio.html", "All in One View (1)"), None)
    for page in (first, second):
        links = [link for link in elements(page.body, "a") if link.get("href").startswith("aio")]
        assert [(link.get("href"), link.get("aria-current")) for link in links] == [
            ("aio.html", "page" if page is first else ""), ("aio-2.html", "page" if page is second else ""),
        ]  # fmt: skip
    both = [node.get("id") for page in (first, second) for node in elements(page.body) if node.get("id")]
    assert len(both) == len(set(both)) and {"aio-one", "aio-two", "part", "part-1"} <= set(both)
    assert not any(str(page.address) == "aio-2.html" for page in woven_without_limits())


def woven_without_limits() -> tuple[Page, ...]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("site_builder.weave.pages.all_in_one.LONGEST", 2_000_000)
        return woven().pages


@pytest.mark.parametrize("view", list(View))
def test_a_long_lesson_has_a_list_of_its_episodes(long_lesson: WovenSite, view: View) -> None:
    page = find(long_lesson, "episodes.html", view)
    assert [(link.get("href"), text_of(link.children)) for link in elements(page.body, "a")] == [
        ("one.html", "First"),
        ("two.html", "Second"),
    ]
    assert page.title == "All episodes" and not page.search


def test_a_page_of_the_lesson_keeps_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("site_builder.weave.pages.all_in_one.LONGEST", 10)
    monkeypatch.setattr("site_builder.weave.pages.all_in_one.EACH", 10)
    monkeypatch.setattr("site_builder.weave.pages.episode_list.LONG", 1)
    own = (source("learners/aio-2.md", Kind.LEARNER), source("learners/episodes.md", Kind.LEARNER))
    pages = documents() | {each.path: document(each, "Own", p("own")) for each in own}
    site = woven(replace(LESSON, learners=own), pages)
    addresses = [str(page.address) for page in site.pages if page.view is View.LEARNER]
    assert len(addresses) == len(set(addresses)) and {"aio-2.html", "all-in-one-2.html", "episodes.html", "all-episodes.html"} <= set(
        addresses
    )


def test_nothing_is_made_of_a_page_of_which_nothing_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def build(pages: Mapping[PurePosixPath, Document]) -> list[Page]:
        kept = KeptResults(tmp_path, "1")
        made: list[Page] = []
        prepared = begin(LESSON, pages, dates={}, citation=None, build_date="2025-01-02", links=None, kept=kept)
        for view in View:
            staged = StagedView(view, {}, tmp_path / view.value, kept)
            made += prepared.pages(view, staged.add)[0]
            staged.finish(())
        kept.save()
        return made

    build(documents())
    walked: list[str] = []
    for name in ("body_for", "filter_page"):
        module = "site_builder.weave.filter.views" if name == "body_for" else "site_builder.weave.finishing"
        real = getattr(importlib.import_module(module), name)
        monkeypatch.setattr(f"{module}.{name}", lambda *given, real=real, name=name: walked.append(name) or real(*given))  # type: ignore[func-returns-value]
    again = build(documents())
    assert [name for name in walked if name == "filter_page"] == [] and len(walked) <= 2  # those of the links, which are none
    assert to_html(find_in(again, "one.html").body).count("Remember") == 1
    walked.clear()
    changed = documents() | {ONE.path: document(ONE, "First", *EPISODE, p("more"), teaching=20, exercises=10, pause=5)}
    made = build(changed)
    assert walked.count("filter_page") == 1
    assert all("more" in to_html(find_in(made, address).body) for address in ("one.html", "aio.html"))


def find_in(pages: list[Page], address: str) -> Page:
    return next(page for page in pages if str(page.address) == address)
