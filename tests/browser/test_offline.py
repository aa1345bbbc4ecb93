"""The lesson without a network: unpacked from its ZIP file into a folder, and on paper."""

# ruff: noqa: F811 - fixtures come from a module, and tests name them again

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from site_builder.operations.archive import archive
from site_builder.operations.pdf import print_lesson
from site_builder.pipeline.model import Options
from tests.browser.teaching import tab, taught  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def unpacked(taught: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that people have after they unpacked the archive."""
    place = tmp_path_factory.mktemp("offline")
    made = archive(taught.parent, place / "lesson.zip", Options("host"))
    with zipfile.ZipFile(made.path) as whole:
        whole.extractall(place / "any where")
    return place / "any where" / made.folder


def test_every_link_between_pages_leads_to_a_file(tab: Page, unpacked: Path) -> None:
    failed: list[str] = []
    tab.on(
        "requestfailed", lambda request: request.failure == "net::ERR_ABORTED" or failed.append(request.url)
    )  # continuing is not a failure
    seen: set[str] = set()
    waiting = [(unpacked / "index.html").as_uri()]
    while waiting:
        page = waiting.pop()
        seen.add(page)
        tab.goto(page)
        links = tab.evaluate("[...document.querySelectorAll('a[href]')].map((link) => link.href.split(/[?#]/)[0])")
        local = {link for link in links if link.startswith("file:") and link.endswith(".html")} - seen
        waiting.extend(local - set(waiting))
    names = {page.removeprefix(f"{unpacked.as_uri()}/") for page in seen}
    assert {"index.html", "first.html", "aio.html", "instructor/index.html", "instructor/exercises.html"} <= names
    assert failed == []


def test_nothing_is_fetched_from_elsewhere(tab: Page, unpacked: Path) -> None:
    requests: list[str] = []
    tab.on("request", lambda request: requests.append(request.url))
    for page in ("index.html", "first.html", "instructor/first.html"):
        tab.goto((unpacked / page).as_uri())
        tab.wait_for_load_state("networkidle")
    assert requests
    assert [request for request in requests if not request.startswith(("file:", "data:"))] == []


def test_links_can_be_followed_by_clicking(tab: Page, unpacked: Path) -> None:
    tab.goto((unpacked / "first.html").as_uri())
    tab.get_by_text("Show me the solution").nth(1).click()
    tab.get_by_role("link", name="the other page").click()
    assert tab.url == (unpacked / "second.html").as_uri() + "#first-part"
    assert tab.get_by_role("heading", name="Second Steps").is_visible()


def test_presentation_and_timers_work_from_a_folder(tab: Page, unpacked: Path) -> None:
    tab.goto((unpacked / "instructor" / "first.html").as_uri())
    tab.wait_for_selector(".timer")
    tab.get_by_role("link", name="Present this page").click()
    tab.wait_for_selector("html.presenting")
    tab.keyboard.press("ArrowRight")
    assert "present=2" in tab.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_paper_shows_answers_in_dark_type_and_no_controls(browser: Browser, unpacked: Path, scheme: Literal["light", "dark"]) -> None:
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto((unpacked / "instructor" / "aio.html").as_uri())
    page.emulate_media(media="print", color_scheme=scheme)
    for text in ("Use your fingers.", "Nineteen."):
        assert page.get_by_text(text).first.is_visible()
        assert page.get_by_text(text).first.evaluate("(node) => Number(getComputedStyle(node).color.match(/\\d+/)[0])") < 100
    assert (
        page.locator(".md-header:visible, .md-sidebar:visible, .timer:visible, .lesson-teach:visible, .md-footer nav:visible").count() == 0
    )
    assert page.locator("article").first.evaluate("(node) => Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])") in (
        0,
        255,
    )
    context.close()


def test_a_lesson_is_printed_into_a_pdf_with_structure(browser: Browser, taught: Path, tmp_path: Path) -> None:
    """A browser is there, or the fixture would have skipped this."""
    assert browser
    made = print_lesson(taught.parent, tmp_path / "made.pdf", Options("host"))
    data = made.read_bytes()
    assert data.startswith(b"%PDF")
    assert data.count(b"/Type /Page\n") + data.count(b"/Type /Page ") > 3
    assert b"/StructTreeRoot" in data
    assert b"/Outlines" in data
    assert [path.name for path in (taught.parent / ".lesson").iterdir() if path.name.startswith("print.")] == []
