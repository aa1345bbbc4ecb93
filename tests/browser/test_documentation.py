"""The documentation's site: axe finds nothing on any page, it fits on a telephone, and its search finds what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import serving
from tests.browser.test_accessibility import MODES, complaints_in_all_modes, violations
from tests.browser.waiting import open_search, until
from tools.documentation.site import build, page_addresses

pytestmark = pytest.mark.slow

IN_ALL_MODES = ("index.html", "first-lesson.html", "boxes.html", "problems.html", "command-line.html", "404.html")
"""Every kind of page; the others are looked at in one mode."""
OTHERS = sorted(set(page_addresses().values()) - set(IN_ALL_MODES))


@pytest.fixture(scope="module")
def documentation(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of the documentation; the tests' lesson is built before, as all are before Playwright runs."""
    assert site
    folder = tmp_path_factory.mktemp("documentation") / "site"
    build(folder)
    with serving(folder) as address:
        yield address


@pytest.fixture
def opened(documentation: str, planned: Any) -> Any:
    """Return a function that opens a page of the documentation."""
    return lambda address, **settings: planned(address, base=documentation, **settings)


@pytest.mark.parametrize("address", IN_ALL_MODES)
def test_axe_finds_nothing_in_either_scheme_at_either_width(opened: Any, axe: str, address: str) -> None:
    page = opened(address, reduced_motion="reduce")
    assert len(MODES) == 4
    assert complaints_in_all_modes(page, axe) == {}


@pytest.mark.parametrize("address", OTHERS)
def test_axe_finds_nothing_on_any_page_and_none_scrolls_sideways(opened: Any, axe: str, address: str) -> None:
    page = opened(address, viewport={"width": 320, "height": 900}, reduced_motion="reduce")
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_search_finds_a_problem_and_leads_to_its_example(opened: Any) -> None:
    page = opened("index.html")
    open_search(page)
    page.keyboard.type("LS603")
    page.wait_for_selector(".lesson-search a")
    links = page.locator(".lesson-search a").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    assert any("problem-examples.html#ls603" in link for link in links), links


def test_there_is_one_view_and_a_dark_scheme_that_the_reader_may_choose(opened: Any) -> None:
    page = opened("index.html", color_scheme="light")
    assert page.locator(".lesson-views").count() == 0
    until(page, "document.body.dataset.mdColorScheme === 'default'")
    page.emulate_media(color_scheme="dark")
    until(page, "document.body.dataset.mdColorScheme === 'slate'")


def test_boxes_are_shown_as_in_a_lesson(opened: Any) -> None:
    page = opened("boxes.html")
    page.get_by_text("Show me the solution").last.click()
    assert page.get_by_text("3 + 4 is 7.").is_visible()
