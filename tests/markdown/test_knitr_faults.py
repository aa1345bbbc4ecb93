"""What stops knitr is told from the text alone, at its line; what R accepts is not."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from site_builder.markdown.knitr_faults import NOT_R, OPEN, faults, not_r, texts
from site_builder.markdown.reader import read
from site_builder.markdown.rmarkdown import divide
from site_builder.problems import Severity


def found(text: str) -> list[tuple[str, int]]:
    return [(fault.code, fault.line) for fault in faults(text, divide(text))]


def chunk(header: str, code: str = "1") -> str:
    return f"Text.\n\n```{{r {header}}}\n{code}\n```\n\nMore.\n"


@pytest.mark.parametrize(
    "header",
    [
        "a, fig.cap=c('x'", "a, fig.cap='x", "a, eval=(1", "a, eval=1)", "a, fig.width=5 fig.height=4", "a fig.cap='x'", "a, x=[1)", 'cap="it""',
        "a, dev='nodevice'", "a, fig.width=100000", "fig.height=1000.5",
    ],
)  # fmt: skip
def test_options_that_stop_knitr(header: str) -> None:
    assert found(chunk(header)) == [(NOT_R, 3)]


@pytest.mark.parametrize(
    "header",
    [
        "", "a", "a b c", "label='a b'", "a, eval=exists(\"x\")", "a, fig.cap=paste('(', \"it's\")", "a, eval=x == 1", "a, eval=x<=2 && y!=3",
        "a, fig.cap=r\"(a ( b)\"", "a, `fig cap`=1", "a, fig.cap='a = b'", "a, echo=-1, eval=c(1,3)", "a, fig.cap='don\\'t'", "a, x=list(b=1, c=2)",
        "a, dev=c('png', 'pdf')", "a, dev='ragg_png'", "a, fig.width=8.5, out.width=\"100%\"", "a, opts=f(function(x) { x }[1])", "fig-cap='x'", "a, message=",
    ],
)  # fmt: skip
def test_options_that_r_accepts(header: str) -> None:
    assert found(chunk(header)) == []


def test_a_device_that_the_document_defines_is_one() -> None:
    assert found("```{r}\nmine <- function(file, ...) png(file)\n```\n\n" + chunk("a, dev='mine'")) == []


@pytest.mark.parametrize(
    ("notes", "line"),
    [("#| fig-cap: [a", 4), ("#| label: x\n#| fig-cap: 'a", 5), ("#| fig.cap='a", 4), ("#| echo=TRUE eval=FALSE", 4)],
)  # fmt: skip
def test_lines_of_options_that_stop_knitr(notes: str, line: int) -> None:
    assert found(chunk("", f"{notes}\n1")) == [(NOT_R, line)]


@pytest.mark.parametrize(
    "notes",
    ["#| fig-cap: a\n#| echo: false", "#| fig-cap: !expr paste('a')", "#| echo=FALSE, fig.cap='a'", "#| fig-cap:\n#|   - a\n#|   - b"],
)
def test_lines_of_options_that_knitr_reads(notes: str) -> None:
    assert found(chunk("", f"{notes}\n1")) == []


@pytest.mark.parametrize("code", ["1 +", "f(1", "'a", "x)", "a %in%", "b =="])
def test_inline_code_that_is_no_r(code: str) -> None:
    assert found(f"One.\n\nTwo `r {code}` three.\n") == [(NOT_R, 3)]


@pytest.mark.parametrize("code", ["1 + 1", "f('(')", "x # a ) comment", "round(x, 2)", "-1", "nrow(x[1, ])", '"a\\"b"'])
def test_inline_code_that_is(code: str) -> None:
    assert found(f"Two `r {code}` three.\n") == []


def test_open_chunks_and_unequal_fences_are_warnings() -> None:
    assert found("```{r}\n1\n\n```{r}\n2\n```\n") == [(OPEN, 1)]
    assert found("A.\n\n```{r}\n1\n") == [(OPEN, 3)]
    assert found("````{r}\n1\n```\n") == [(OPEN, 3)]
    assert found("````{r}\n1\n````\n\n> ```{r}\n> 1\n> ```\n\n- a\n\n  ```{r}\n  1\n  ```\n") == []
    assert {fault.severity for text in ("```{r}\n1\n", "````{r}\n1\n```\n") for fault in faults(text, divide(text))} == {Severity.WARNING}


def test_what_r_is_sure_about_ends_at_comments_and_raw_texts() -> None:
    assert not_r("f( # )\n)") == ""
    assert not_r("r'(it's ( )'") == ""
    assert not_r("`a(b`") == ""


@pytest.mark.parametrize(
    ("value", "read_"),
    [
        ("'a.md'", ("a.md",)), ('c("a.md", \'b.md\')', ("a.md", "b.md")), ("a.md", ("a.md",)), ("[a.md]", ()), ('["a.md"]', ("a.md",)), ("", ()), ("x", ()),
        ('paste0("a", ".md")', ()), ("if (x) 'a.md'", ()),
    ],
)  # fmt: skip
def test_texts_of_an_option_and_none_that_r_makes(value: str, read_: tuple[str, ...]) -> None:
    assert texts(value) == read_


def test_the_reader_tells_them_with_the_episode() -> None:
    document = read("---\ntitle: T\n---\n" + chunk("a, fig.cap=c('x'"), PurePosixPath("episodes/a.Rmd"), episode=True)
    assert [(problem.code, problem.location.line, problem.severity) for problem in document.problems] == [(NOT_R, 6, Severity.ERROR)]
