"""Formulas become MathML, and keep their TeX."""

from __future__ import annotations

import re
import sys
from html import unescape

import pytest

from site_builder.markdown.tree import element, to_html
from site_builder.weave.filter.mathematics import mathml, typeset
from site_builder.weave.filter.page_state import PageState

pytest.importorskip("latex2mathml", reason="latex2mathml is not installed, as in the Pixi environments")


def test_a_formula_is_drawn_and_its_source_stays_hidden() -> None:
    html = to_html(typeset((element("p", element("span", "\\(a^2 < b\\)", class_="math inline")),), PageState()))
    assert '<math data-chrome="" xmlns="http://www.w3.org/1998/Math/MathML" display="inline">' in html and "<msup>" in html
    assert '<span class="math-source" hidden="">\\(a^2 &lt; b\\)</span>' in html


@pytest.mark.parametrize("tex", ["\\[\\frac{1}{2}\\]", "\\begin{align} a &= b \\\\ c &= d \\end{align}"])
def test_display_formulas_are_blocks_without_numbers(tex: str) -> None:
    html = to_html(typeset((element("span", tex, class_="math display"),), PageState()))
    assert 'display="block"' in html and "<mtext>(1)</mtext>" not in html


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"a = b \label{one}", "a=b"), (r"\begin{align}a &= b\nonumber \\ c &= d\notag\end{align}", "a=bc=d"), (r"a = b \tag{9.4}", "a=b(9.4)"),
        (r"a = b \tag*{here}\label{x:y}", "a=bhere"),
    ],
)  # fmt: skip
def test_labels_show_nothing_and_tags_what_the_author_wrote(tex: str, text: str) -> None:
    made, obstacle = mathml(tex, display=True)
    assert (re.sub(r"<[^>]+>|\s", "", unescape(made)), obstacle) == (text, "")


@pytest.mark.parametrize(
    ("tex", "told"),
    [("\\(\\nosuch{x}\\)", "`\\nosuch` is unknown"), ("\\(}{\\)", "braces"), ("\\(\\frac{a\\)", "braces"), ("\\(\\left( a\\)", "braces")],
)
def test_what_cannot_be_typeset_stays_as_written_and_is_reported(tex: str, told: str) -> None:
    state = PageState()
    node = element("span", tex, class_="math inline", line=7)
    made = typeset((node,), state)
    assert made == (node,)
    assert [(problem.code, problem.location.line) for problem in state.problems] == [("LS609", 7)] and told in state.problems[0].hint


def test_an_error_of_the_library_is_no_error_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> str:
        raise IndexError

    monkeypatch.setattr("latex2mathml.converter.convert_to_element", broken)
    assert mathml("x", display=False) == ("", "check its braces")


def test_without_the_library_formulas_stay_as_written_and_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "latex2mathml.converter", None)
    shown, obstacle = mathml("x", display=False)
    assert shown == "" and "`lesson doctor`" in obstacle


def test_other_spans_and_empty_formulas_are_let_be() -> None:
    nodes = (element("span", " ", class_="math inline"), element("div", "x", class_="math"), element("span", "x"))
    assert typeset(nodes, PageState()) == nodes


def test_nothing_in_a_formula_reads_as_markdown() -> None:
    assert not set("*_`[]{}~^") & set(mathml("a_1 * b^2 + [x]", display=False)[0])
