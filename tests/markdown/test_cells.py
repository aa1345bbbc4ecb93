"""Options of executable fences."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.markdown.reader import read
from site_builder.markdown.tree import Cell
from site_builder.settings.cell import CellOptions

if TYPE_CHECKING:
    from site_builder.problems import Problem


def cell(header: str, *lines: str) -> tuple[Cell, tuple[Problem, ...]]:
    options = "".join(f"#| {line}\n" for line in lines)
    document = read(f"---\ntitle: T\n---\n```{{{header}}}\n{options}x\n```\n", PurePosixPath("a.md"), episode=True)
    found = document.cells[0]
    assert isinstance(found, Cell)
    return found, document.problems


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("label: a", "label", "a"),
        ("eval: false", "evaluate", False),
        ("timeout: 5", "timeout", 5.0),
        ("max-lines: 3", "max_lines", 3),
        ("fig-alt:", "figure_alt", ""),
        ("requires: cuda", "requires", ("cuda",)),
        ("normalise: [times, 1]", "normalise", ("times", "1")),
        ("output-fold: true", "output_fold", True),
        ("tags: [hide-output, mine]", "output_fold", True),
        ("tags: hide_input", "code_fold", True),
        ("tags: raises-exception", "may_raise", True),
    ],
)
def test_an_option_line_sets_its_field(line: str, field: str, value: Any) -> None:
    found, problems = cell("python", line)
    assert getattr(found.options, field) == value
    assert not problems


def test_options_win_over_tags() -> None:
    found, problems = cell("python", "tags: [hide-output, remove-input, raises-exception]", "output-fold: false", "error: false")
    assert (found.options.output_fold, found.options.echo, found.options.may_raise) == (False, False, False)
    assert not problems


def test_header_options_are_read_as_knitr_spells_them() -> None:
    found, problems = cell(
        'r, plot, echo=FALSE, error = TRUE, fig.cap="A, b", fig.alt=\'c\', timeout=1.5, max.lines=2, requires=c("a", "b")'
    )
    expected = CellOptions(
        "plot", echo=False, error=True, figure_caption="A, b", figure_alt="c", timeout=1.5, max_lines=2, requires=("a", "b")
    )
    assert found.options == expected
    assert not problems


@pytest.mark.parametrize(
    ("line", "code", "text"),
    [
        ("ecko: true", "LS303", "did you mean 'echo'?"),
        ("echo: maybe", "LS304", "true or false"),
        ("timeout: 0", "LS304", "seconds"),
        ("max-lines: -1", "LS304", "whole number"),
        ("label: [a]", "LS304", "text"),
        ("requires: {a: b}", "LS304", "list of words"),
        ("label: [", "LS301", "YAML"),
        ("label: 2020-99-99", "LS301", "cannot be read"),
        ("- a", "LS302", "mapping"),
    ],
)
def test_a_wrong_option_is_a_problem_on_its_line(line: str, code: str, text: str) -> None:
    found, problems = cell("python", line)
    assert [problem.code for problem in problems] == [code]
    assert text in str(problems[0])
    assert problems[0].location.line in (5, 6)
    assert found.source == "x"


def test_a_label_is_used_once() -> None:
    fence = "```{python}\n#| label: a\n#|\nx\n```\n\n"
    document = read(f"---\ntitle: T\n---\n{fence * 2}", PurePosixPath("a.md"), episode=True)
    assert [found.identifier for found in document.cells] == ["a", "cell-2"]
    assert [(problem.code, problem.location.line) for problem in document.problems] == [("LS306", 10)]


@pytest.mark.parametrize("header", ["r, fig.width=3", "r, cache=TRUE, out.width='80%'", "python, comment='#'"])
def test_knitr_s_own_keys_are_no_fault_in_markdown(header: str) -> None:
    assert cell(header)[1] == ()


def test_knitr_s_keys_with_an_equivalent_count_in_markdown() -> None:
    assert not cell("r, results='hide'")[0].options.output
    assert not cell("r, message=FALSE")[0].options.warning
    assert cell("r, fig.cap='A plot'")[0].options.figure_caption == "A plot"
    assert [problem.code for problem in cell("r, code=readLines('a.R')")[1]] == ["LS303"], "code from elsewhere is not read"


def test_a_cell_that_was_not_closed_before_the_next_is_told_at_the_next() -> None:
    text = "---\ntitle: T\n---\n```{python}\n1\n\nWords.\n\n```{bash}\nls\n```\n"
    (problem,) = read(text, PurePosixPath("a.md"), episode=True).problems
    assert (problem.code, problem.location.line, problem.hint) == ("LS206", 9, "close that one with a line of ```")


def test_a_longer_fence_may_hold_the_opening_of_a_shorter_one() -> None:
    text = "---\ntitle: T\n---\n````{bash}\ncat > a.md <<E\n```{python}\n1\n```\nE\n````\n"
    assert read(text, PurePosixPath("a.md"), episode=True).problems == ()


@pytest.mark.parametrize("source", ["`` {python} x ``", "```{python} y = 1```", "``r x``", "- item\n    ```{python}\n    y = 1\n    ```"])
def test_code_between_several_marks_is_shown_and_never_run(source: str) -> None:
    assert read(f"{source}\n", PurePosixPath("episodes/a.md"), episode=True).cells == ()


@pytest.mark.parametrize(
    ("header", "column", "code"),
    [
        ("python, echo=perhaps", 13, "LS304"),
        ("python, label=a, ecko=TRUE", 22, "LS303"),
        ("python, echo=TRUE, echo=FALSE", 24, "LS309"),
        ("python, timeout=" + "9" * 5000, 13, "LS304"),
    ],
)
def test_a_wrong_option_of_the_header_is_a_problem_at_its_column(header: str, column: int, code: str) -> None:
    (problem,) = cell(header)[1]
    assert (problem.code, problem.location.line, problem.location.column) == (code, 4, column)


@pytest.mark.parametrize(
    ("lines", "place", "message"),
    [
        (("labl: a",), (5, 4), "unknown cell option `labl`"),
        (("label: a", "echo: perhaps"), (6, 4), "cell option `echo` must be true or false"),
        (("echo: false", "echo: true"), (6, 4), "cell option `echo` is already set on line 5"),
        (("requires: [a,", "  {b: 1}]"), (5, 4), "cell option `requires` must be a word or a list of words"),
        (("label: x: y",), (5, 12), "the list of cell options is not YAML: mapping values are not allowed in this context"),
    ],
)
def test_a_wrong_option_line_is_a_problem_at_its_column(lines: tuple[str, ...], place: tuple[int, int], message: str) -> None:
    (problem,) = cell("python", *lines)[1]
    assert ((problem.location.line, problem.location.column), problem.message) == (place, message)


@pytest.mark.parametrize(("lines", "alt"), [(("fig-alt:",), ""), (("fig-alt: a",), "a"), ((), None)])
def test_an_empty_alternative_text_is_another_thing_than_none(lines: tuple[str, ...], alt: str | None) -> None:
    assert cell("python", *lines)[0].options.figure_alt == alt


@given(st.lists(st.text(alphabet="ab: -[]{}'\"#&*!|>%@`,.~=1", max_size=20), max_size=4), st.text(alphabet="ab=,()'\" .1", max_size=20))
def test_any_options_are_read_or_problems_at_their_lines(lines: list[str], header: str) -> None:
    options = "".join(f"#| {line}\n" for line in lines)
    document = read(f"---\ntitle: T\n---\n```{{python, {header}}}\n{options}x\n```\n", PurePosixPath("a.md"), episode=True)
    assert all(problem.location.line >= 1 for problem in document.problems)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("```{r, wide=TRUE}\n1\n```\n", True),
        ("```{r}\nknitr::opts_hooks$set(wide = function(options) options)\n```\n\n```{r, wide=TRUE}\n1\n```\n", False),
        ("```{r}\nknitr::knit_hooks$set(wide = function(before, options) '')\n```\n\n```{r, wide=TRUE}\n1\n```\n", False),
        ("```{r}\nshow <- function(x, options) options$wide\n```\n\n```{r, wide=TRUE}\n1\n```\n", False),
        ("```{r, fig.link='a.html', fig.topcaption=TRUE}\n1\n```\n", False),
        ("```{sql, connection=con, output.var='d', max.print=5}\nSELECT 1\n```\n", False),
    ],
)
def test_options_that_a_lessons_own_hooks_read_are_not_misspelt(text: str, told: bool) -> None:
    document = read(text, PurePosixPath("episodes/a.Rmd"), episode=True)
    assert ("LS303" in [problem.code for problem in document.problems]) is told
