"""R Markdown for learners: scripts by knitr's rules, documents with the chunks as written, and no word of a solution in either."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.exporting.notebook import ExportKind, notebook
from site_builder.exporting.purl import purl
from site_builder.exporting.rmarkdown import to_rmarkdown
from site_builder.markdown.document import Document
from site_builder.markdown.reader import read
from tests.exporting.test_solutions import SECRET, lessons
from tests.r import needs_knitr

HEAD = "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\n"
SOLUTION = f"::: solution\n\n```{{r {SECRET}, eval={SECRET}}}\n{SECRET}\n```\n\n`r {SECRET}`\n\n:::\n\n"


def page(text: str) -> Document:
    return read(HEAD + text, PurePosixPath("episodes/a.Rmd"), episode=True)


def chunk(code: str, header: str = "r", fence: str = "```") -> str:
    return f"{fence}{{{header}}}\n{code}\n{fence}\n\n"


def script(text: str, **children: str) -> str:
    return purl(page(text), lambda name: page(children[name.removesuffix(".Rmd")]) if name.removesuffix(".Rmd") in children else None)


def document(text: str) -> str:
    return to_rmarkdown(notebook(page(text), None, ExportKind.RMARKDOWN), "A")


def code(text: str) -> list[str]:
    """Return the lines of a script without empty ones, without how wide its rules are, and without how releases of knitr differ.

    Newer ones (1.51) comment code that is not run with one ``#`` instead of two, keep the lines of ``#|`` options, and put code that may
    raise between ``try({`` and ``})``.
    """
    lines = (re.sub(r"^(## -+) ?(.*?)-*$", r"\1\2", re.sub(r"^# ", "## ", line).rstrip()) for line in text.splitlines())
    return [
        line for line in lines if line and line != "##" and not line.startswith("#|") and line not in ("try({", "}, silent = TRUE)", "})")
    ]


OPTIONS = (
    chunk("1") + chunk("x <- 1\n\ny", "r setup, include=FALSE") + chunk("f <- function() {\n\n  1\n}", "r a, eval=FALSE, fig.cap='a, b'")
    + chunk("#| label: opt\n#| echo: false\nopt") + chunk("echo 1", "bash") + chunk("1\n2", "r b, eval=c(1,3)")
    + chunk("gone", "r, purl=FALSE") + chunk("  <<a>>\nend", "r ref") + "```{r a, echo=FALSE}\n```\n\n" + "```{r empty}\n```\n\n"
    + chunk("", "r kid, child='kid.Rmd'") + "> ```{r quoted}\n> q\n> ```\n\n- item\n\n    ```{r}\n    in_item\n    ```\n\n"
    + chunk("t", "r, eval=T") + chunk("", 'r, ref.label="a"') + chunk("py", "python") + chunk("```{r}\n1\n```", "verbatim", "````")
    + chunk("<<nested>>", "r n2") + chunk("<<b>>\n3", "r nested") + chunk("s <- '<<no>> 1'") + chunk("e", "r, engine='bash'")
    + chunk("w", f"r wide, fig.cap='{'long ' * 20}'") + "Words `r 1 + 1`.\n"
)  # fmt: skip
KID = "Words\n\n```{r inkid}\nk\n```\n\n`r 2`\n\n```{r, eval=FALSE}\nk2\n```\n"


@needs_knitr
@pytest.mark.world("r")
def test_scripts_have_the_code_that_knitr_s_own_have(tmp_path: Path) -> None:
    (tmp_path / "kid.Rmd").write_text(KID)
    assert code(script(OPTIONS, kid=KID)) == code(purled(OPTIONS, tmp_path))


@needs_knitr
@pytest.mark.world("r")
def test_scripts_of_real_lessons_have_the_code_that_knitr_s_own_have(r_corpus: Path, tmp_path: Path) -> None:
    compared = 0
    for path in sorted(r_corpus.glob("*/source/episodes/*.Rmd")):
        text = "".join(line for line in path.read_text(encoding="utf-8").splitlines(True) if not line.lstrip().startswith(":::"))
        body = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
        if "child" not in body and "eval=exists" not in body:  # no children, and nothing that only R can tell
            compared += 1
            assert code(script(body)) == code(purled(body, tmp_path)), path
    assert compared > 10


def purled(text: str, folder: Path) -> str:
    """Return what knitr makes of a document."""
    (folder / "a.Rmd").write_text(HEAD + text, encoding="utf-8")
    command = ["Rscript", "--no-init-file", "-e", 'knitr::purl("a.Rmd", "a.R", quiet = TRUE, documentation = 1)']
    subprocess.run(command, cwd=folder, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    return (folder / "a.R").read_text(encoding="utf-8")


def test_the_code_of_a_solution_is_in_no_script_however_it_is_named() -> None:
    text = SOLUTION + chunk(f"<<{SECRET}>>\nafter", "r uses") + f"```{{r {SECRET}}}\n```\n\n" + chunk("", "r, child='kid.Rmd'")
    made = script(text, kid=KID + SOLUTION)
    named = {f"## <<{SECRET}>>", f"## ----{SECRET}".ljust(80, "-")}
    assert [line for line in made.splitlines() if SECRET in line and line not in named] == []
    assert "after" in made and "\nk\n" in made


def test_a_child_that_takes_in_itself_and_code_that_names_itself_end() -> None:
    assert script(chunk("", "r, child='kid.Rmd'"), kid="```{r, child='kid.Rmd'}\n```\n\n" + KID).count("\nk\n") == 1
    assert "## <<one>>" in script(chunk("<<two>>", "r one") + chunk("<<one>>", "r two"))


def test_a_document_for_learners_has_chunks_and_inline_code_as_written() -> None:
    shown = chunk("plot(1)", 'r two, fig.cap = "It"') + "- item `r 1 + 1`\n\n    ```{r}\n    x\n    ```\n\n" + chunk("echo", "bash")
    made = document("## Part\n\n" + shown + SOLUTION + "::: challenge\n\n## Do\n\n" + chunk("todo") + ":::\n\n```{r open}\nleft\n")
    assert made.startswith('---\ntitle: "A"\noutput: html_document\n---\n\n## Part\n\n```{r two, fig.cap = "It"}\nplot(1)\n```\n\n')
    assert "- item `r 1 + 1`\n\n```{r}\nx\n```\n\n```{bash}\necho\n```" in made
    assert "### Challenge: Do\n\n```{r}\ntodo\n```\n\n```{r open}\nleft\n```\n" in made
    assert SECRET not in made


def test_a_document_for_learners_can_be_read_again() -> None:
    made = document(OPTIONS)
    again = read(made, PurePosixPath("episodes/a.Rmd"), episode=True)
    assert [cell.source for cell in again.cells] == [cell.source for cell in page(OPTIONS).cells]


@given(st.data())
def test_no_word_of_a_solution_is_in_an_export_for_learners(data: st.DataObject) -> None:
    text = data.draw(lessons()).replace("{python}", "{r}").replace("`{r} ", "`r ") + "\n\n`r 1`\n"
    found = page(text)
    assert found.rmarkdown is not None
    made = document(text)
    assert SECRET not in made
    assert SECRET not in script(text)
    assert made.count("shown(") == script(text).count("shown(") > 0
