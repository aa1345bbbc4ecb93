r"""Macros of TeX: ``\newcommand`` and its like hold for the formulas behind them, as for pandoc and MathJax."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.markdown.macros import LONGEST, Macro, TooManyMacros, expanded, read_definition
from site_builder.markdown.reader import read
from site_builder.markdown.tree import elements, text_of

DEFINITIONS = [
    r"\newcommand{\vect}[1]{\mathbf{#1}}", r"\newcommand\R{\mathbb{R}}", r"\def\half{\frac12}", r"\def\v#1{\mathbf#1}",
    r"\DeclareMathOperator{\softmax}{soft\,max}", r"\DeclareMathOperator*{\argmin}{arg\,min}",
    r"\newcommand{\pd}[2][x]{\left\{\frac{#1}{\mathbf{#2}}\right\}}", r"\let\oldphi\phi", r"\renewcommand{\phi}{\varphi}",
    r"\providecommand{\R}{no}", r"\providecommand{\E}{\mathbb{E}}", r"\newcommand{\al}{\alpha}", r"\newcommand*{ \hash }{\##}",
]  # fmt: skip


def macros() -> dict[str, Macro]:
    known: dict[str, Macro] = {}
    for text in DEFINITIONS:
        found = read_definition(f"{text} x", 0)
        assert found is not None and found.end == len(text), text
        known = found.added(known)
    return known


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"\vect{x}+\vect y \vect\R", r"\mathbf{x}+\mathbf{y} \mathbf{\mathbb{R}}"),
        (r"\v y\half", r"\mathbf y\frac12"),
        (r"\pd{f}\pd[y]{f}", r"\left\{\frac{x}{\mathbf{f}}\right\}\left\{\frac{y}{\mathbf{f}}\right\}"),
        (r"\oldphi\phi", r"\phi\varphi"),
        (r"\softmax(x) \argmin_x", r"\operatorname{soft\,max}(x) \operatorname*{arg\,min}_x"),
        (r"\al b\al", r"\alpha b\alpha"),
        (r"\E[X]", r"\mathbb{E}[X]"),
        (r"\alb \\R \vect", r"\alb \\R \vect"),
        (r"\vect{\{}", r"\mathbf{\{}"),
        (r"\newcommand{\q}[1]{[#1]}\q{\R}", r"[\mathbb{R}]"),
        (r"\renewcommand{\R}{R}\R", "R"),
        (r"\hash", r"\#"),
    ],
)
def test_a_formula_is_written_without_macros(tex: str, shown: str) -> None:
    assert expanded(tex, macros())[0] == shown


def test_a_definition_in_a_formula_holds_behind_it_or_stays_in_it() -> None:
    tex = r"\newcommand{\q}{Q}\q\R"
    shown, behind = expanded(tex, macros())
    assert (shown, expanded(r"\q", behind)[0]) == (r"Q\mathbb{R}", "Q")
    kept, same = expanded(tex, macros(), keep=True)
    assert (kept, same) == (r"\newcommand{\q}{Q}\q\mathbb{R}", macros())


@pytest.mark.parametrize(
    "text", [r"\newcommand", r"\newcommand{\a", r"\newcommand{a}{b}", r"\def\a", r"\def\a x#1{y}", r"\let\a", r"\newcommandx{\a}{b}", "x"]
)
def test_what_is_no_definition_is_let_be(text: str) -> None:
    assert read_definition(text, 0) is None


@pytest.mark.parametrize("body", [r"\a", r"\a\a", r"x\a y", r"\b\b"])
def test_macros_without_an_end_are_told(body: str) -> None:
    known: dict[str, Macro] = {r"\a": Macro(body), r"\b": Macro(r"\a\a")}
    with pytest.raises(TooManyMacros):
        expanded(r"\a", known)


def test_macros_that_double_their_text_end_early() -> None:
    known: dict[str, Macro] = {
        f"\\{name}": Macro(f"\\{after}\\{after}") for name, after in zip("abcdefghijklmnop", "bcdefghijklmnopq", strict=True)
    }
    with pytest.raises(TooManyMacros):
        expanded(r"\a", {**known, r"\q": Macro("x" * (LONGEST // 100))})


@given(st.text(alphabet="\\{}[]#1a x", max_size=60))
def test_no_text_stops_the_reader(text: str) -> None:
    for start in (f"\\newcommand{text}", f"\\def\\a{text}", text):
        read_definition(start, 0)
        try:
            expanded(f"{start}\\a", {r"\a": Macro("b#1", 1)})
        except TooManyMacros:
            continue


PAGE = "\n\n".join((
    "\n".join(DEFINITIONS[:4]), r"- item $\vect x$ and $\half \R$", "::: callout\n\n$\\v y$\n\n:::", r"Text \newcommand{\z}{Z} in $\z$, `$\R$`",
    r"$\newcommand{\q}{Q}\q$ $\q$", r"$$\pd{b}$$", DEFINITIONS[6], r"$$\pd{b}$$",
))  # fmt: skip


def formulas(text: str) -> list[str]:
    document = read(text, PurePosixPath("episodes/a.md"))
    return [text_of(span.children) for span in elements(document.body, "span") if "math" in span.classes]


def test_macros_hold_for_the_formulas_behind_them() -> None:
    assert formulas(PAGE) == [
        r"\(\mathbf{x}\)", r"\(\frac12 \mathbb{R}\)", r"\(\mathbf y\)", r"\(Z\)", r"\(\newcommand{\q}{Q}\q\)", r"\(\q\)", r"\[\pd{b}\]",
        r"\[\left\{\frac{x}{\mathbf{b}}\right\}\]",
    ]  # fmt: skip


def test_definitions_show_nothing() -> None:
    shown = text_of(read(PAGE, PurePosixPath("episodes/a.md")).body)
    assert "newcommand{\\vect}" not in shown and "\\def" not in shown


@pytest.mark.skipif(shutil.which("pandoc") is None, reason="no pandoc")
def test_formulas_are_those_of_pandoc() -> None:
    made = subprocess.run(["pandoc", "-f", "markdown", "-t", "json"], input=PAGE, capture_output=True, text=True, check=True).stdout

    def found(node: object) -> list[str]:
        if isinstance(node, dict):
            if node.get("t") == "Math":
                kind, tex = node["c"]
                return [f"\\({tex}\\)" if kind["t"] == "InlineMath" else f"\\[{tex}\\]"]
            return [tex for value in node.values() for tex in found(value)]
        return [tex for value in node for tex in found(value)] if isinstance(node, list) else []

    assert [tex.replace(" ", "") for tex in formulas(PAGE)] == [tex.replace(" ", "") for tex in found(json.loads(made)["blocks"])]
