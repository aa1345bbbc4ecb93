"""R Markdown runs in knitr itself: pieces in order, the Markdown that plain knitr makes, and what stops a document at its line."""

from __future__ import annotations

import difflib
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from site_builder.execute.base import Failure, Finished, Job, Knit, Reason, Result
from site_builder.execute.limits import Limits
from site_builder.execute.local.knitr.events import squeezed
from site_builder.execute.local.knitr.python import statements
from site_builder.lesson.discover import discover
from site_builder.lesson.inputs import working_files
from site_builder.markdown.document import Document
from site_builder.markdown.knitr_options import misspelt
from site_builder.markdown.reader import read
from site_builder.markdown.tree import Cell
from site_builder.outputs.pictures import content
from site_builder.pipeline import execute
from site_builder.pipeline.execute import progress
from site_builder.pipeline.model import Options
from site_builder.records.knitted import markdown_of, text_of_piece
from site_builder.records.model import CellRecord, Display, Piece, Raised, Stream
from site_builder.records.r_errors import RError, r_error
from site_builder.records.store import RecordStore
from site_builder.settings.cell import CellOptions
from site_builder.settings.keys import named_keys
from tests.execute.jobs import job, run_all
from tests.r import needs_knitr

pytestmark = [needs_knitr, pytest.mark.world("r")]

HEAD = "---\ntitle: One\nteaching: 1\nexercises: 1\n---\n\n"
PATH = PurePosixPath("episodes/one.Rmd")
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def knit_job(text: str, *, fail_on_error: bool = False, inputs: Mapping[str, bytes] | None = None, **more: Any) -> tuple[Job, Document]:
    document = read(HEAD + text, PATH, episode=True, may_raise=not fail_on_error)
    assert document.rmarkdown is not None
    found = job(*document.cells, inputs=inputs, knit=Knit(document.rmarkdown.text, fail_on_error), **more)
    return Job(**{name: getattr(found, name) for name in found.__dataclass_fields__} | {"slug": "one", "path": PATH}), document


def run_with_kernel(tmp_path: Path, text: str, **more: Any) -> Result:
    """Run a document as where R lacks the package for Python."""
    found, _ = knit_job(text + chunk("0"), **more)
    assert found.knit is not None
    return run_all([replace(found, knit=replace(found.knit, python=True))], tmp_path)[0]


def run(tmp_path: Path, text: str, **more: Any) -> Result:
    return run_all([knit_job(text, **more)[0]], tmp_path)[0]


def failure(tmp_path: Path, text: str, **more: Any) -> Failure:
    found = run(tmp_path, text, **more).failure
    assert found is not None
    return found


def shown(cell: CellRecord) -> list[tuple[str, str]]:
    return [(piece.value, text_of_piece(item).rstrip("\n")) for piece, item in zip(cell.pieces, cell.outputs, strict=True)]


def chunk(code: str, header: str = "r") -> str:
    return f"```{{{header}}}\n{code}\n```\n\n"


def test_sources_and_results_interleave_and_the_chunk_goes_on_after_an_error(tmp_path: Path) -> None:
    result = run(tmp_path, chunk('1 + 1\nmessage("careful")\nc(1, 2) + 1:3\nstop("no")\n"here"'))
    assert result.failure is None
    (cell,) = result.cells
    kinds = ["source", "output", "source", "message", "source", "warning", "output", "source", "error", "source", "output"]
    assert [kind for kind, _ in shown(cell)] == kinds
    assert shown(cell)[:2] == [("source", "1 + 1"), ("output", "[1] 2")]
    assert shown(cell)[-1] == ("output", '[1] "here"')
    (error,) = (item for item in cell.outputs if isinstance(item, Raised))
    assert (error.name, error.value) == ("Error", "no")
    assert cell.markdown is None  # the pieces say all of it


def test_options_are_expressions_of_r(tmp_path: Path) -> None:
    text = (
        chunk("1", 'r, eval=exists("nosuch")') + chunk("1\n2\n3", "r, eval=c(1, 3), echo=2:3") + chunk("hidden <- 5\nhidden", "r, echo=-1")
    )
    first, second, third = run(tmp_path, text).cells
    assert shown(first) == [("source", "1")]
    assert shown(second) == [("output", "[1] 1"), ("source", "## 2\n3"), ("output", "[1] 3")]
    assert shown(third) == [("source", "hidden"), ("output", "[1] 5")]


def test_figures_have_knitr_s_names_captions_and_alternative_texts(tmp_path: Path) -> None:
    text = chunk("plot(1)\nplot(2)", 'r two, fig.alt=c("one", "two")') + chunk("plot(3)", 'r kept, fig.show="hide"')
    text += chunk('knitr::include_graphics("fig/a.png")', 'r, fig.alt="grey"')
    two, kept, given = run(tmp_path, text, inputs={"fig/a.png": PNG}).cells
    assert list(two.pieces) == [Piece.SOURCE, Piece.PLOT, Piece.SOURCE, Piece.PLOT]
    plots = [item for item in two.outputs if isinstance(item, Display) and item.path]
    assert [plot.path for plot in plots] == ["fig/one-rendered-two-1.png", "fig/one-rendered-two-2.png"]
    assert (content("image/png", plots[0].data["image/png"]) or b"").startswith(b"\x89PNG")
    assert ['alt="one"' in plot.data["text/markdown"] for plot in plots] == [True, False]
    assert [
        (piece, item.path) for piece, item in zip(kept.pieces, kept.outputs, strict=True) if isinstance(item, Display) and item.path
    ] == [(Piece.FILE, "fig/one-rendered-kept-1.png")]
    assert not any(isinstance(item, Display) and item.path for item in given.outputs)  # the lesson has that file itself
    assert "fig/a.png" in markdown_of(given)


def test_a_file_that_a_chunk_saves_for_the_page_is_kept_with_the_chunk_that_names_it(tmp_path: Path) -> None:
    text = (
        "```{r}\ndir.create('fig'); cat('one', file='fig/x.txt')\n```\n\n```{r}\nplot(1)\n```\n\n```{r}\ncat('y', file='fig/y.txt')\n```\n"
    )
    found, _ = knit_job(text, shows=("fig/x.txt", "fig/y.txt", "fig/one-rendered-unnamed-chunk-2-1.png", "fig/no.txt"))
    (result,) = run_all([found], tmp_path)
    kept = {
        (each.identifier, output.path, output.saved)
        for each in result.cells
        for output in each.outputs
        if isinstance(output, Display) and output.path
    }
    assert kept == {
        ("unnamed-chunk-1", "fig/x.txt", True), ("unnamed-chunk-3", "fig/y.txt", True),
        ("unnamed-chunk-2", "fig/one-rendered-unnamed-chunk-2-1.png", False),
    }  # fmt: skip
    assert all(len(each.pieces) == len(each.outputs) for each in result.cells)


def test_inline_code_in_captions_is_evaluated_after_its_chunk_and_once(tmp_path: Path) -> None:
    options = 'r, fig.align="default", fig.cap=c("one `r n`", "two `r n <- n + 1; n`"), fig.alt="of `r c(1.5, 2)`"'
    result = run(tmp_path, chunk("n <- 4\nplot(1)\nplot(2)", options) + "`r n`\n")
    markdown = markdown_of(result.cells[0])
    assert 'alt="of 1.5, 2"' in markdown and "`r " not in markdown
    assert "one 4" in markdown and "two 5" in markdown
    assert result.cells[1].outputs == (Stream("stdout", "5"),)


def test_inline_code_and_children_have_knitr_s_words(tmp_path: Path) -> None:
    text = "`r pi` and `r invisible(1)` and `r 1e7` and `r c('a', 'b')`\n\n" + chunk("", 'r, child="files/c.Rmd"') + "`r 2`\n"
    result = run(tmp_path, text, inputs={"files/c.Rmd": b"Child says `r 40 + 2`.\n\n```{r inner}\n7\n```\n"})
    values = ["".join(text_of_piece(item) for item in cell.outputs) for cell in result.cells if cell.identifier.startswith("expression")]
    assert values == ["3.1415927", "", "10^{7}", "a, b", "2"]
    (parent,) = (cell for cell in result.cells if cell.pieces)
    assert "Child says 42." in markdown_of(parent)
    assert [kind for kind, _ in shown(parent)] == ["asis", "source", "output"]


def test_working_files_are_there_and_writing_is_for_the_copy(tmp_path: Path) -> None:
    text = chunk('read.csv("data/a.csv")$x\nwriteLines("x\\n9", "data/a.csv")\nread.csv("data/a.csv")$x') + chunk("cat data/a.csv", "bash")
    first, second = run(tmp_path, text, inputs={"data/a.csv": b"x\n4\n"}).cells
    assert [text for kind, text in shown(first) if kind == "output"] == ["[1] 4", "[1] 9"]
    assert shown(second) == [("source", "cat data/a.csv"), ("output", "x\n9")]


def test_what_a_document_leaves_out_is_empty(tmp_path: Path) -> None:
    first, second = run(tmp_path, chunk("knitr::knit_exit()", "r") + "Words.\n\n" + chunk("2")).cells
    assert shown(first) == [("source", "knitr::knit_exit()"), ("end", "")]
    assert (second.pieces, markdown_of(second)) == ((), "")


@pytest.mark.parametrize(
    ("text", "reason", "line", "words"),
    [
        (chunk("1") + chunk("2\nquit()"), Reason.DIED, 13, "quit()"),
        (chunk("1") + chunk("1", "r, eval=1 +* 2"), Reason.RAISED, 11, "the options are no R: eval=1 +* 2"),
        (chunk("1") + chunk("1", "r, 'a', 'b', echo=TRUE"), Reason.RAISED, 11, "the options are no R: 'a', 'b'"),
        (chunk("1", "r, eval=nosuch"), Reason.RAISED, 7, "nosuch"),
        (chunk("", 'r, child="files/none.Rmd"'), Reason.RAISED, 7, "none.Rmd"),
        ("A\n\n`r 1` and\n`r nosuch`\n", Reason.RAISED, 10, "nosuch"),
        (chunk("#| fig-alt: fine\n#| fig-cap: 'A `r nosuch`'\nplot(1)"), Reason.RAISED, 9, "the inline code `r nosuch` of fig.cap"),
        (chunk("plot(1)", 'r, fig.cap="A `r nosuch`"'), Reason.RAISED, 7, "object 'nosuch' not found"),
        (chunk("1") + chunk("tools::pskill(Sys.getpid(), 9)"), Reason.DIED, 12, "SIGKILL"),
    ],
    ids=["quit", "no R", "two labels", "an option that fails", "no child", "inline", "caption", "caption in the header", "killed"],
)
def test_what_stops_knitr_is_told_at_its_line(tmp_path: Path, text: str, reason: Reason, line: int, words: str) -> None:
    found = failure(tmp_path, text)
    assert (found.reason, found.location.line) == (reason, line)
    assert words in f"{found.message} {found.detail}"


def test_a_crash_of_r_shows_the_calls_of_the_lesson_and_nothing_of_the_builder(tmp_path: Path) -> None:
    found = failure(tmp_path, chunk("leaf <- function() tools::pskill(Sys.getpid(), 11)\nbranch <- function() leaf()\nbranch()"))
    assert (found.location.line, "SIGSEGV" in found.message) == (10, True)
    assert found.detail.splitlines()[1:] == ["in tools::pskill(Sys.getpid(), 11)", "in leaf()", "in branch()"]
    assert found.detail.startswith("segfault (address ")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (chunk("1\n\n# why\nf <- function() {\n  nosuch\n}\nf()"), 14),
        (chunk("nosuch", "r, include=FALSE"), 8),
        (chunk("nosuch", "r, error=TRUE") + chunk("1"), 0),
    ],
    ids=["shown", "hidden", "announced"],
)
def test_where_errors_stop_the_build_they_are_judged_when_all_has_run(tmp_path: Path, text: str, line: int) -> None:
    found = run(tmp_path, text, fail_on_error=True).failure
    assert (found.location.line if found else 0) == line
    assert found is None or "nosuch" in found.message


def test_hidden_chunks_that_raise_go_on_and_are_kept(tmp_path: Path) -> None:
    hidden, after = run(tmp_path, chunk("nosuch", "r, include=FALSE") + chunk("1")).cells
    assert [item.value for item in hidden.outputs if isinstance(item, Raised)] == ["object 'nosuch' not found"]
    assert markdown_of(hidden) == ""
    assert shown(after)[-1] == ("output", "[1] 1")


@pytest.mark.parametrize(
    ("code", "header", "error", "line"),
    [
        ("'before'\nSys.sleep(60)\n'after'", "r", True, 13),
        ("'before'\nrepeat {}", "r", True, 13),
        ("'before'\nrepeat try(stop('x'), silent = TRUE)", "r", True, 13),
        ("'before'\nplot(1)\nstructure(1, class = 'slow')", "r, fig.show='asis'", True, 14),
        ("'before'\nx <- system('sleep 60')\n'after'", "r", False, 13),
        ("echo before\nsleep 60", "bash", False, 11),
    ],
    ids=["sleep", "loop", "try", "a print method", "a program", "bash"],
)
def test_a_chunk_that_takes_too_long_is_stopped_and_the_document_goes_on(
    tmp_path: Path, code: str, header: str, error: bool, line: int
) -> None:
    first = chunk("print.slow <- function(x, ...) repeat {}", "r, include=FALSE") if "slow" in code else chunk("1")
    result = run(tmp_path, first + chunk(code, header) + chunk("6 * 7"), limits=Limits(cell_seconds=1))
    found = result.failure
    assert found is not None
    assert (found.reason, found.location.line, found.message) == (Reason.TIMEOUT, line, "the cell took longer than 1 s")
    assert result.seconds < 20
    _, stopped, after = result.cells
    assert "before" in shown(stopped)[1][1]
    assert ("error" in dict(shown(stopped))) == error
    if error:
        assert r_error(dict(shown(stopped))["error"]) == RError("the cell took longer than 1 s")
    assert ("plot" in dict(shown(stopped))) == ("plot" in code)
    assert ("'after'" in code) == (shown(stopped)[-1] == ("output", '[1] "after"'))
    assert shown(after)[-1] == ("output", "[1] 42")


def test_r_that_does_not_react_is_killed(tmp_path: Path) -> None:
    code = "tryCatch(repeat Sys.sleep(60), interrupt = function(condition) repeat {})"
    result = run(tmp_path, chunk("1") + chunk(code), limits=Limits(cell_seconds=1))
    assert result.failure is not None
    assert (result.failure.reason, result.failure.location.line) == (Reason.TIMEOUT, 12)
    assert result.seconds < 20


def test_inline_code_has_the_limit_of_a_chunk(tmp_path: Path) -> None:
    found = failure(tmp_path, chunk("1") + "Words `r Sys.sleep(60)`.\n", limits=Limits(cell_seconds=1))
    assert (found.reason, found.location.line) == (Reason.TIMEOUT, 11)


def test_a_flood_is_stopped_where_it_is_and_what_came_before_is_kept(tmp_path: Path) -> None:
    code = "'before'\nrepeat cat(strrep('a', 1000))\n'after'"
    result = run(tmp_path, chunk(code) + chunk("6 * 7"), limits=Limits(flood_bytes=200_000, output_bytes=50_000))
    assert result.failure is not None
    assert (result.failure.reason, result.failure.location.line) == (Reason.FLOODED, 9)
    flooded, after = result.cells
    texts = [item.text for item in flooded.outputs if isinstance(item, Stream)]
    assert texts[0] == '[1] "before"\n'
    assert 40_000 < len(texts[1]) < 51_000 and "output cut here" in texts[1]
    assert shown(after)[-1] == ("output", "[1] 42")


def test_nothing_is_dropped_without_a_word(tmp_path: Path) -> None:
    text = chunk("'one'\n'two'\nplot(1)") + chunk("'three'") + chunk("for (i in 1:9) message(i)")
    first, second, third = run(tmp_path, text, limits=Limits(episode_bytes=15, outputs=7)).cells
    assert [kind for kind, _ in shown(first)] == ["source", "output", "source", "output", "source", "plot"]
    assert shown(first)[3] == ("output", '[1] "\n[output cut here: 20 bytes in 6 pieces]')
    assert shown(second) == [("source", "'three'"), ("output", "[output cut here: 12 bytes in 2 pieces]")]
    assert len(third.outputs) == 2 and "[output cut here: 18 bytes in 10 pieces]" in shown(third)[1][1]


def test_many_pieces_are_cut_too(tmp_path: Path) -> None:
    (cell,) = run(tmp_path, chunk("for (i in 1:9) message(i)"), limits=Limits(outputs=5)).cells
    assert [text for _, text in shown(cell)[1:]] == ["1", "2", "3", "4", "[output cut here: 18 bytes in 10 pieces]"]


def test_a_long_output_is_cut_at_a_whole_letter(tmp_path: Path) -> None:
    (cell,) = run(tmp_path, chunk('cat(strrep("\u00e4", 5000))'), limits=Limits(output_bytes=101)).cells
    (text,) = (item.text for item in cell.outputs if isinstance(item, Stream))
    assert text.startswith("\u00e4" * 50 + "\n[output cut here: 10000 bytes")


def test_output_beyond_the_bound_is_cut_and_says_so(tmp_path: Path) -> None:
    (cell,) = run(tmp_path, chunk('cat(strrep("a", 5000))'), limits=Limits(output_bytes=100)).cells
    (text,) = (item.text for item in cell.outputs if isinstance(item, Stream))
    assert text.startswith("a" * 100 + "\n[output cut here: 500")
    assert len(markdown_of(cell)) < 300


OPTIONS = (
    chunk("1 + 1\n'two'", "r, collapse=TRUE, comment='#>'")
    + chunk("knitr::kable(head(cars, 2), caption = 'Small')")
    + chunk('cat("- made **here**\\n")', "r, results='asis'")
    + chunk('message("m"); warning("w"); 3', "r, message=FALSE, warning=FALSE, results='hide'")
    + chunk("1\n2", "r, results='hold', prompt=TRUE")
    + chunk("x<-c( 1,2 )\nx", "r, class.source='numberLines', class.output='special'")
    + chunk("plot(1)\nplot(2)", "r cap, fig.cap=c('One', 'Two'), out.width='40%', fig.show='hold'")
    + chunk("a <- 1", "r named, class.chunk='boxed'")
    + "```{r named, echo=FALSE}\n```\n\n"
    + "- item\n\n    ```{r}\n    1:3\n    ```\n\n> ```{r}\n> 'quoted'\n> ```\n\n"
    + "````{verbatim, lang='markdown'}\n```{r}\n1\n```\n````\n\n"
    + chunk("echo hello", "bash") + chunk(".a { color: red }", "css") + chunk("Words **here**.", "asis")
    + chunk('cat("```\\nnot the end\\n")') + chunk("data.frame(n = 1:3)") + chunk("stop('x')\n1")
    + "~~~\n```{r}\n1 + 1\n```\n~~~\n\n`r nrow(cars)`, `r 1/3`, `r 123456789`.\n"
)  # fmt: skip

ORACLE = """
args <- commandArgs(TRUE)
raw <- function(tag) function(options) {
  shown <- sprintf("<%s>\\n%s\\n</%s>", tag, paste(options$code, collapse = "\\n"), sub(" .*", "", tag))
  knitr::engine_output(utils::modifyList(options, list(results = "asis")), options$code, if (options$eval) shown)
}
knitr::knit_engines$set(css = raw("style type=\\"text/css\\""), js = raw("script type=\\"text/javascript\\""))
knitr::opts_chunk$set(error = TRUE, comment = "", fig.align = "center", class.output = "output", class.error = "error",
  class.warning = "warning", class.message = "output",
  fig.path = file.path("fig", paste0(tools::file_path_sans_ext(basename(args[1])), "-rendered-")))
knitr::opts_knit$set(root.dir = getwd(), rmarkdown.pandoc.to = "markdown")
knitr::knit(args[1], args[2], envir = globalenv(), quiet = TRUE, encoding = "UTF-8")
"""
"""What the Workbench sets before it knits (workbench-spec 1.4), and plain knitr."""


def plain_knitr(source: Path, folder: Path) -> str:
    """Return what plain knitr makes of a document, with the Workbench's settings, in a folder."""
    (folder.parent / "oracle.R").write_text(ORACLE)
    environment = os.environ | {"LC_ALL": "C.UTF-8", "LANGUAGE": "en"}
    command = ["Rscript", "--no-init-file", str(folder.parent / "oracle.R"), str(source), str(folder / f"{source.stem}.md")]
    subprocess.run(command, cwd=folder, check=True, env=environment, stdin=subprocess.DEVNULL, capture_output=True)
    return (folder / f"{source.stem}.md").read_text(encoding="utf-8")


def woven(document: Document, cells: Iterable[CellRecord]) -> str:
    """Return a document's text with what its cells gave."""
    assert document.rmarkdown is not None
    records = {record.identifier: record for record in cells}
    made = {
        cell.identifier: markdown_of(records[cell.identifier])
        if isinstance(cell, Cell)
        else "".join(text_of_piece(item) for item in records[cell.identifier].outputs)
        for cell in document.cells
    }
    return "\n".join(line for line, _ in document.rmarkdown.lines(made))


def blocks(text: str) -> list[str]:
    return squeezed(text).split("\n\n")


@pytest.mark.slow
@pytest.mark.parametrize("slug", ["swcarpentry__r-novice-gapminder", "carpentries__sandpaper-docs"])
def test_real_lessons_are_what_plain_knitr_makes_of_them(r_corpus: Path, tmp_path: Path, slug: str) -> None:
    root = tmp_path / "lesson"
    shutil.copytree(r_corpus / slug / "source", root)
    execute.run(root, Options("host"), ())
    lesson, _ = discover(root)
    folder = tmp_path / "built"
    for name, file in working_files(lesson).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file.path, folder / name)
    differing = total = 0
    for source in lesson.episodes:
        if source.path.suffix == ".Rmd":
            document = read((root / source.path).read_text(encoding="utf-8"), source.path, episode=True)
            (stored,), _ = RecordStore(root).find([source.slug])
            ours, theirs = blocks(woven(document, stored.record.cells)), blocks(plain_knitr(root / source.path, folder))
            changes = difflib.SequenceMatcher(None, theirs, ours, autojunk=False).get_opcodes()
            differing += sum(max(last - first, end - start) for tag, first, last, start, end in changes if tag != "equal")
            total += len(theirs)
    assert total > 300
    assert differing <= total * 0.005  # addresses of compiled code, times of files, packages that are loaded


LIBRARY = Path("/usr/lib/R/site-library")
"""Where Debian's packages of R are, with the sources of their vignettes."""
VIGNETTES = ("clock/clock", "dplyr/colwise", "fansi/sgr-in-rmd", "isoband/isoband3", "lifecycle/communicate", "pillar/debugme", "purrr/base",
             "readr/locales", "stringr/regular-expressions", "tibble/digits", "tidyr/in-packages", "vctrs/pillar", "withr/changing-and-restoring-state")  # fmt: skip
"""Those in which nothing depends on the time, chance or the machine."""


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in VIGNETTES if (LIBRARY / name.replace("/", "/doc/")).with_suffix(".Rmd").is_file()])
def test_vignettes_of_packages_are_what_plain_knitr_makes_of_them(tmp_path: Path, name: str) -> None:
    root, built = tmp_path / "lesson", tmp_path / "built"
    source = (LIBRARY / name.replace("/", "/doc/")).with_suffix(".Rmd")
    for folder in (root / "episodes", built):
        folder.mkdir(parents=True)
        for file in source.parent.iterdir():
            if file.is_file() and file.suffix not in (".html", ".pdf", ".R", ".Rmd"):
                shutil.copy(file, folder)
        shutil.copy(source, folder)
    (root / "config.yaml").write_text("title: V\nlicense: CC-BY 4.0\n")
    (root / "index.md").write_text("Home.\n")
    execute.run(root, Options("host"), ())
    (stored,), _ = RecordStore(root).find([source.stem])
    path = PurePosixPath("episodes") / source.name
    document = read(source.read_text(encoding="utf-8"), path, episode=True)
    assert blocks(woven(document, stored.record.cells)) == blocks(plain_knitr(built / source.name, built))


@pytest.mark.parametrize("header", ["r b, requires='cuda'", "python b, requires='cuda'"])
def test_a_chunk_for_which_the_machine_lacks_something_is_not_run(tmp_path: Path, header: str) -> None:
    text = chunk("x <- 1", "r a") + chunk("file.create('ran')", header) + "`r x + 1`\n\n" + chunk("file.exists('ran')", "r c")
    found, document = knit_job(text, missing={"b": ("cuda",)})
    assert [cell.options.requires for cell in document.cells if isinstance(cell, Cell)] == [(), ("cuda",), ()]
    assert found.knit is not None
    result = run_all([replace(found, knit=replace(found.knit, python=True))], tmp_path)[0]  # also where R lacks the package for Python
    assert result.failure is None
    first, left_out, inline, last = result.cells
    assert (left_out.ran, left_out.missing, left_out.outputs) == (False, ("cuda",), ())
    assert (first.ran, inline.ran, text_of_piece(inline.outputs[0]), shown(last)[-1]) == (True, True, "2", ("output", "[1] FALSE"))


def test_the_page_s_text_is_that_of_plain_knitr(tmp_path: Path) -> None:
    found, document = knit_job(OPTIONS)
    (result,) = run_all([found], tmp_path)
    assert result.failure is None
    assert document.rmarkdown is not None
    (tmp_path / "one.Rmd").write_text(document.rmarkdown.text)
    (tmp_path / "built").mkdir()
    theirs = plain_knitr(tmp_path / "one.Rmd", tmp_path / "built")
    assert blocks(woven(document, result.cells)) == blocks(theirs)
    figures = {item.path: item for record in result.cells for item in record.outputs if isinstance(item, Display) and item.path}
    made_there = sorted(path.relative_to(tmp_path / "built").as_posix() for path in (tmp_path / "built/fig").iterdir())
    assert sorted(figures) == made_there
    assert all(content("image/png", figures[name].data["image/png"]) == (tmp_path / "built" / name).read_bytes() for name in made_there)


SET = "```{{r, include=FALSE}}\nhooks <- knitr::knit_hooks\nhooks$set({})\n```\n\n```{{r, lines=2}}\ncat('aaa', 1:9, sep='\\n')\nplot(1)\n```\n\nEnd.\n"
"""A document that sets a hook of knitr, as https://yihui.org/knitr/hooks/ tells, and one chunk."""


@pytest.mark.parametrize(
    "hook",
    [
        "document = function(x) gsub('aaa', 'bbb', x)",
        "document = function(x) paste(x, collapse = '\\n')",
        "chunk = local({ old <- hooks$get('chunk'); function(x, options) paste0('<div>', old(x, options), '</div>') })",
        "chunk = function(x, options) paste0('<div>\\n\\n', x, '\\n\\n</div>')",
        "output = local({ old <- hooks$get('output'); function(x, options) old(paste(head(strsplit(x, '\\n')[[1]], options$lines), collapse = '\\n'), options) })",
        "output = function(x, options) paste0('<pre>', x, '</pre>')",
        "plot = local({ old <- hooks$get('plot'); function(x, options) paste0('<figure>', old(x, options), '</figure>') })",
        "source = function(x, options) paste0('\\n\\n    ', paste(x, collapse = '\\n    '), '\\n')",
        "timed = function(before, options, envir) if (!before) 'after'",
        "list()); hooks$restore(); (1",
    ],
)
def test_hooks_that_a_document_sets_are_heard(tmp_path: Path, hook: str) -> None:
    found, document = knit_job(SET.format(hook))
    (result,) = run_all([found], tmp_path)
    assert result.failure is None
    assert document.rmarkdown is not None
    (tmp_path / "one.Rmd").write_text(document.rmarkdown.text)
    (tmp_path / "built").mkdir()
    assert blocks(woven(document, result.cells)) == blocks(plain_knitr(tmp_path / "one.Rmd", tmp_path / "built"))
    assert [item.path for item in result.cells[1].outputs if isinstance(item, Display) and item.path] == [
        "fig/one-rendered-unnamed-chunk-2-1.png"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The sum is\n```{r, echo=FALSE, results='asis'}\ncat(42)\n```\nunits.\n\nEnd.\n",
        "Words\n```{r, echo=FALSE, results='asis'}\ncat('\\n\\n- x\\n- y\\n')\n```\nEnd.\n",
        "Words\n```{r, results='asis'}\ncat('a\\n'); cat('b\\n'); cat('\\n\\n- x\\n')\n```\nEnd.\n",
        "- a\n```{r, echo=FALSE, results='asis'}\ncat('- b\\n'); message('m'); cat('- c\\n')\n```\n- d\n",
        "<td>\n```{r, echo=FALSE}\nknitr::asis_output('<div>x</div>')\n```\n</td>\n",
        "Words\n```{r, echo=FALSE}\nplot(1)\n```\nEnd.\n",
        "Words\n```{r, echo=FALSE}\nplot(1); 1\n```\nEnd.\n",
        "Words\n```{r, echo=FALSE}\n1\n```\nEnd.\n",
        "Words\n```{r, include=FALSE}\n1\n```\nEnd.\n",
    ],
)
def test_a_chunk_ends_the_paragraph_before_it_where_it_does_for_knitr(tmp_path: Path, text: str) -> None:
    found, document = knit_job(text)
    (result,) = run_all([found], tmp_path)
    assert document.rmarkdown is not None
    (tmp_path / "one.Rmd").write_text(document.rmarkdown.text)
    (tmp_path / "built").mkdir()
    assert blocks(woven(document, result.cells)) == blocks(plain_knitr(tmp_path / "one.Rmd", tmp_path / "built"))


def test_a_kernel_runs_python_where_r_has_no_package_for_it(tmp_path: Path) -> None:
    text = (
        chunk("# how much\nx = 2\nprint(x)\n\nx + 1\nprint('é \\\\ \"'); y = 5", "python") + chunk("y <- 1", "r") + chunk("x * y", "python")
    )
    first, _, last, _ = run_with_kernel(tmp_path, text).cells
    assert shown(first) == [
        ("source", "# how much\nx = 2\nprint(x)"), ("output", "2"), ("source", "x + 1"), ("output", "3"),
        ("source", "print('é \\\\ \"'); y = 5"), ("output", 'é \\ "'),
    ]  # fmt: skip
    assert shown(last) == [("source", "x * y"), ("output", "10")]


def test_options_of_python_chunks_are_those_of_knitr(tmp_path: Path) -> None:
    text = (
        chunk("print(1)", "python, echo=FALSE") + chunk("print(1)", "python, results='hide'") + chunk("print(1)", "python, eval=FALSE")
        + chunk("print('- **a**')", "python, results='asis'") + chunk("print(1)\nprint(2)", "python, results='hold'")
        + chunk("kept = 7", "python, include=FALSE") + chunk("kept", "python")
    )  # fmt: skip
    hidden, quiet, not_run, as_is, held, _, kept, _ = run_with_kernel(tmp_path, text).cells
    assert (shown(hidden), shown(quiet), shown(not_run)) == ([("output", "1")], [("source", "print(1)")], [("source", "print(1)")])
    assert "\n\n- **a**" in markdown_of(as_is)
    assert shown(held) == [("source", "print(1)\nprint(2)"), ("output", "1\n2")]
    assert shown(kept)[-1] == ("output", "7")


def test_an_error_of_python_is_judged_as_one_of_r(tmp_path: Path) -> None:
    text = chunk("1\nprint(nosuch)\nprint('never')", "python")
    result = run_with_kernel(tmp_path, text + chunk("2"))
    assert result.failure is None
    assert shown(result.cells[0])[-1] == ("error", "NameError: name 'nosuch' is not defined")
    assert shown(result.cells[1])[-1] == ("output", "[1] 2")
    found = run_with_kernel(tmp_path / "b", text, fail_on_error=True).failure
    assert found is not None and (found.reason, found.location.line) == (Reason.RAISED, 7) and "nosuch" in found.message
    assert run_with_kernel(tmp_path / "c", text.replace("python", "python, error=TRUE"), fail_on_error=True).failure is None


def test_pictures_of_python_have_knitr_s_names(tmp_path: Path) -> None:
    text = chunk(
        "from IPython.display import Image, display\nimport base64\n"
        f"n = display(Image(data=bytes.fromhex('{PNG.hex()}'), format='png'))\nprint('below')",
        "python, py, fig.alt='a dot'",
    )
    cell, _ = run_with_kernel(tmp_path, text).cells
    assert [kind for kind, _ in shown(cell)] == ["source", "plot", "source", "output"]
    (plot,) = (item for item in cell.outputs if isinstance(item, Display) and item.path)
    assert plot.path == "fig/one-rendered-py-1.png" and content("image/png", plot.data["image/png"]) == PNG
    assert 'alt="a dot"' in plot.data["text/markdown"]


@pytest.mark.parametrize(
    ("code", "reason"), [("while True: pass", Reason.TIMEOUT), ("import os; os._exit(3)", Reason.DIED)], ids=["endless", "dies"]
)
def test_a_kernel_that_does_not_end_well_fails_the_document_which_goes_on(tmp_path: Path, code: str, reason: Reason) -> None:
    text = chunk("1", "python") + chunk(f"{code}", "python") + chunk("6 * 7")
    result = run_with_kernel(tmp_path, text, limits=Limits(cell_seconds=3))
    assert result.failure is not None
    assert (result.failure.reason, result.failure.location.line) == (reason, 11)
    assert shown(result.cells[2])[-1] == ("output", "[1] 42")


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("a\nb", ["a", "b"]),
        ("# c\na; b\n\n\nif a:\n    b\n\n    c\nd  # e\n# end", ["# c\na; b", "if a:\n    b\n\n    c", "d  # e\n# end"]),
        ("x = 1; y = [\n1]; z = 3\nw", ["x = 1; y = [\n1]; z = 3", "w"]),
        ("@f\ndef g(): pass\ng()", ["@f\ndef g(): pass", "g()"]),
        ("%matplotlib inline\na", ["%matplotlib inline\na"]),
        ("# only", ["# only"]),
    ],
)
def test_code_is_divided_into_statements(code: str, parts: list[str]) -> None:
    assert statements(code) == parts


OPTIONS_READ = r"""
engines <- unlist(lapply(knitr::knit_engines$get(), deparse))
read <- unlist(regmatches(engines, gregexpr("options\\$[A-Za-z][A-Za-z0-9._]*", engines)))
cat(unique(c(sub("options\\$", "", read), names(knitr::opts_chunk$get()))), sep = "\n")
"""


def test_no_option_that_an_engine_of_knitr_reads_is_called_misspelt() -> None:
    done = subprocess.run(("Rscript", "-e", OPTIONS_READ), capture_output=True, text=True, check=True)
    names = done.stdout.split()
    assert {"output.var", "connection", "fig.cap"} <= set(names)
    assert {name: hint for name in names if (hint := misspelt(name, named_keys(CellOptions)))} == {}


FAILING = {
    "bash": ("exit 3", "the program of the chunk ended with status 3"),
    "perl": ("die 'no';", "the program of the chunk ended with status 255"),
    "sh": ("ls /nosuch", "the program of the chunk ended with status 2"),
    "gawk, engine.path='nosuch'": ("BEGIN {}", "there is no program called 'gawk'"),
    "dot, engine.path='nosuch'": ("digraph {}", "there is no program called 'nosuch'"),
}


@pytest.mark.parametrize(("header", "code", "words"), [(header, *given) for header, given in FAILING.items()], ids=FAILING)
def test_what_fails_in_another_program_is_judged_as_an_error_of_r(tmp_path: Path, header: str, code: str, words: str) -> None:
    text = chunk("1") + chunk(code, header) + chunk("2")
    lenient = run(tmp_path / "lenient", text)
    assert lenient.failure is None and len(lenient.cells) == 3
    assert [item.value for item in lenient.cells[1].outputs if isinstance(item, Raised)] == [words]
    assert words not in markdown_of(lenient.cells[1])  # the page has what plain knitr makes
    found = failure(tmp_path / "strict", text, fail_on_error=True)
    assert (found.reason, found.location.line) == (Reason.RAISED, 12) and words in found.message
    asked = run(tmp_path / "asked", chunk(code, f"{header}, error=TRUE"), fail_on_error=True)
    assert asked.failure is None


def test_an_engine_that_a_document_sets_itself_is_judged_too(tmp_path: Path) -> None:
    engine = """knitr::knit_engines$set(mine = function(options) {
  out <- system2("sh", c("-c", shQuote(options$code)), stdout = TRUE, stderr = TRUE)
  warning("another")
  knitr::engine_output(options, options$code, out)
})"""
    cells = run(tmp_path, chunk(engine) + chunk("exit 4", "mine") + chunk("exit 0", "mine")).cells
    raised = [[item.value for item in cell.outputs if isinstance(item, Raised)] for cell in cells]
    assert raised == [[], ["the program of the chunk ended with status 4"], []]


def test_a_program_that_ends_well_fails_nothing(tmp_path: Path) -> None:
    result = run(tmp_path, chunk("false | true", "bash") + chunk("ls /nosuch\ntrue", "sh") + chunk("exit 3", "bash, eval=FALSE"))
    assert not [item for cell in result.cells for item in cell.outputs if isinstance(item, Raised)]


def test_the_status_of_a_program_is_read_in_other_languages_too(tmp_path: Path) -> None:
    text = chunk('Sys.setenv(LANGUAGE = "de")\nsuppressWarnings(gettext("running command", domain = "R"))') + chunk("exit 3", "bash")
    cells = run(tmp_path, text).cells
    assert [item.value for item in cells[1].outputs if isinstance(item, Raised)] == ["the program of the chunk ended with status 3"]


def test_what_knitr_itself_warns_of_is_told_and_on_no_page(tmp_path: Path) -> None:
    result = run(tmp_path, chunk("x", "nosuchengine") + chunk("x", "nosuchengine") + chunk("exit 3", "bash") + chunk('warning("mine")'))
    (words,) = result.warned
    assert "nosuchengine" in words and "\n" not in words
    assert not any("must be registered" in markdown_of(cell) for cell in result.cells)
    assert progress(Finished(result)).splitlines()[1:] == [f"  knitr warns: {words}"]
