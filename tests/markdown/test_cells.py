"""Options of executable fences."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.markdown.reader import read
from site_builder.markdown.tree import Cell
from site_builder.problems import Severity
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
    ],
)
def test_an_option_line_sets_its_field(line: str, field: str, value: Any) -> None:
    found, problems = cell("python", line)
    assert getattr(found.options, field) == value
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


def test_inline_expressions_of_r_markdown_are_read() -> None:
    document = read("---\ntitle: T\n---\n`r 1 + 1`", PurePosixPath("a.Rmd"), episode=True)
    assert [found.source for found in document.cells] == ["1 + 1"]


def knitr_cell(header: str, *lines: str) -> tuple[Cell, tuple[Problem, ...]]:
    options = "".join(f"#| {line}\n" for line in lines)
    document = read(f"---\ntitle: T\n---\n```{{{header}}}\n{options}x\n```\n", PurePosixPath("a.Rmd"), episode=True)
    found = document.cells[0]
    assert isinstance(found, Cell)
    return found, document.problems


@pytest.mark.parametrize(
    ("header", "options"),
    [
        ("r, fig.width=3, fig.height = 2*2, out.width='50%', fig.show='hold', cache=TRUE, purl=FALSE", CellOptions()),
        ("r setup, include=FALSE, message=FALSE", CellOptions("setup", include=False, warning=False)),
        ("r, warning=FALSE, message=TRUE, results='markup'", CellOptions(warning=False)),
        ("r, results='hide'", CellOptions(output=False)),
        ("r, results=FALSE", CellOptions(output=False)),
        ("r, echo=c(1, 3), eval=-1", CellOptions()),
        ("r, echo=2:3, eval=FALSE", CellOptions(evaluate=False)),
        ('r, fig.cap="A plot", fig.alt="A line"', CellOptions(figure_caption="A plot", figure_alt="A line")),
    ],
)
def test_options_that_knitr_documents_are_accepted_in_r_markdown(header: str, options: CellOptions) -> None:
    found, problems = knitr_cell(header)
    assert (found.options, problems) == (options, ())


def test_knitr_options_may_stand_in_option_lines() -> None:
    found, problems = knitr_cell("r", "fig.width: 4", "fig-height: 3", "results: hide")
    assert (found.options, problems) == (CellOptions(output=False), ())


def test_an_unknown_option_in_r_markdown_is_a_problem_spelled_as_knitr_does() -> None:
    _, problems = knitr_cell("r, fig.widht=3")
    assert [(problem.code, problem.hint) for problem in problems] == [("LS303", "did you mean 'fig.width'?")]


def test_an_expression_where_a_switch_is_needed_is_a_problem() -> None:
    assert [problem.code for problem in knitr_cell("r, eval=is_windows")[1]] == ["LS304"]


@pytest.mark.parametrize("option", ["child='files/a.Rmd'", "code=readLines('a.R')", "file='a.R'", "ref.label='b'"])
def test_text_from_elsewhere_is_warned_about(option: str) -> None:
    _, problems = knitr_cell(f"r, {option}")
    assert [(problem.code, problem.severity, problem.location.line) for problem in problems] == [("LS307", Severity.WARNING, 4)]


def test_the_engine_names_the_language_in_r_markdown_only() -> None:
    assert knitr_cell("r, engine='bash'")[0].language == "bash"
    found, problems = cell("r, engine='bash'")
    assert (found.language, [problem.code for problem in problems]) == ("r", ["LS303"])


def test_knitr_options_stay_unknown_in_markdown() -> None:
    assert [problem.code for problem in cell("r, fig.width=3")[1]] == ["LS303"]


def test_a_cell_that_was_not_closed_before_the_next_is_told_at_the_next() -> None:
    text = "---\ntitle: T\n---\n```{python}\n1\n\nWords.\n\n```{bash}\nls\n```\n"
    (problem,) = read(text, PurePosixPath("a.md"), episode=True).problems
    assert (problem.code, problem.location.line, problem.hint) == ("LS206", 9, "close that one with a line of ```")


def test_a_longer_fence_may_hold_the_opening_of_a_shorter_one() -> None:
    text = "---\ntitle: T\n---\n````{bash}\ncat > a.md <<E\n```{python}\n1\n```\nE\n````\n"
    assert read(text, PurePosixPath("a.md"), episode=True).problems == ()


@pytest.mark.parametrize("name", ["a.md", "a.Rmd"])
@pytest.mark.parametrize("source", ["`` {python} x ``", "```{python} y = 1```", "``r x``", "- item\n    ```{python}\n    y = 1\n    ```"])
def test_code_between_several_marks_is_shown_and_never_run(source: str, name: str) -> None:
    assert read(f"{source}\n", PurePosixPath("episodes") / name, episode=True).cells == ()


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


def test_expressions_of_r_are_no_options_that_stand_twice() -> None:
    assert knitr_cell("r, fig.width=ifelse(wide, 9, 4), fig.height=ifelse(wide, 9, 4)")[1] == ()


@pytest.mark.parametrize(("lines", "alt"), [(("fig-alt:",), ""), (("fig-alt: a",), "a"), ((), None)])
def test_an_empty_alternative_text_is_another_thing_than_none(lines: tuple[str, ...], alt: str | None) -> None:
    assert cell("python", *lines)[0].options.figure_alt == alt


@given(st.lists(st.text(alphabet="ab: -[]{}'\"#&*!|>%@`,.~=1", max_size=20), max_size=4), st.text(alphabet="ab=,()'\" .1", max_size=20))
def test_any_options_are_read_or_problems_at_their_lines(lines: list[str], header: str) -> None:
    options = "".join(f"#| {line}\n" for line in lines)
    document = read(f"---\ntitle: T\n---\n```{{python, {header}}}\n{options}x\n```\n", PurePosixPath("a.md"), episode=True)
    assert all(problem.location.line >= 1 for problem in document.problems)
