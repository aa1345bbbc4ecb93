"""What learners do on a page: copy code, choose tabs, open boxes, ask what a term means and where an output comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.waiting import until

pytestmark = pytest.mark.slow


def copied(page: Any, button: Any) -> str:
    """Press a copy button and return what it put into the clipboard."""
    button.click()
    until(page, "document.querySelector('.lesson-messages').textContent === 'Copied'")
    return str(page.evaluate("navigator.clipboard.readText()"))


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (">>> rain.append(4)", "rain.append(4)\nrain"),
        ("ada@host", 'curl --location \\\n    --output soil.csv \\\n    https://example.org/soil.csv\ncat << EOF > job.sh\necho hello\nEOF\ngit commit -m "Title\n\nBody"'),
        ("> rain <- c", "rain <- c(3,\n          7)\nrain"),
        ("$ ls", "ls\ncat \\\nrain.csv"), ("print(\"total\"", 'rain = [3, 0, 7]\nprint("total", sum(rain))'),
    ],
)  # fmt: skip
def test_copying_leaves_out_prompts_and_outputs(planned: Any, shown: str, expected: str) -> None:
    page = planned("first-look.html", permissions=["clipboard-read", "clipboard-write"])
    block = page.locator(".codewrapper", has_text=shown).first
    assert copied(page, block.locator(".lesson-copy")) == expected


def test_outputs_have_no_copy_button(planned: Any) -> None:
    page = planned("first-look.html")
    assert page.locator(".codewrapper:has(> pre.output) .lesson-copy").count() == 0
    assert page.locator(".lesson-copy").count() > 5


@pytest.mark.parametrize(("mode", "on_episode", "on_home"), [("none", 0, 0), ("setup-only", 0, 2)])
def test_lessons_choose_where_code_is_copied(planned: Any, mode: str, on_episode: int, on_home: int) -> None:
    for address, expected in (("first-look.html", on_episode), ("index.html", on_home)):
        page = planned("404.html")
        page.route(
            f"**/{address}", lambda route: route.fulfill(body=route.fetch().text().replace('data-copy="all"', f'data-copy="{mode}"'))
        )
        page.goto(page.url.replace("404.html", address))
        assert page.locator(".codewrapper:not([data-copied]) .lesson-copy").count() == expected


def test_a_chosen_system_is_remembered_on_other_pages(planned: Any) -> None:
    page = planned("first-look.html")
    page.get_by_text("Windows", exact=True).click()
    page.goto(page.url.replace("first-look", "index"))
    assert page.locator("input[data-tab=Windows]").is_checked()
    assert page.get_by_text("Run the installer").is_visible()


def test_tabs_are_chosen_by_keyboard(planned: Any) -> None:
    page = planned("index.html")
    page.locator("input[data-tab=Linux]").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("input[data-tab=macOS]").is_checked() and page.get_by_text("brew install python").is_visible()


def test_all_boxes_open_and_close_at_once(planned: Any) -> None:
    page = planned("first-look.html")
    page.get_by_role("button", name="Open all boxes").click()
    assert page.locator("details.solution, details.hint").evaluate_all("boxes => boxes.every((box) => box.open)")
    page.get_by_role("button", name="Close all boxes").click()
    assert not page.locator("details.solution").evaluate("box => box.open")


@pytest.mark.parametrize("way", ["focus", "hover"])
def test_a_term_is_explained_on_focus_and_hover_until_escape(planned: Any, way: str) -> None:
    page = planned("first-look.html")
    getattr(page.locator("a.glosario-term"), way)()
    assert page.get_by_role("tooltip").text_content() == "A vessel that collects rain."
    assert page.locator("a.glosario-term").get_attribute("aria-describedby") == "lesson-tip"
    page.keyboard.press("Escape")
    assert page.get_by_role("tooltip").count() == 0


@pytest.mark.parametrize("way", ["focus", "hover", "tap"])
def test_where_an_output_comes_from_is_told_on_hover_focus_and_tap_and_moves_nothing(planned: Any, way: str) -> None:
    page = planned("first-look.html", has_touch=True)
    note = page.locator("details.provenance").first
    height = page.evaluate("document.body.scrollHeight")
    if way == "focus":
        page.locator(".lesson-copy").first.focus()
        page.keyboard.press("Tab")
    else:
        getattr(note.locator("summary"), way)()
    until(page, "document.querySelector('details.provenance').open")
    assert note.get_by_text("Environment", exact=True).is_visible()
    assert page.evaluate("document.body.scrollHeight") == height
    page.keyboard.press("Escape")
    if way != "hover":
        assert not note.evaluate("box => box.open")


def test_a_long_output_scrolls_by_keyboard_in_a_frame_with_a_name(planned: Any) -> None:
    page = planned("long-outputs.html")
    frame = page.get_by_role("region", name="Output 1: Outputs That Never End")
    frame.focus()
    page.keyboard.press("End")
    until(page, "document.activeElement.scrollTop > 1000")
    assert page.evaluate("document.activeElement.clientHeight") < 700


def test_a_data_frame_says_what_its_headers_head(planned: Any) -> None:
    table = planned("first-look.html").get_by_role("table", name="Table 1: A First Look at Rain")
    assert table.locator("th[scope=col]").all_text_contents() == ["day", "rain"]
    assert table.locator("th[scope=row]").all_text_contents() == ["0", "1"]


def test_wide_things_scroll_in_named_frames(planned: Any) -> None:
    page = planned("wide-tables.html")
    assert page.get_by_role("group", name="Table 1:").get_attribute("tabindex") == "0"


def test_code_can_be_taken_away_and_the_links_lead_to_files(planned: Any, site: Path) -> None:
    page = planned("instructor/first-look.html")
    for name in ("Notebook without outputs", "Script"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert (site / "files" / download.value.suggested_filename).is_file()


def test_views_lead_to_each_other(planned: Any) -> None:
    page = planned("first-look.html")
    page.get_by_role("link", name="Instructor View").click()
    page.wait_for_url("**/instructor/first-look.html")
    assert page.locator("#accordionInstructor1").count() == 1
    page.get_by_role("link", name="Learner View").click()
    page.wait_for_url(lambda url: "instructor" not in url)


def test_a_scheme_can_be_chosen_and_is_kept(planned: Any) -> None:
    page = planned("first-look.html", color_scheme="light")
    scheme = "document.body.getAttribute('data-md-color-scheme')"
    page.get_by_title("Switch to light mode").click()
    page.get_by_title("Switch to dark mode").click()
    page.reload()
    until(page, f"{scheme} === 'slate'")


def test_figures_stand_on_white_in_the_dark(planned: Any) -> None:
    page = planned("first-look.html", color_scheme="dark")
    until(page, "document.body.getAttribute('data-md-color-scheme') === 'slate'")
    assert page.evaluate("getComputedStyle(document.querySelector('article img')).backgroundColor") == "rgb(255, 255, 255)"


def test_code_in_text_from_right_to_left_reads_from_left_to_right(planned: Any) -> None:
    page = planned("long-outputs.html")
    assert page.evaluate("getComputedStyle(document.querySelector('[dir=rtl] p')).direction") == "rtl"
    assert page.evaluate("getComputedStyle(document.querySelector('[dir=rtl] code')).direction") == "ltr"


def test_a_report_says_which_page_and_part_it_is_about(planned: Any) -> None:
    page = planned("first-look.html")
    page.locator("#trying-it").evaluate("heading => heading.scrollIntoView()")
    page.route("https://github.com/**", lambda route: route.fulfill(body="received"))
    page.locator("a.lesson-report").dispatch_event("click")
    page.wait_for_url("https://github.com/**")
    assert "title=A+First+Look+at+Rain" in page.url or "title=A%20First%20Look%20at%20Rain" in page.url
    assert "first-look.html%23trying-it" in page.url


def test_the_button_for_all_boxes_covers_no_box_on_a_page_without_date_and_source(planned: Any) -> None:
    page = planned("first-look.html")
    page.evaluate("document.querySelector('.lesson-updated').remove()")
    button, box = (page.locator(name).first.bounding_box() for name in (".lesson-expand", ".overview"))
    assert button["y"] + button["height"] <= box["y"]


def test_marked_code_in_a_traceback_keeps_its_underscores(planned: Any) -> None:
    page = planned("first-look.html")
    page.evaluate("document.querySelector('pre > code').innerHTML = '<span class=\"ansi-marked\">a_b</span>'")
    style = "(name) => getComputedStyle(document.querySelector('.ansi-marked'))[name]"
    assert (page.evaluate(style, "outlineStyle"), page.evaluate(style, "textDecorationLine")) == ("none", "underline")


def test_a_link_into_a_hidden_tab_opens_it(planned: Any) -> None:
    page = planned("first-look.html#for-windows")
    hidden = page.get_by_text("The part for Windows alone.")
    assert hidden.is_visible()
    page.get_by_text("Linux", exact=True).click()
    assert not hidden.is_visible()
    page.evaluate("location.hash = '#main-content'; location.hash = '#for-windows'")
    hidden.wait_for(state="visible")
    page.goto(page.url.split("#")[0] + "#%E0%A4%A")  # a broken address
    assert page.locator("h1").is_visible()


def test_wide_tables_and_long_formulas_fit_the_paper(planned: Any) -> None:
    page = planned("wide-tables.html", viewport={"width": 718, "height": 1000})
    page.evaluate(
        "document.querySelector('article').insertAdjacentHTML('beforeend', '<p class=\"math display\">' + '<span style=\"white-space:nowrap\">' + 'x + '.repeat(400) + '</span></p>')"
    )
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    widths = page.evaluate(
        "[...document.querySelectorAll('article table, article .math.display')].map((part) => [part.getBoundingClientRect().right, part.scrollWidth - part.clientWidth])"
    )
    assert widths and all(right <= 718 and beyond <= 1 for right, beyond in widths), widths
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.querySelector('.math.display').style.zoom") == ""
