"""Searching: in the browser, from a server and from a folder, each view in its own text."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.browser.waiting import open_search, until

pytestmark = pytest.mark.slow

IN_A_SOLUTION, FOR_INSTRUCTORS = "umbrellaquixotic", "sprinklerxylophone"


def results(page: Any, words: str) -> list[str]:
    """Type words into the search and return the addresses found, best first."""
    open_search(page)
    page.get_by_role("searchbox").fill(words)
    until(page, "document.querySelector('.lesson-search [role=status]').textContent")
    return list(page.eval_on_selector_all(".lesson-search a", "links => links.map((link) => link.getAttribute('href'))"))


@pytest.mark.parametrize("folder", [False, True], ids=["server", "folder"])
def test_learners_find_a_word_of_a_solution_and_the_result_opens_it(planned: Any, site: Path, folder: bool) -> None:
    page = planned("index.html", base=f"{site.as_uri()}/" if folder else "")
    assert results(page, IN_A_SOLUTION) == ["first-look.html#collapseSolution1"]
    page.keyboard.press("Enter")
    page.wait_for_url("**/first-look.html#collapseSolution1")
    assert page.locator("#accordionSolution1").evaluate("box => box.open")
    assert page.get_by_text(IN_A_SOLUTION).is_visible()


def test_learners_do_not_find_what_is_for_instructors_and_instructors_do(planned: Any) -> None:
    assert results(planned("index.html"), FOR_INSTRUCTORS) == []
    found = results(planned("instructor/index.html"), FOR_INSTRUCTORS)
    assert {address.partition("#")[0] for address in found} == {"instructor-notes.html", "first-look.html"}


def test_accents_letter_case_and_order_do_not_matter_and_all_words_must_be_there(planned: Any) -> None:
    page = planned("index.html")
    assert "first-look.html#reading-the-table" in results(page, "TABLE réading")
    assert results(page, "table nowherenohow") == []
    assert page.locator(".lesson-search [role=status]").text_content() == "Nothing found"


def test_titles_come_before_texts_and_words_are_marked(planned: Any) -> None:
    page = planned("index.html")
    assert results(page, "glossary")[0].startswith("reference.html")
    results(page, "millimetres")
    assert {text.lower() for text in page.locator(".lesson-search mark").all_text_contents()} == {"millimetres"}


def test_the_keyboard_alone_is_enough(planned: Any) -> None:
    page = planned("index.html")
    results(page, "rain")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("[...document.querySelectorAll('.lesson-search a')].indexOf(document.activeElement)") == 1
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.press("Escape")
    until(page, "document.activeElement.matches('.lesson-search-button')")


def test_markup_in_a_text_is_text_in_a_result(planned: Any) -> None:
    page = planned("index.html")
    results(page, "dataframe")
    assert page.locator(".lesson-search table").count() == 0


def test_an_index_that_cannot_be_loaded_is_told(planned: Any) -> None:
    page = planned("index.html")
    page.route("**/search-index.js", lambda route: route.abort())
    open_search(page)
    until(page, "document.querySelector('.lesson-search [role=status]').textContent.includes('cannot be loaded')")


@pytest.mark.parametrize(
    ("typed", "marked"),
    [("STRASSE", "Straße"), ("ｆｉｎｅ", "ﬁne"), ("full width", "ＦＵＬＬ width"), ("aengstroem", ""), ("angstrom", "Ångström")],
)
def test_width_ligatures_and_sharp_s_do_not_matter(planned: Any, typed: str, marked: str) -> None:
    page = planned("index.html")
    results(page, typed)
    assert " ".join(page.locator(".lesson-search mark").all_text_contents()) == marked


def test_the_enter_that_commits_a_word_of_an_input_method_opens_nothing(planned: Any) -> None:
    page = planned("index.html")
    assert results(page, "glossary")
    for event in ("{ key: 'Enter', isComposing: true }", "{ key: 'Enter', keyCode: 229 }"):
        page.evaluate(
            f"document.querySelector('.lesson-search input').dispatchEvent(new KeyboardEvent('keydown', {{ ...{event}, bubbles: true, cancelable: true }}))"
        )
    page.wait_for_timeout(100)
    assert page.url.endswith("index.html") and page.locator(".lesson-search").is_visible()


def test_an_index_of_several_scripts_finds_what_is_in_any_of_them(planned: Any, site: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(site, tmp_path / "site")
    index = copy / "assets/search-index.js"
    pages = json.loads(index.read_text().removeprefix("window.lessonIndex(").removesuffix(");\n"))
    whole = planned("index.html", base=f"{site.as_uri()}/")
    expected = [results(whole, words) for words in (IN_A_SOLUTION, "table")]
    shards = pages[:1], pages[1:2], pages[2:]
    for number, shard in enumerate(shards):
        name = index if number == 0 else index.with_stem(f"search-index-{number + 1}")
        name.write_text(f"window.lessonIndex({json.dumps(shard)},{number},{len(shards)});\n")
    page = planned("index.html", base=f"{copy.as_uri()}/")
    open_search(page)
    until(page, "document.querySelectorAll('script[src*=search-index]').length == 3")
    page.wait_for_timeout(200)
    assert [results(page, words) for words in (IN_A_SOLUTION, "table")] == expected and expected[0]
    index.with_stem("search-index-3").unlink()
    broken = planned("index.html", base=f"{copy.as_uri()}/")
    open_search(broken)
    until(broken, "document.querySelector('.lesson-search [role=status]').textContent")
    assert broken.locator(".lesson-search [role=status]").text_content() == "The search index cannot be loaded"
