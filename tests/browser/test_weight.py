"""What a page costs its readers, what it asks of others (nothing), and what is left of it without scripts."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

LIMITS = {"script": 60 * 1024, "stylesheet": 40 * 1024, "document": 60 * 1024}
"""Bytes of an episode's page, compressed as servers do (docs/accessibility.md)."""
EPISODES = ("first-look.html", "long-outputs.html", "wide-tables.html", "instructor/first-look.html")
WHOLE_SITE = 15 * 1024 * 1024


def weighed(browser: Any, address: str) -> tuple[dict[str, int], set[str]]:
    """Return the compressed bytes of a page by kind, and every address that it asks for."""
    context = browser.new_context()
    page = context.new_page()
    responses: list[Any] = []
    page.on("response", lambda response: responses.append(response))  # a method of list cannot be marked by Playwright
    page.goto(address, wait_until="networkidle")
    weights = dict.fromkeys(LIMITS, 0)
    for response in responses:
        if response.request.resource_type in weights:
            weights[response.request.resource_type] += len(gzip.compress(response.body()))
    asked = {response.url for response in responses}
    context.close()
    return weights, asked


@pytest.mark.parametrize("address", EPISODES)
def test_an_episode_keeps_its_budget_and_asks_nobody_else(browser: Any, served: str, address: str) -> None:
    weights, asked = weighed(browser, served + address)
    assert {url for url in asked if not url.startswith(served)} == set()
    assert {kind: weight for kind, weight in weights.items() if weight > LIMITS[kind]} == {}
    assert min(weights.values()) > 0


def test_the_whole_site_fits_into_a_small_archive(site: Path) -> None:
    assert sum(len(gzip.compress(file.read_bytes(), 1)) for file in site.rglob("*") if file.is_file()) < WHOLE_SITE


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("address", ["index.html", "first-look.html", "long-outputs.html"])
def test_nothing_moves_while_a_page_loads(planned: Any, served: str, address: str, width: int) -> None:
    page = planned("404.html", viewport={"width": width, "height": 900})
    page.add_init_script("""window.shift = 0; new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });""")
    page.route("**/*.png", lambda route: (page.wait_for_timeout(150), route.continue_()))
    page.goto(served + address, wait_until="load")
    page.wait_for_timeout(300)
    assert page.evaluate("window.shift") <= 0.02


def test_no_script_fails(browser: Any, served: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    told: list[str] = []
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    for address in ("index.html", *EPISODES):
        page.goto(served + address)
    assert told == []
    context.close()


class TestWithoutScripts:
    """Reading needs no JavaScript; controls that do nothing without it are not shown."""

    def test_text_solutions_tabs_and_provenance_work(self, planned: Any) -> None:
        page = planned("first-look.html", java_script_enabled=False)
        assert page.get_by_text("Rain is measured in").first.is_visible()
        page.get_by_text("Show me the solution").click()
        assert page.get_by_text("the word to find").is_visible()
        page.locator("label.tab-header", has_text="Windows").click()
        assert page.get_by_text("dir", exact=True).is_visible()
        page.locator("details.provenance summary").first.click()
        assert page.get_by_text("Packages", exact=True).first.is_visible()
        assert page.locator("math").first.is_visible()

    def test_dead_controls_are_hidden(self, planned: Any) -> None:
        page = planned("first-look.html", java_script_enabled=False)
        for selector in (".lesson-search-button", ".lesson-menu-button", ".lesson-expand", "[data-md-component=palette]"):
            assert not page.locator(selector).first.is_visible(), selector
        assert page.locator(".lesson-copy").count() == 0

    @pytest.mark.parametrize("width", [1280, 320])
    def test_the_menu_and_the_next_page_can_be_reached(self, planned: Any, width: int) -> None:
        page = planned("first-look.html", java_script_enabled=False, viewport={"width": width, "height": 900})
        if width == 320:
            page.get_by_role("link", name="Menu").click()
        assert page.locator("#lesson-menu").get_by_role("link", name="2. Outputs That Never End").is_visible()
        page.locator("a[rel=next]").click()
        page.wait_for_url("**/long-outputs.html")

    def test_a_narrow_page_does_not_scroll_sideways(self, planned: Any) -> None:
        page = planned("wide-tables.html", java_script_enabled=False, viewport={"width": 320, "height": 900})
        page.mouse.wheel(400, 0)
        assert page.locator("h1").bounding_box()["x"] >= 0


def test_print_shows_solutions_and_hides_controls(planned: Any) -> None:
    page = planned("first-look.html")
    page.emulate_media(media="print")
    assert page.get_by_text("the word to find").is_visible()
    assert not page.locator(".lesson-header").is_visible() and not page.locator(".lesson-copy").first.is_visible()


def test_a_missing_page_finds_its_styles_wherever_it_is_shown(planned: Any, site: Path) -> None:
    root = "https://example.github.io/weather/"

    def answer(route: Any) -> None:
        file = site / route.request.url.removeprefix(root).partition("?")[0]
        route.fulfill(path=file if file.is_file() else site / "404.html")

    page = planned("404.html")
    page.route(f"{root}**", answer)
    page.goto(f"{root}deep/er/missing.html")
    assert page.evaluate("getComputedStyle(document.querySelector('.lesson-header')).backgroundColor") == "rgb(11, 90, 107)"
    assert page.locator(".lesson-skip").evaluate("link => link.href") == f"{root}deep/er/missing.html#main-content"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_missing_page_is_right_at_any_depth_of_another_host_and_without_scripts(planned: Any, site: Path, scripts: bool) -> None:
    root = "http://preview.invalid/weather/"

    def answer(route: Any) -> None:
        file = site / route.request.url.removeprefix(root).partition("?")[0]
        route.fulfill(path=file if file.is_file() else site / "404.html")

    page = planned("404.html", java_script_enabled=scripts)
    page.route(f"{root}**", answer)
    page.goto(f"{root}deep/er/missing.html")
    assert page.locator(".lesson-header").evaluate("part => getComputedStyle(part).backgroundColor") == "rgb(11, 90, 107)"
    assert page.locator(".lesson-home").evaluate("link => link.href") == f"{root}index.html"
