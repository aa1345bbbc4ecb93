"""The same lesson, built by Zensical, in a browser: as accessible, as light, as easy to search, and as it looks with MkDocs."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options
from tests.browser.conftest import serving
from tests.browser.test_accessibility import PAGES, complaints_in_all_modes, violations
from tests.browser.test_search import FOR_INSTRUCTORS, IN_A_SOLUTION, results
from tests.browser.test_weight import EPISODES, LIMITS, weighed
from tests.browser.waiting import until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("zensical") is None, reason="Zensical is not installed"),
]

PLACES = (".lesson-header", ".lesson-home", "#lesson-menu a", "h1", "article h2", "article p", "article pre", ".callout", "summary", "table",
          ".lesson-footer", ".lesson-imprint a")  # fmt: skip
"""Parts of a page whose place and look readers know it by."""


OWN_LIMIT = {"script": 64 * 1024}
"""Zensical's own script weighs 56 KB, Material's 34 (docs/site.md, "Another engine")."""


@pytest.fixture(scope="module")
def zensical_site(written: Path, site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The browser tests' lesson from the records that its other build made."""
    assert site
    return build(written, tmp_path_factory.mktemp("zensical") / "site", Options("host", engine="zensical")).site


@pytest.fixture(scope="module")
def zensical(zensical_site: Path) -> Iterator[str]:
    with serving(zensical_site) as address:
        yield address


@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing(planned: Any, zensical: str, axe: str, address: str) -> None:
    assert complaints_in_all_modes(planned(address, base=zensical, reduced_motion="reduce"), axe) == {}


def test_open_boxes_menu_and_search_are_as_good(planned: Any, zensical: str, axe: str) -> None:
    page = planned("first-look.html", base=zensical, viewport={"width": 320, "height": 900})
    page.get_by_role("button", name="Open all boxes").click()
    page.get_by_role("button", name="Menu").click()
    page.wait_for_timeout(400)
    assert violations(page, axe) == []
    page.keyboard.press("Escape")
    assert len(results(page, "rain")) > 3
    assert violations(page, axe) == []


@pytest.mark.parametrize("address", EPISODES)
def test_an_episode_keeps_its_budget(browser: Any, zensical: str, address: str) -> None:
    weights, asked = weighed(browser, zensical + address)
    assert {url for url in asked if not url.startswith(zensical) or url.endswith("search.json")} == set()
    assert {kind: weight for kind, weight in weights.items() if weight > (LIMITS | OWN_LIMIT)[kind]} == {}
    assert min(weights.values()) > 0


@pytest.mark.parametrize("folder", [False, True], ids=["server", "folder"])
def test_the_search_finds_the_same(planned: Any, zensical: str, zensical_site: Path, folder: bool) -> None:
    page = planned("index.html", base=f"{zensical_site.as_uri()}/" if folder else zensical)
    reference = planned("index.html")
    for words in (IN_A_SOLUTION, FOR_INSTRUCTORS, "rain", "TABLE réading", "nowherenohow"):
        assert results(page, words) == results(reference, words), words
    results(page, IN_A_SOLUTION)
    page.keyboard.press("Enter")
    page.wait_for_url("**/first-look.html#collapseSolution1")
    assert page.get_by_text(IN_A_SOLUTION).is_visible()


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["index.html", "first-look.html", "wide-tables.html", "instructor/first-look.html"])
def test_pages_look_alike(planned: Any, served: str, zensical: str, address: str, scheme: str, width: int) -> None:
    def look(base: str) -> Any:
        page = planned(address, base=base, color_scheme=scheme, reduced_motion="reduce", viewport={"width": width, "height": 900})
        until(page, "document.body.dataset.mdColorScheme")
        page.wait_for_timeout(100)
        return page.evaluate(LOOK, list(PLACES))

    ours, theirs = dict(look(served)), dict(look(zensical))
    differing = {selector: (ours[selector][:3], theirs[selector][:3]) for selector in PLACES if ours[selector] != theirs[selector]}
    assert differing == {}


LOOK = """(selectors) => selectors.map((selector) => [selector, [...document.querySelectorAll(selector)].map((one) => {
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  return [...[box.x, box.y, box.width, box.height].map(Math.round), style.color, style.backgroundColor, style.fontSize, style.fontWeight,
    style.borderTopWidth, style.visibility].join(" ");
})])"""


def test_no_script_fails(browser: Any, zensical: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    told: list[str] = []
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    for address in ("index.html", *EPISODES):
        page.goto(zensical + address)
    assert told == []
    context.close()
