"""TeX as authors write it is drawn as they mean it, or is told to be unknown: nothing is shown wrong in silence."""

from __future__ import annotations

import re
from html import unescape

import pytest

from site_builder.markdown.tree import Node, element, text_of, to_html
from site_builder.weave.filter.mathematics import mathml, typeset
from site_builder.weave.filter.page_state import PageState

pytest.importorskip("latex2mathml", reason="latex2mathml is not installed, as in the Pixi environments")

ALIGNED = "align align* aligned alignat alignat* alignedat eqnarray eqnarray* flalign flalign* split array matrix pmatrix cases dcases rcases".split()
LINES = "gather gather* gathered multline multline* subarray".split()


def shown(tex: str, *, display: bool = True) -> str:
    made, obstacle = mathml(tex, display=display)
    assert not obstacle, obstacle
    return re.sub(r"<[^>]+>|\s", "", unescape(made))


@pytest.mark.parametrize("name", ALIGNED)
def test_environments_with_columns_are_tables(name: str) -> None:
    given = {"alignat": "{1}", "alignat*": "{1}", "alignedat": "{1}", "array": "{cc}", "aligned": "[t]"}.get(name, "")
    made, obstacle = mathml(rf"\begin{{{name}}}{given} a & b \\ c & d \end{{{name}}}", display=True)
    assert (obstacle, made.count("<mtr>"), len(re.findall(r"<mtd\b", made))) == ("", 2, 4)
    assert "&amp;" not in made


@pytest.mark.parametrize("name", LINES)
def test_environments_with_lines_show_them_apart(name: str) -> None:
    made, obstacle = mathml(rf"\begin{{{name}}}{'{l}' if name == 'subarray' else ''} a \\ b \end{{{name}}}", display=True)
    assert (obstacle, made.count("<mtr>")) == ("", 2)


@pytest.mark.parametrize(
    ("tex", "text", "rows"),
    [
        (r"\begin{aligned} a &= b \\[4pt] &= d \\*[-1ex] e \end{aligned}", "a=b=de", 3),
        (r"\begin{cases} a \\[2ex] b \end{cases}", "{ab", 2),
        (r"\begin{matrix} a \\ [x] \end{matrix}", "a[x]", 2),
        (r"\begin{array}{r@{}l|*{2}{c}p{3cm}} a & b & c & d \end{array}", "abcd", 1),
        (r"\begin{array}[t]{cc} a & b \\ c & d\end{array}", "abcd", 2),
    ],
)
def test_space_below_rows_and_what_is_between_columns_is_not_shown(tex: str, text: str, rows: int) -> None:
    assert (shown(tex), mathml(tex, display=True)[0].count("<mtr>")) == (text, rows)


@pytest.mark.parametrize("name", ["equation", "equation*", "displaymath", "math"])
def test_environments_of_one_line_are_their_formula(name: str) -> None:
    assert shown(rf"\begin{{{name}}} {{c}} = b \label{{x}} \end{{{name}}}") == "c=b"


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"\operatorname*{arg\,max}_x f", "argmaxxf"), (r"\operatorname{Var}(X)", "Var(X)"), (r"\operatorname{soft\ max} x", "softmaxx"),
        (r"\operatorname{\mathrm{arg~min}} x", "argminx"), (r"\arg\max_x f", "argmaxxf"), (r"\arg x", "argx"),
        (r"a \not= b", "a≠b"), (r"a \not\le b", "a≰b"), (r"a \not\in B", "a∉B"),
        (r"\text{100\% of a\_b \& \#1}", "100%ofa_b&#1"), (r"\mbox{if } x", "ifx"), (r"\text{cost \$5, $x_1$ or $y$ too}", "cost$5,x1orytoo"),
        (r"\big\{ x \Bigr\} \bigl\langle y \bigr\rangle \bigg| z \Big\lVert w \big.", "{x}⟨y⟩|z‖w"), (r"a \backslash b", "a\\b"),
        (r"X \sim N(0, 1)", "X∼N(0,1)"), (r"\text{a}\text{b}", "ab"), (r"a \& b", "a&b"),
    ],
)  # fmt: skip
def test_what_authors_write_is_shown(tex: str, text: str) -> None:
    assert shown(tex) == text


@pytest.mark.parametrize(("display", "tag"), [(True, "munder"), (False, "msub")])
def test_a_star_means_limits_below_an_operator_in_a_display(display: bool, tag: str) -> None:
    assert f"<{tag}><mo" in mathml(r"\operatorname*{arg\,max}_x f", display=display)[0]
    assert "<msub><mo" in mathml(r"\operatorname{arg\,max}_x f", display=display)[0]


@pytest.mark.parametrize(
    ("tex", "told"),
    [
        (r"a & b", "outside of a table"), (r"\begin{matrix} a & b \end{matrix} & c", "outside of a table"),
        (r"\big\nosuch x", r"`\nosuch` is unknown"),
        (r"\begin{tabular}{c} a \end{tabular}", r"`\begin{tabular}` is unknown"), (r"\text{some \nosuch text}", r"`\nosuch` is unknown"),
    ],
)  # fmt: skip
def test_what_would_be_shown_wrong_is_told(tex: str, told: str) -> None:
    made, obstacle = mathml(tex, display=True)
    assert made == "" and told in obstacle


def formula(tex: str) -> Node:
    return element("span", tex, class_="math inline", line=3)


def test_macros_of_a_formula_hold_on_the_page_from_there() -> None:
    state = PageState()
    made = typeset((formula(r"\(\newcommand{\R}[1]{\mathbb{#1}}\)"), element("p", formula(r"\(\R{R}\)"))), state)
    assert not state.problems
    assert "ℝ" in to_html(made[1:]) and "<math" not in to_html(made[:1])
    assert [text_of(node.children) for node in made[:1] if not isinstance(node, str) and hasattr(node, "children")] == [
        r"\(\newcommand{\R}[1]{\mathbb{#1}}\)"
    ]
    typeset((formula(r"\(\R{R}\)"),), other := PageState())
    assert [problem.code for problem in other.problems] == ["LS609"]


def test_a_macro_without_an_end_is_reported() -> None:
    state = PageState()
    typeset((formula(r"\(\def\a{\a\a}\a\)"),), state)
    assert "contains itself" in state.problems[0].hint
