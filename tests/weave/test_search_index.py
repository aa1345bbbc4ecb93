"""What can be found by searching."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import Any

import pytest

from site_builder.markdown.tree import CodeBlock, Node, Raw, element
from site_builder.weave.model import Page, PageKind, View
from site_builder.weave.parts import whole
from site_builder.weave.search_index import LONGEST_BLOCK, SearchIndex


def index(*body: Node, **more: Any) -> list[Any]:
    page = Page(PurePosixPath("a.html"), View.LEARNER, PageKind.EPISODE, "A & B", "A &amp; B", (whole(body),), **more)
    made = SearchIndex()
    made.add(page)
    [script] = made.scripts()
    assert script.startswith("window.lessonIndex(") and script.endswith(");\n")
    return list(json.loads(script.removeprefix("window.lessonIndex(").removesuffix(");\n")))


def sections(*body: Node) -> list[list[str]]:
    return list(index(*body)[0][2])


def test_a_page_is_cut_at_its_headings() -> None:
    made = sections(element("p", "before"), element("h2", "One ", element("em", "two"), id="one"), element("p", "a"), element("p", "b"))
    assert made == [["", "", "before"], ["one", "One two", "a b"]]


def test_a_box_that_opens_is_a_place_of_its_own_and_the_text_around_it_goes_on() -> None:
    box = element("details", element("summary", "Show me"), element("div", "42", id="collapseSolution1"), id="accordionSolution1")
    assert sections(element("h2", "Q", id="q"), element("p", "why"), box, element("p", "on")) == [
        ["q", "Q", "why on"], ["collapseSolution1", "Show me", "42"],
    ]  # fmt: skip


def test_code_alternatives_and_highlighted_text_are_found_and_chrome_is_not() -> None:
    body = (
        CodeBlock("print(1)", ("output",)), Raw('<pre><code><span class="nb">len</span>(&quot;x&quot;)</code></pre><style>p{}</style>'),
        element("img", src="a.png", alt="A cat"), element("p", "OUTPUT", class_="code-label"), element("p", "edit", data_chrome=""),
    )  # fmt: skip
    assert sections(*body) == [["", "", 'print(1) len("x")A cat']]


def test_a_formula_is_found_by_its_source_alone() -> None:
    formula = element(
        "span", Raw("<math><mi>x</mi></math>"), element("span", "\\(x\\)", class_="math-source", hidden=""), class_="math inline"
    )
    assert sections(element("p", "mean ", formula)) == [["", "", "mean \\(x\\)"]]


def test_a_flood_is_cut_and_what_may_not_be_found_is_left_out() -> None:
    assert len(sections(CodeBlock("x" * 10_000))[0][2]) == LONGEST_BLOCK
    assert index(element("p", "secret"), search=False) == []


def test_line_separators_of_unicode_do_not_end_the_script() -> None:
    assert sections(element("p", "a\u2028b")) == [["", "", "a b"]]


def test_a_large_index_is_several_scripts_in_the_order_of_the_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("site_builder.weave.search_index.EACH", 150)
    made = SearchIndex()
    for name in "abcdef":
        made.add(Page(PurePosixPath(f"{name}.html"), View.LEARNER, PageKind.EPISODE, name, name, (whole((element("p", name * 40),)),)))
    [one] = made.scripts()
    monkeypatch.setattr("site_builder.weave.search_index.LONGEST", 200)
    several = made.scripts()
    assert len(several) == 3
    lists = [json.loads(script.removeprefix("window.lessonIndex(").rpartition("]")[0] + "]") for script in several]
    assert [page for pages in lists for page in pages] == json.loads(one.removeprefix("window.lessonIndex(").removesuffix(");\n"))
    assert [script.rpartition("]")[2] for script in several] == [f",{number},{len(several)});\n" for number in range(len(several))]
