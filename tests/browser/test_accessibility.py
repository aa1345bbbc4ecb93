"""What readers with other needs meet: axe finds nothing, the keyboard reaches everything, nothing depends on width, motion or colour."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from site_builder.publish.versions import PAGE, Version, list_files
from site_builder.weave.translations import ENGLISH
from tests.browser.waiting import open_search, until

pytestmark = pytest.mark.slow

PAGES = (
    "index.html", "first-look.html", "long-outputs.html", "wide-tables.html", "key-points.html", "aio.html", "images.html",
    "instructor-notes.html", "reference.html", "profiles.html", "citation.html", "LICENSE.html", "accessibility.html", "404.html",
    "instructor/index.html", "instructor/first-look.html", "instructor/instructor-notes.html",
)  # fmt: skip
"""Every kind of page, in both views."""

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SCHEMES = {"light": "default", "dark": "slate"}
MODES = [(scheme, width) for scheme in ("light", "dark") for width in (1280, 320)]


def violations(page: Any, script: str) -> list[str]:
    """Return what axe complains about, a line for each element."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(script)
    options = json.dumps({"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]})
    found = page.evaluate(f"axe.run(document, {options}).then((result) => result.violations)")
    return [
        f"{rule['id']}: {node['html'][:160]} {node['any'][0]['message'] if node['any'] else ''}" for rule in found for node in rule["nodes"]
    ]


def complaints_in_all_modes(page: Any, script: str) -> dict[tuple[str, int], list[str]]:
    """Return what axe complains about in both schemes at both widths."""
    found = {}
    for scheme, width in MODES:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        until(page, f"document.body.dataset.mdColorScheme === '{SCHEMES[scheme]}'")
        page.evaluate(
            "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"
        )  # sizes are seen
        found[scheme, width] = violations(page, script)
    return {mode: told for mode, told in found.items() if told}


@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing_in_either_scheme_at_either_width(planned: Any, axe: str, address: str) -> None:
    page = planned(address, reduced_motion="reduce")  # else colours fade from one scheme to the other
    assert complaints_in_all_modes(page, axe) == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_in_the_list_of_versions(browser: Any, axe: str, scheme: str) -> None:
    made = list_files("A lesson", [Version("2026-07-scipy", "2026-07-06"), Version("v1", "2025-01-01")], ENGLISH)
    page = browser.new_page(color_scheme=scheme, viewport={"width": 320, "height": 900})
    page.set_content(made[PAGE].decode())
    assert violations(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Newest version"
    page.close()


def test_open_boxes_menu_and_search_are_as_good_as_the_page(planned: Any, axe: str) -> None:
    page = planned("first-look.html", viewport={"width": 320, "height": 900})
    page.get_by_role("button", name="Open all boxes").click()
    assert violations(page, axe) == []
    page.get_by_role("button", name="Menu").click()
    page.wait_for_timeout(400)
    assert violations(page, axe) == []
    page.keyboard.press("Escape")
    open_search(page)
    page.keyboard.type("rain")
    page.wait_for_selector(".lesson-search a")
    assert violations(page, axe) == []


@pytest.mark.parametrize("address", PAGES)
def test_no_page_scrolls_sideways_at_320_pixels(planned: Any, address: str) -> None:
    page = planned(address, viewport={"width": 320, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_the_keyboard_goes_from_the_skip_link_through_everything_and_sees_where_it_is(planned: Any) -> None:
    page = planned("first-look.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.classList.contains('lesson-skip')")
    seen = []
    for _ in range(120):
        page.keyboard.press("Tab")
        state = page.evaluate(STOP)
        if state is None:
            break
        assert state["ring"], state
        assert state["free"], state
        seen.append(state["name"])
    assert seen[0] == "a.lesson-home" and any("lesson-search-button" in name for name in seen[:8])
    for kind in ("summary.", "button.lesson-copy", "input.", "a.external-link"):
        assert any(name.startswith(kind) for name in seen), (kind, seen)
    assert state is None or "lesson-skip" in state["name"], "the walk ends"


STOP = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at), box = at.getBoundingClientRect(), label = at.id && document.querySelector(`label[for="${at.id}"]`);
  const shown = at.matches(".md-option, .tabbed-set > input") && label ? label : at;
  const ring = [at, shown, label].some((one) => one && getComputedStyle(one).outlineStyle !== "none");
  const place = shown.getBoundingClientRect(), head = document.querySelector(".lesson-header");
  const under = !head.contains(at) && getComputedStyle(head).position !== "static" && place.bottom <= head.getBoundingClientRect().bottom;
  return {name: `${at.tagName.toLowerCase()}.${at.className.replace(/ ?focus-visible/, "")}`, ring, free: !under, text: at.textContent.slice(0, 40)};
}"""


def test_the_skip_link_leads_past_the_menu(planned: Any) -> None:
    page = planned("first-look.html")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#main-content').contains(document.activeElement)")


def test_the_menu_opens_and_closes_by_keyboard_on_a_narrow_screen(planned: Any) -> None:
    page = planned("first-look.html", viewport={"width": 320, "height": 900})
    button = page.get_by_role("button", name="Menu")
    assert not page.locator("#lesson-menu").is_visible()
    button.press("Enter")
    until(page, "document.activeElement.matches('#lesson-menu [aria-current], #lesson-menu [aria-current] *')", timeout=3000)
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    until(page, "document.activeElement.matches('.lesson-menu-button')")
    until(page, "getComputedStyle(document.querySelector('.md-sidebar--primary')).visibility === 'hidden'")


def test_reduced_motion_stops_all_motion(planned: Any) -> None:
    page = planned("first-look.html", reduced_motion="reduce")
    moving = page.evaluate("""() => [...document.querySelectorAll("*")].filter((one) => {
      const style = getComputedStyle(one);
      return style.animationName !== "none" || style.transitionDuration.split(", ").some((time) => parseFloat(time) > 0);
    }).length""")
    assert moving == 0


def test_forced_colours_leave_boxes_and_the_current_page_to_be_seen(planned: Any) -> None:
    page = planned("first-look.html", forced_colors="active")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    for selector in (".callout", "details.solution", ".lesson-header"):
        assert page.evaluate(f"getComputedStyle(document.querySelector('{selector}')).borderTopStyle") == "solid"
    assert page.evaluate("getComputedStyle(document.querySelector('.lesson-menu [aria-current]')).outlineStyle") == "solid"


def test_headings_skip_no_level_and_the_language_is_said(planned: Any) -> None:
    page = planned("first-look.html")
    levels = page.evaluate(
        "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter((h) => h.getClientRects().length).map((h) => +h.tagName[1])"
    )
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert page.get_attribute("html", "lang") == "en"


def test_controls_are_large_enough_to_touch(planned: Any) -> None:
    page = planned("first-look.html", viewport={"width": 320, "height": 900})
    small = page.evaluate("""() => [...document.querySelectorAll("button, summary, .lesson-menu a, .lesson-imprint a, .tabbed-labels label")]
      .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
      .filter(([, box]) => box.width && (box.width < 24 || box.height < 24)).map(([html]) => html)""")
    assert small == []
