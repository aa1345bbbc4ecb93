"""The presentation, driven by keys as an instructor does: one section a screen, answers on demand, and the page as it was afterwards."""

# ruff: noqa: F811 - fixtures come from a module, and tests name them again

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.teaching import address, tab, taught  # noqa: F401 - fixtures

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow


def seen(tab: Page) -> list[str]:
    """Return the headings that the screen shows."""
    return [text.replace("¶", "").strip() for text in tab.locator("article :is(h1, h2, h3):visible:not(.present-away)").all_inner_texts()]


def number(tab: Page) -> int:
    return int(tab.evaluate("new URL(location.href).searchParams.get('present')"))


def begin(tab: Page, address: str, page: str = "first.html") -> None:
    tab.goto(f"{address}/{page}?present")
    tab.wait_for_selector("html.presenting")


def test_keys_lead_through_all_sections_and_back(tab: Page, address: str) -> None:
    begin(tab, address)
    assert seen(tab)[0] == "First Steps"
    total = int(tab.locator(".present-place").inner_text().split("/")[1])
    passed = [seen(tab)]
    for step in range(2, total + 1):
        tab.keyboard.press("ArrowRight")
        assert number(tab) == step
        passed.append(seen(tab))
    headings = [heading for screen in passed for heading in screen]
    assert [heading for heading in headings if heading in ("First part", "A detail", "Exercises", "Last part")] == [
        "First part", "A detail", "Exercises", "Last part",
    ]  # fmt: skip
    assert sum("Count them" in heading for heading in headings) == 1
    tab.keyboard.press("ArrowRight")
    assert number(tab) == total
    tab.keyboard.press("ArrowLeft")
    assert number(tab) == total - 1
    tab.keyboard.press("Home")
    assert number(tab) == 1
    tab.keyboard.press("End")
    assert number(tab) == total


def test_every_part_of_the_page_is_on_exactly_one_screen(tab: Page, address: str) -> None:
    begin(tab, address)
    parts = "[...document.querySelectorAll('article :is(p, li, pre, h2, h3, h4)')].filter((node) => !node.closest('[data-chrome]'))"
    count = tab.evaluate(f"{parts}.length")
    screens = []
    for _ in range(int(tab.locator(".present-place").inner_text().split("/")[1])):
        screens.append(
            tab.evaluate(f"{parts}.map((node, number) => node.closest('.present-away') ? -1 : number).filter((number) => number >= 0)")
        )
        tab.keyboard.press("ArrowRight")
    assert all(screens)
    assert sorted(part for screen in screens for part in screen) == list(range(count))


def test_the_page_around_is_hidden_and_the_type_is_large(tab: Page, address: str) -> None:
    tab.goto(f"{address}/first.html")
    usual = tab.evaluate("parseFloat(getComputedStyle(document.querySelector('article p')).fontSize)")
    begin(tab, address)
    assert tab.locator(".md-header:visible, .md-sidebar:visible, .md-footer:visible, [data-chrome]:visible").count() == 0
    assert tab.evaluate("parseFloat(getComputedStyle(document.querySelector('article p')).fontSize)") >= 1.35 * usual


def test_formulas_and_diagrams_are_shown_as_large_as_the_type(tab: Page, address: str) -> None:
    tab.goto(f"{address}/first.html")
    drawing = tab.locator(".diagram-drawing svg")
    usual = drawing.bounding_box()
    begin(tab, address)
    while "First part" not in seen(tab):
        tab.keyboard.press("ArrowRight")
    shown = drawing.bounding_box()
    assert usual and shown
    assert shown["width"] >= 1.3 * usual["width"]
    assert shown["height"] <= 0.8 * tab.evaluate("innerHeight")
    assert tab.locator("article math").bounding_box()
    assert tab.locator(".md-diagram figcaption").is_visible()
    assert not tab.locator(".md-diagram details").is_visible()


def test_space_goes_down_a_long_section_before_it_turns_over(tab: Page, address: str) -> None:
    begin(tab, address)
    while "A detail" not in seen(tab):
        tab.keyboard.press("ArrowRight")
    here = number(tab)
    presses = 0
    while number(tab) == here:
        tab.keyboard.press("Space")
        presses += 1
        assert presses < 40
    assert presses > 3
    assert number(tab) == here + 1
    assert tab.evaluate("window.scrollY") == 0
    tab.keyboard.press("PageUp")
    assert number(tab) == here
    assert tab.evaluate("window.scrollY") > 0


def test_answers_are_shut_until_their_key_is_pressed(tab: Page, address: str) -> None:
    begin(tab, address)
    while not any("Count them" in heading for heading in seen(tab)):
        tab.keyboard.press("ArrowRight")
    hint, answer = tab.get_by_text("Use your fingers."), tab.get_by_text("Nineteen.")
    assert not hint.is_visible()
    tab.keyboard.press("s")
    assert hint.is_visible()
    assert not answer.is_visible()
    tab.keyboard.press("s")
    assert answer.is_visible()
    tab.keyboard.press("s")
    assert not hint.is_visible()
    assert not answer.is_visible()


def test_code_that_is_higher_than_the_screen_gets_smaller_type(tab: Page, address: str) -> None:
    from playwright.sync_api import expect

    boxes = "[...document.querySelectorAll('article details pre')]"
    sizes = f"{boxes}.map((box) => parseFloat(getComputedStyle(box.querySelector('code')).fontSize))"
    heights = f"{boxes}.map((box) => box.getBoundingClientRect().height / innerHeight)"
    tab.goto(f"{address}/third.html")
    usual = tab.evaluate(sizes)
    begin(tab, address, "third.html")
    tab.keyboard.press("End")
    tab.keyboard.press("s")
    fitted = tab.locator("article details pre[style*='--present-fit']")
    expect(fitted).to_have_count(2)
    short, long, longest = tab.evaluate(sizes)
    assert short > 1.35 * usual[0]
    assert usual[1] < long < short
    assert longest == pytest.approx(usual[2], rel=0.01)
    assert 0.75 < tab.evaluate(heights)[1] <= 0.9
    tab.set_viewport_size({"width": 1280, "height": 1400})
    expect(fitted).to_have_count(1)
    assert tab.evaluate(sizes)[1] == pytest.approx(tab.evaluate(sizes)[0])
    tab.keyboard.press("Escape")
    assert tab.evaluate(sizes) == usual


def test_notes_for_instructors_are_not_thrown_on_the_wall(tab: Page, address: str) -> None:
    tab.goto(f"{address}/instructor/third.html")
    assert tab.get_by_text("Whisper").is_visible()
    begin(tab, address, "instructor/third.html")
    tab.keyboard.press("End")
    assert tab.get_by_text("Text.", exact=True).is_visible()
    assert not tab.get_by_text("Whisper").is_visible()
    tab.keyboard.press("s")
    assert tab.get_by_text("A long detail.").is_visible()
    assert not tab.get_by_text("Not for the wall.").is_visible()


def test_the_address_keeps_the_position(tab: Page, address: str) -> None:
    begin(tab, address)
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    before = seen(tab)
    tab.reload()
    tab.wait_for_selector("html.presenting")
    assert number(tab) == 3
    assert seen(tab) == before


def test_a_fragment_names_the_section_to_begin_with(tab: Page, address: str) -> None:
    tab.goto(f"{address}/first.html?present#last-part")
    tab.wait_for_selector("html.presenting")
    assert seen(tab)[0] == "Last part"


@pytest.mark.parametrize("where", ["?present=99", "?present=zero", "?present=-1", "?present#nowhere"])
def test_an_address_that_means_nothing_begins_at_the_beginning(tab: Page, address: str, where: str) -> None:
    tab.goto(f"{address}/first.html{where}")
    tab.wait_for_selector("html.presenting")
    assert number(tab) == 1


def test_escape_gives_the_page_back_at_the_same_place(tab: Page, address: str) -> None:
    tab.goto(f"{address}/instructor/first.html")
    facts = "[...document.querySelectorAll('html, article, article > *')].map((node) => `${node.tagName} ${node.getAttribute('tabindex')} ${/present/.test(node.className)}`)"
    before, facts_before = tab.locator("article").inner_text(), tab.evaluate(facts)
    begin(tab, address, "instructor/first.html")
    while "Last part" not in seen(tab):
        tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Escape")
    assert tab.locator("html.presenting").count() == 0
    assert tab.url == f"{address}/instructor/first.html#last-part"
    assert tab.locator("article").inner_text() == before
    assert [now for now, then in zip(tab.evaluate(facts), facts_before, strict=True) if now != then] == [
        "H2 -1 false"
    ]  # the focus is there
    tab.keyboard.press("ArrowRight")
    assert tab.url.endswith("#last-part")


def test_a_list_of_keys_opens_and_closes_without_leaving(tab: Page, address: str) -> None:
    begin(tab, address)
    tab.keyboard.press("?")
    dialog = tab.get_by_role("dialog", name="Keys")
    assert dialog.is_visible()
    assert "Next section" in dialog.inner_text()
    tab.keyboard.press("ArrowRight")
    assert number(tab) == 1
    tab.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert tab.locator("html.presenting").count() == 1


def test_another_dialog_keeps_its_keys(tab: Page, address: str) -> None:
    begin(tab, address)
    tab.evaluate("const box = document.createElement('dialog'); box.textContent = 'box'; document.body.append(box); box.showModal()")
    tab.keyboard.press("ArrowRight")
    assert number(tab) == 1
    tab.keyboard.press("Escape")
    assert tab.locator("html.presenting").count() == 1
    tab.keyboard.press("ArrowRight")
    assert number(tab) == 2


def test_everything_works_by_buttons_too_and_says_where_one_is(tab: Page, address: str) -> None:
    begin(tab, address)
    bar = tab.get_by_role("navigation", name="Presentation")
    bar.get_by_role("button", name="Next section").click()
    assert number(tab) == 2
    assert bar.get_by_role("status").inner_text().startswith("Section 2 of")
    bar.get_by_role("button", name="Next section").focus()
    tab.keyboard.press("Space")
    assert number(tab) == 3
    bar.get_by_role("button", name="Leave the presentation").click()
    assert tab.locator("html.presenting").count() == 0


def test_code_that_scrolls_sideways_keeps_its_arrows(tab: Page, address: str) -> None:
    tab.set_viewport_size({"width": 320, "height": 600})
    tab.goto(f"{address}/first.html?present#last-part")
    tab.wait_for_selector("html.presenting")
    here = number(tab)
    box = tab.locator("article pre:visible, article pre:visible code").filter(has_text="a line of code").first
    tab.evaluate(
        "[...document.querySelectorAll('article pre, article pre code')].filter((node) => node.scrollWidth > node.clientWidth)[0].tabIndex = 0"
    )
    tab.evaluate("document.querySelector('article pre[tabindex], article pre code[tabindex]').focus()")
    assert box.is_visible()
    tab.keyboard.press("ArrowRight")
    assert number(tab) == here


def test_nothing_is_wider_than_a_narrow_screen(tab: Page, address: str) -> None:
    tab.set_viewport_size({"width": 320, "height": 600})
    begin(tab, address)
    total = int(tab.locator(".present-place").inner_text().split("/")[1])
    for _ in range(total):
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320
        tab.keyboard.press("ArrowRight")


@pytest.mark.parametrize("page", ["second.html", "third.html", "index.html", "aio.html", "exercises.html", "instructor/index.html"])
def test_every_kind_of_page_can_be_presented(tab: Page, address: str, page: str) -> None:
    begin(tab, address, page)
    assert seen(tab)
    tab.keyboard.press("End")
    tab.keyboard.press("Escape")
    assert tab.locator(".present-away").count() == 0


def test_without_scripts_the_page_is_an_ordinary_one(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/instructor/first.html?present")
    assert page.get_by_role("heading", name="Last part").is_visible()
    assert not page.get_by_role("link", name="Present this page").is_visible()
    context.close()
