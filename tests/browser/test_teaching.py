"""What instructors use on the pages: the list of exercises, timers, and the schedule at times of their own."""

# ruff: noqa: F811 - fixtures come from a module, and tests name them again

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options
from tests.browser.teaching import WORKSHOP, address, tab, taught, write  # noqa: F401 - fixtures
from tests.browser.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.slow


def timer(tab: Page, title: str = "Count them") -> Locator:
    return tab.get_by_role("group", name=f"Timer: {title}")


def at_noon(tab: Page, address: str, page: str = "instructor/first.html") -> None:
    """Open a page whose clock is frozen until a test moves it."""
    tab.clock.install(time="2026-07-06T12:00:00")
    tab.goto(f"{address}/{page}")
    tab.wait_for_selector(".timer")
    tab.clock.pause_at("2026-07-06T12:00:10")


def test_a_timer_shows_the_stated_minutes_or_the_share_and_says_which(tab: Page, address: str) -> None:
    at_noon(tab, address)
    assert timer(tab).get_by_role("timer").inner_text() == "5:00"
    assert timer(tab, "Name them").get_by_role("timer").inner_text() == "about 10:00"
    assert tab.locator(".timer").count() == 2


def test_a_timer_runs_pauses_goes_on_and_is_set_back(tab: Page, address: str) -> None:
    at_noon(tab, address)
    shown = timer(tab).get_by_role("timer")
    timer(tab).get_by_role("button", name="Start the timer").click()
    tab.clock.run_for(30_000)
    assert shown.inner_text() == "4:30"
    timer(tab).get_by_role("button", name="Pause the timer").click()
    tab.clock.run_for(60_000)
    assert shown.inner_text() == "4:30"
    timer(tab).get_by_role("button", name="Start the timer").press("Enter")
    tab.clock.run_for(30_000)
    assert shown.inner_text() == "4:00"
    timer(tab).get_by_role("button", name="Set the timer back").click()
    assert shown.inner_text() == "5:00"
    tab.clock.run_for(10_000)
    assert shown.inner_text() == "5:00"


def test_a_timer_is_heard_by_screen_readers_at_one_minute_and_at_the_end_only(tab: Page, address: str) -> None:
    at_noon(tab, address)
    said = tab.locator("main [role=status]").filter(has_text="Count them")
    timer(tab).get_by_role("button", name="Start the timer").click()
    tab.clock.run_for(200_000)
    assert said.count() == 0
    tab.clock.run_for(41_000)
    assert said.inner_text() == "Count them (5 min): one minute left"
    tab.clock.run_for(60_000)
    assert said.inner_text() == "Count them (5 min): time is up"
    assert timer(tab).get_by_role("timer").inner_text() == "0:00"
    timer(tab).get_by_role("button", name="Start the timer").click()
    assert timer(tab).get_by_role("timer").inner_text() == "5:00"


def test_learners_have_timers_where_the_address_asks_for_them(tab: Page, address: str) -> None:
    tab.goto(f"{address}/first.html")
    tab.wait_for_load_state("networkidle")
    assert tab.locator(".timer").count() == 0
    assert tab.locator("script[src*=teach]").count() == 0
    tab.goto(f"{address}/first.html?timer")
    tab.wait_for_selector(".timer")
    assert tab.locator(".timer").count() == 2


def test_nothing_moves_when_timers_come(tab: Page, address: str) -> None:
    places = "[...document.querySelectorAll('article > *, .callout-title')].map((node) => node.getBoundingClientRect().top)"
    tab.route("**/assets/teach.js", lambda route: route.abort())
    tab.goto(f"{address}/instructor/second.html")
    tab.wait_for_load_state("networkidle")
    before = tab.evaluate(places)
    tab.unroute("**/assets/teach.js")
    tab.reload()
    tab.wait_for_selector(".timer")
    assert tab.evaluate(places) == before


def test_exercises_are_listed_with_minutes_and_answers_that_open(tab: Page, address: str) -> None:
    tab.goto(f"{address}/instructor/exercises.html")
    first = tab.locator("table.exercises").first
    assert [cell.inner_text() for cell in first.locator("tbody tr").nth(0).locator("th, td").all()] == [
        "Count them", "5", "Give me a hint\nShow me the solution",
    ]  # fmt: skip
    assert first.locator("tbody tr").nth(1).locator("td").nth(0).inner_text() == "about 10"
    first.get_by_role("link", name="Show me the solution").first.click()
    tab.wait_for_url("**/instructor/first.html#*")
    assert tab.get_by_text("Nineteen.").is_visible()


def test_learners_see_the_exercises_without_answers(tab: Page, address: str) -> None:
    tab.goto(f"{address}/exercises.html")
    assert tab.locator("table.exercises").count() == 2
    assert tab.get_by_role("link", name="Show me the solution").count() == 0


def times(tab: Page) -> list[str]:
    """Return the first two cells of each row of the schedule below its first."""
    rows = tab.locator("table.schedule > tbody > tr").all()[1:]
    return [" ".join(" ".join(cell.inner_text().split()) for cell in row.locator("td").all()[:2]) for row in rows]


USUAL = [
    "Day 1 Monday, July 6, 2026", "09:00 1. First Steps", "09:35 Break", "09:45 2. Second Steps", "10:20 Finish",
    "Day 2 Wednesday, July 8, 2026", "13:30 3. Third Steps", "13:40 Finish",
]  # fmt: skip


def form(tab: Page, address: str, query: str = "") -> None:
    tab.goto(f"{address}/instructor/index.html{query}")
    until(tab, "window.lessonTeaching")
    tab.get_by_text("Set the times of your workshop").click()


def test_the_schedule_shows_the_times_of_the_settings(tab: Page, address: str) -> None:
    form(tab, address)
    assert times(tab) == USUAL


def test_chosen_times_stand_in_the_address_and_come_back_from_it(tab: Page, address: str) -> None:
    form(tab, address)
    tab.get_by_label("Begins at").fill("10:30")
    tab.get_by_label("First day").fill("2027-01-31")
    tab.get_by_label("Minutes of break after First Steps").fill("25")
    tab.get_by_label("A new day begins with Third Steps").uncheck()
    tab.get_by_label("A new day begins with Second Steps").check()
    assert tab.url.endswith("?start=10%3A30&date=2027-01-31&days=second&breaks=first%3A25")
    expected = ["Day 1 Sunday, January 31, 2027", "10:30 1. First Steps", "11:05 Finish", "Day 2 Monday, February 1, 2027",
                "10:30 2. Second Steps", "11:05 Break", "11:25 3. Third Steps", "11:35 Finish"]  # fmt: skip
    assert times(tab) == expected
    tab.reload()
    until(tab, "window.lessonTeaching")
    tab.wait_for_selector("table.schedule tr.finish")
    assert times(tab) == expected
    tab.get_by_text("Set the times of your workshop").click()
    tab.get_by_role("button", name="Back to the lesson's own times").click()
    until(tab, "!location.search")
    assert times(tab) == USUAL


@pytest.mark.parametrize("query", ["?start=noon&date=yesterday&days=nothing&breaks=x:y,first:-3,:,third", "?start=&days="])
def test_an_address_with_nonsense_is_no_harm(tab: Page, address: str, query: str) -> None:
    form(tab, address, query)
    assert "1. First Steps" in " ".join(times(tab))


def test_episodes_side_by_side_begin_together_at_other_times_too(browser: Browser, tmp_path: Path) -> None:
    root = write(tmp_path / "lesson", WORKSHOP + "    second: 0\n  alternatives: {second: first}\n")
    site = build(root, None, Options("host")).site
    tab = browser.new_page(locale="en-GB")
    for query, start in (("", "09"), ("?start=10:00&days=", "10")):
        tab.goto(f"{(site / 'instructor/index.html').as_uri()}{query}")
        until(tab, "window.lessonTeaching")
        told = [row for row in times(tab) if not row.startswith("Day")]
        assert told[:2] == [f"{start}:00 1. First Steps", f"{start}:00 1. Second Steps"]
        assert told[2] == (f"{start}:35 Break" if query else f"{start}:35 Finish")
        if query:
            assert told[3:] == [f"{start}:45 2. Third Steps", f"{start}:55 Finish"]
    tab.goto((site / "third.html").as_uri())
    assert "Episode 2 of 2" in tab.locator("main").inner_text()
    tab.close()


def test_the_calendar_holds_the_chosen_times(tab: Page, address: str, tmp_path: Path) -> None:
    form(tab, address, "?start=08:15&date=2026-12-31")
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Calendar file of these times").click()
    download.value.save_as(tmp_path / "chosen.ics")
    lines = (tmp_path / "chosen.ics").read_bytes().decode().split("\r\n")
    assert [line for line in lines if line.startswith(("DTSTART", "DTEND", "SUMMARY"))] == [
        "DTSTART:20261231T081500", "DTEND:20261231T085000", "SUMMARY:First Steps",
        "DTSTART:20261231T090000", "DTEND:20261231T093500", "SUMMARY:Second Steps",
        "DTSTART:20270101T081500", "DTEND:20270101T082500", "SUMMARY:Third Steps",
    ]  # fmt: skip


def test_no_calendar_without_a_date(tab: Page, address: str) -> None:
    form(tab, address)
    tab.get_by_label("First day").fill("")
    assert tab.get_by_role("button", name="Calendar file of these times").is_disabled()


def test_the_form_is_hidden_where_no_script_can_help(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/instructor/index.html")
    assert not page.get_by_text("Set the times of your workshop").is_visible()
    assert page.get_by_role("link", name="Calendar file (.ics)").is_visible()
    context.close()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong(browser: Browser, address: str, scheme: Literal["light", "dark"], width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": 720}, color_scheme=scheme, reduced_motion="reduce")
    tab = context.new_page()
    found = []

    def look(place: str) -> None:
        tab.wait_for_timeout(50)
        found.extend((place, each["id"], [node["html"] for node in each["nodes"]]) for each in Axe().run(tab).response["violations"])
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, place

    form(tab, address, "?start=10:00")
    look("schedule")
    tab.goto(f"{address}/instructor/exercises.html")
    look("exercises")
    tab.goto(f"{address}/instructor/second.html")
    timer(tab).get_by_role("button", name="Start the timer").click()
    look("timer")
    tab.goto(f"{address}/second.html?present=4")
    tab.wait_for_selector("html.presenting")
    tab.keyboard.press("s")
    look("presentation")
    tab.keyboard.press("?")
    look("keys")
    context.close()
    assert found == []
