"""R Markdown is divided as knitr divides it, whatever its text holds, and reading it loses nothing."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.markdown.document import Document
from site_builder.markdown.marks import MARK, NOTE
from site_builder.markdown.reader import normalise, read, read_woven
from site_builder.markdown.rmarkdown import KnitrChunk, KnitrText, arguments, divide
from site_builder.markdown.tree import Cell, CodeBlock, Element, Expression, cells, text_of, to_html, walk
from site_builder.problems import Severity
from site_builder.settings.cell import CellOptions

HEAD = "---\ntitle: T\n---\n"


def document(text: str, *, may_raise: bool = False) -> Document:
    return read(HEAD + text, PurePosixPath("episodes/a.Rmd"), episode=True, may_raise=may_raise)


def chunk(text: str) -> KnitrChunk:
    (found,) = (part for part in divide(text) if isinstance(part, KnitrChunk))
    return found


def test_a_chunk_has_its_label_engine_options_code_and_lines() -> None:
    text = 'one\n\n```{r two-plots, fig.alt=c("a, b", "c"), eval=exists("x")}\n#| fig-cap: C\n\nplot(1)\n```\nafter\n'
    before, found, after = divide(text)
    assert isinstance(found, KnitrChunk)
    assert (found.label, found.engine, found.code) == ("two-plots", "r", "plot(1)")
    assert found.options == 'two-plots, fig.alt=c("a, b", "c"), eval=exists("x")\nfig-cap: C'
    assert (found.first, found.last, found.code_line) == (3, 7, 6)
    assert isinstance(before, KnitrText) and isinstance(after, KnitrText)
    assert (before.text, after.text, after.first) == ("one\n", "after", 8)


@pytest.mark.parametrize(
    ("header", "label"),
    [
        ("r", ""), ("r a", "a"), ("r, a", "a"), ("r a b, echo=FALSE", "ab"), ("r, label='x'", "x"), ("r, echo=FALSE, label=y", "y"),
        ("r, eval=f(a, b)", ""), ("r 'q', eval=x == 1", "q"), ("python", ""),
    ],
)  # fmt: skip
def test_labels_are_found_as_knitr_finds_them(header: str, label: str) -> None:
    assert chunk(f"```{{{header}}}\n1\n```").label == label


def test_a_label_may_stand_in_an_option_line() -> None:
    assert chunk("```{r}\n#| label: one\n#| echo: false\n1\n```").label == "one"


@pytest.mark.parametrize("fence", ["~~~", "````"])
def test_outer_fences_hide_nothing_from_knitr(fence: str) -> None:
    page = document(f"{fence}\n```{{r}}\n1 + 1\n```\n`r 2`\n{fence}\n")
    assert [found.source for found in page.cells] == ["1 + 1", "2"]
    (block,) = (node for node in walk(page.body) if isinstance(node, CodeBlock))
    assert block.text == "```{r}\n1 + 1\n```\n`r 2`"  # readers of the unknitted page see what was written


def test_chunks_in_lists_and_quotations_are_cells_there() -> None:
    page = document("- item\n\n    ```{r}\n    y <- 1\n    ```\n\n> ```{bash}\n> ls\n> ```\n")
    assert [(found.source, found.language) for found in page.cells] == [("y <- 1", "r"), ("ls", "bash")]
    assert {element.tag for element in walk(page.body) if isinstance(element, Element) and cells(element.children)} == {
        "ul",
        "li",
        "blockquote",
    }


def test_a_chunk_that_never_ends_takes_the_rest() -> None:
    assert chunk("```{r}\n1\n\ntext\n").code == "1\n\ntext"


def test_a_longer_fence_holds_shorter_ones() -> None:
    assert chunk("````{verbatim}\n```{r}\n1\n```\n````\n").code == "```{r}\n1\n```"


def test_inline_code_is_read_but_not_where_knitr_shows_it() -> None:
    page = document('A `r 1 + 1`, ``` ``r "r x"`` ```, `r` and `{r} x`.\n')
    assert [(found.source, found.line) for found in page.cells] == [("1 + 1", 4), ('"r x"', 4)]


def test_no_option_of_r_is_refused() -> None:
    text = "```{r, eval=exists('x'), child=NULL, fig.cap=paste('a', \"b\"), nosuch=if (TRUE) 1 else 2, results='asis'}\n1\n```\n"
    assert document(text).problems == ()


def test_an_option_that_is_nearly_one_of_knitr_s_is_a_warning() -> None:
    (problem,) = document("```{r, fig.widht=3, my.own=1}\n1\n```\n").problems
    assert (problem.code, problem.severity, problem.location.line, problem.hint) == (
        "LS303",
        Severity.WARNING,
        4,
        "did you mean 'fig.width'?",
    )


def test_switches_that_are_written_out_are_known_before_it_runs() -> None:
    hidden, open_ = document("```{r, include=FALSE, eval=F, timeout=5}\n1\n```\n```{r, echo=!TRUE}\n1\n```\n", may_raise=True).cells
    assert isinstance(hidden, Cell) and isinstance(open_, Cell)
    assert (hidden.options.include, hidden.options.evaluate, hidden.options.timeout, hidden.options.may_raise) == (False, False, 5.0, True)
    assert open_.options.echo


def test_two_chunks_with_code_of_one_label_are_a_problem_and_references_are_not() -> None:
    page = document("```{r a}\n1\n```\n\n```{r a}\n```\n\n```{r a}\n2\n```\n")
    assert [(problem.code, problem.location.line) for problem in page.problems] == [("LS306", 11)]
    assert len({found.identifier for found in page.cells}) == 3


def test_chunks_are_numbered_as_knitr_numbers_them() -> None:
    names = [found.identifier for found in document("```{r}\n1\n```\n```{r b}\n1\n```\n```{r}\n1\n```\n`r 1`\n").cells]
    assert names == ["unnamed-chunk-1", "b", "unnamed-chunk-2", "expression-1"]


def test_what_knitr_made_is_read_within_the_document() -> None:
    page = document("::: callout\n\n```{r}\n1\n```\n\n## After `r 2`\n:::\n\n```{r b}\n2\n```\n")
    made = {"unnamed-chunk-1": "\n- made **here**\n\n```{.output}\n[1] 1\n```", "expression-1": "*two*"}
    woven = read_woven(page, made, frozenset(["unnamed-chunk-1"]))
    html = to_html(node for node in woven.body if not isinstance(node, Cell))
    assert "<strong>here</strong>" in html and "<em>two</em>" in html
    assert [node.identifier for node in walk(woven.body) if isinstance(node, Cell)] == ["b"]
    assert [node.classes for node in walk(woven.body) if isinstance(node, CodeBlock)] == [("output",), (f"{NOTE}0",)]
    assert woven.problems == ()


def test_lines_of_the_woven_page_are_those_of_the_source() -> None:
    page = document("```{r}\n1\n```\n\nA `r 1`\nB\n\n# Head {#h}\n")
    woven = read_woven(page, {"unnamed-chunk-1": "\n\na\n\nb\n\nc\n", "expression-1": "x\ny"}, frozenset())
    (heading,) = (node for node in walk(woven.body) if isinstance(node, Element) and node.tag == "h1")
    assert heading.line == 11


WORDS = st.sampled_from(["```{r}", "```", "````{r a, echo=F}", "````", "> ```{r}", "    ```{bash}", "    ```", "~~~", "`r 1`", "x `r f(2)` y", "",
                         "text", "- item", "::: div", ":::", "# head", f"{MARK}1", "`` `r 3` ``", "#| label: q", "1 + 1"])  # fmt: skip


@given(st.lists(WORDS, max_size=14))
def test_every_line_is_in_one_part_and_reading_keeps_every_cell(lines: list[str]) -> None:
    text = normalise("\n".join([*HEAD.splitlines(), *lines, "end"]))
    parts = divide(text)
    last = 0
    for part in parts:
        assert part.first == last + 1
        last = part.last if isinstance(part, KnitrChunk) else part.first + part.text.count("\n")
    assert last == text.count("\n") + 1
    page = read(text, PurePosixPath("episodes/a.Rmd"), episode=True)
    assert page.rmarkdown is not None
    assert len(page.cells) == sum(1 if isinstance(part, KnitrChunk) else len(part.inline) for part in parts)
    assert len({cell.identifier for cell in page.cells}) == len(page.cells)
    assert MARK not in text_of(page.body)
    made = {cell.identifier: "MADE" for cell in page.cells}
    woven = read_woven(page, made, frozenset())
    assert not [node for node in walk(woven.body) if isinstance(node, Cell | Expression)]
    numbers = [number for _, number in page.rmarkdown.lines(made)]
    assert numbers == sorted(numbers)


@given(st.text(alphabet="ab,=()[]{}'\"` \\", max_size=30))
def test_options_are_split_at_outer_commas_and_nothing_is_lost(text: str) -> None:
    found = arguments(text)
    assert all(part in text and part.strip() for part in found)
    assert sum(map(len, found)) >= len(text.replace(" ", "").replace(",", ""))


class TestWithoutR:
    """An episode in R Markdown whose cells are all in Python."""

    @staticmethod
    def read(text: str) -> Document:
        return read(f"---\ntitle: T\n---\n{text}", PurePosixPath("episodes/a.Rmd"), episode=True, may_raise=True)

    def test_kernels_run_it(self) -> None:
        document = self.read('```{python, echo=FALSE, fig.width=3, results="hide"}\n1 + 1\n```\n')
        assert document.rmarkdown is None
        (cell,) = document.cells
        assert isinstance(cell, Cell)
        assert (cell.language, cell.source) == ("python", "1 + 1")
        assert cell.options == CellOptions(echo=False, output=False, may_raise=True)
        assert document.problems == ()

    @pytest.mark.parametrize(
        "more", ["```{r}\n1\n```\n", "The sum is `r 1 + 1`.\n", "```{bash}\nls\n```\n", "```{python, engine='bash'}\nls\n```\n"]
    )
    def test_anything_else_is_run_by_knitr(self, more: str) -> None:
        assert self.read(f"```{{python}}\n1 + 1\n```\n\n{more}").rmarkdown is not None


@pytest.mark.parametrize(
    ("header", "first"),
    [
        ("r, normalise=c('times', \"float=1e-9\")", ""),
        ("r", "#| normalise: [times, float=1e-9]\n"),
        ("r", "#| normalise: [\"times\", 'float=1e-9']\n"),
    ],
)
def test_what_may_differ_in_a_chunk_is_said_as_in_other_cells(header: str, first: str) -> None:
    (cell,) = document(f"```{{{header}}}\n{first}1\n```\n").cells
    assert isinstance(cell, Cell) and cell.options.normalise == ("times", "float=1e-9")
