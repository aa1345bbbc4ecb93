"""Lessons in R Markdown from their folder to their pages: files of the Workbench's folder, keys, needs, libraries and messages."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from site_builder.environments import r
from site_builder.operations.manage_records import records
from site_builder.pipeline.build import build
from site_builder.pipeline.model import Built, Options
from site_builder.pipeline.plan import open_lesson
from site_builder.plan.model import Action
from site_builder.records.store import RecordStore
from tests.conftest import MakeLesson
from tests.r import needs_knitr

pytestmark = [needs_knitr, pytest.mark.world("r")]

HOST = Options("host")
HEAD = (
    "---\ntitle: {0}\nteaching: 1\nexercises: 1\n---\n\n::: questions\n\n- q\n\n:::\n\n::: objectives\n\n- o\n\n:::\n\n"
    "::: keypoints\n\n- k\n\n:::\n\n"
)


def chunk(code: str, header: str = "r") -> str:
    return f"```{{{header}}}\n{code}\n```\n\n"


def episode(*parts: str, title: str = "One") -> str:
    return HEAD.format(title) + "".join(parts)


def lesson(make_lesson: MakeLesson, **more: str) -> Path:
    files = {name.replace("__", "/").replace("_dot_", "."): text for name, text in more.items()}
    return make_lesson({"config.yaml": "title: L\nlicense: CC-BY 4.0\n", "index.md": "Home.\n", **files})


def page(built: Built, name: str = "one") -> str:
    return (built.site / f"{name}.html").read_text(encoding="utf-8")


def actions(root: Path) -> dict[str, Action]:
    return {step.request.slug: step.action for step in open_lesson(root, HOST).plan.steps}


def codes(built: Built) -> list[str]:
    return [problem.code for problem in built.report.problems]


def test_files_beside_the_episodes_are_there_and_a_changed_one_runs_it_again(make_lesson: MakeLesson) -> None:
    text = episode(chunk('sites <- read.csv("data/sites.csv")\nsum(sites$mass)'), chunk('source("files/double.R")\ndouble(21)'))
    root = lesson(
        make_lesson, episodes__one_dot_Rmd=text, episodes__data__sites_dot_csv="site,mass\nA,2.5\nB,3\n",
        episodes__files__double_dot_R="double <- function(x) 2 * x\n",
    )  # fmt: skip
    built = build(root, None, HOST)
    assert "[1] 5.5" in page(built) and "[1] 42" in page(built)
    assert codes(built) == []
    assert actions(root) == {"one": Action.REUSE}
    (root / "episodes/data/sites.csv").write_text("site,mass\nA,2.5\nB,4\n")
    step = open_lesson(root, HOST).plan.steps[0]
    assert (step.action, step.reason) == (Action.RUN, "data/sites.csv changed")
    assert "[1] 6.5" in page(build(root, None, HOST))


def test_prose_is_no_reason_to_run_again_and_is_shown_as_it_is_now(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, episodes__one_dot_Rmd=episode("Before.\n\n", chunk("6 * 7"), "It is `r 40 + 2`.\n"))
    assert "It is 42." in page(build(root, None, HOST))
    make_lesson({"episodes/one.Rmd": episode("Quite other words.\n\n", chunk("6 * 7"), "Now `r 40 + 2` it is.\n")})
    assert actions(root) == {"one": Action.REUSE}
    shown = page(build(root, None, HOST))
    assert "Quite other words." in shown and "Now 42 it is." in shown and "[1] 42" in shown


def test_what_an_episode_writes_is_there_for_a_later_one_and_never_in_the_lesson(make_lesson: MakeLesson) -> None:
    writes = 'dir.create("results", showWarnings = FALSE)\nwriteLines("made by one", "results/note.txt")'
    changes = 'writeLines("changed", "data/a.txt")'
    root = lesson(
        make_lesson, episodes__one_dot_Rmd=episode(chunk(writes), chunk(changes)), episodes__data__a_dot_txt="as it was\n",
        episodes__two_dot_Rmd=episode(chunk('readLines("results/note.txt")\nreadLines("data/a.txt")'), title="Two"),
    )  # fmt: skip
    built = build(root, None, HOST)
    assert codes(built) == []
    assert '[1] "made by one"' in page(built, "two") and '[1] "changed"' in page(built, "two")
    assert (root / "episodes/data/a.txt").read_text() == "as it was\n"
    assert not (root / "results").exists() and not (root / "episodes/results").exists()
    two = open_lesson(root, HOST).episode("two")
    assert two.needs == ("one",)
    assert two.record is not None and [name for name, _ in two.record.provenance.needs] == ["one"]
    assert actions(root) == {"one": Action.REUSE, "two": Action.REUSE}
    make_lesson({"episodes/one.Rmd": episode(chunk(writes.replace("made", "made again")), chunk(changes))})
    assert actions(root) == {"one": Action.RUN, "two": Action.RUN}


def test_records_of_r_are_notebooks_that_verify(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, episodes__one_dot_Rmd=episode(chunk("plot(1)", 'r p, fig.alt="a point"'), chunk("1\n2", "r, collapse=TRUE")))
    built = build(root, None, HOST)
    assert (built.site / "fig/one-rendered-p-1.png").is_file()
    (stored,), damaged = RecordStore(root).find(["one"])
    assert damaged == ()
    plot, fused = stored.record.cells
    assert plot.markdown is None
    assert fused.markdown is not None and fused.markdown.count("```") == 2
    assert 'alt="a point"' in page(built)


def test_errors_are_told_once_an_episode_with_the_file_that_was_not_there(make_lesson: MakeLesson) -> None:
    text = episode(chunk('read.csv("data/none.csv")'), chunk("nosuch"), chunk('stop("on purpose")'), chunk("nosuch", "r, error=TRUE"))
    built = build(lesson(make_lesson, episodes__one_dot_Rmd=text), None, HOST)
    (problem,) = (item for item in built.report.problems if item.code == "LS515")
    assert "there is no file data/none.csv" in problem.message
    assert "object 'nosuch' not found" in problem.message and "on purpose" not in problem.message
    assert problem.message.count("nosuch") == 1
    assert problem.hint.startswith("put the file at episodes/data/none.csv")


def test_an_error_has_its_call_its_line_and_what_would_bring_what_was_not_there(make_lesson: MakeLesson) -> None:
    code = "a <- 1\n\n# a comment\nread.csv(\n  'sites.csv')\n library(nosuchpkg, lib.loc = NULL)"
    hidden = "ok <- 1\nf <- function(x) stop('from f')\nf(2)"
    ansi = "#| label: colour\noptions(cli.num_colors = 256L)\nstop('\\033[31mred\\033[39m words')\nlog('a')"
    text = episode(chunk(code.replace("library(", "base::library(")), chunk(hidden, "r hid, include=FALSE"), chunk(ansi))
    root = lesson(make_lesson, episodes__one_dot_Rmd=text, episodes__data__sites_dot_csv="a\n1\n")
    built = build(root, None, HOST)
    (problem,) = (item for item in built.report.problems if item.code == "LS515")
    lines = (root / "episodes/one.Rmd").read_text().splitlines()
    assert lines[problem.location.line - 1] == "read.csv("
    assert re.search(r'Error in file\((file, "rt")?\): cannot open the connection \(there is no file sites.csv\)', problem.message)
    assert f"`hid` (line {lines.index('f(2)') + 1}): Error in f(2): from f" in problem.message
    assert "(there is no R package nosuchpkg)" in problem.message
    assert "\033" not in problem.message and "and 1 more" in problem.message
    assert problem.hint.startswith("sites.csv is data/sites.csv in this lesson; install what is missing: `pixi add r-nosuchpkg`")


def test_a_record_of_r_names_r_and_its_packages_and_no_python(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, episodes__one_dot_Rmd=episode(chunk("x <- tools::toTitleCase('a')\n1")))
    built = build(root, None, HOST)
    (stored,), _ = RecordStore(root).find(["one"])
    made = stored.record.provenance
    found = {package.name: package.version for package in made.loaded}
    here = r.installation()
    assert here is not None
    assert found["R"] == here.version and found["knitr"] == r.installed_version("knitr")
    assert [package.name for package in made.packages.packages] == ["R"]
    assert made.python == ""
    assert f"knitr {found['knitr']}" in page(built) and "<dt>Python</dt>" not in page(built)


def test_a_document_ends_where_knitr_leaves_it(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, episodes__one_dot_Rmd=episode("First.\n\n", chunk("1\nknitr::knit_exit()"), "Last words.\n\n", chunk("2")))
    shown = page(build(root, None, HOST))
    assert "First." in shown and "[1] 1" in shown
    assert "Last words." not in shown and "[1] 2" not in shown
    assert actions(root) == {"one": Action.REUSE}


def test_missing_packages_are_named_once_for_the_lesson(make_lesson: MakeLesson) -> None:
    root = lesson(
        make_lesson, episodes__one_dot_Rmd=episode(chunk("library(nosuchone)")),
        episodes__two_dot_Rmd=episode(chunk("library(nosuchtwo)"), title="Two"),
    )  # fmt: skip
    (problem,) = (item for item in build(root, None, HOST).report.problems if item.code == "LS027")
    assert "the R on this machine lacks nosuchone, nosuchtwo" in problem.message
    assert 'install.packages(c("nosuchone", "nosuchtwo"))' in problem.hint and "r-nosuchone" in problem.hint
    assert "pip" not in problem.hint


def test_the_personal_library_is_the_one_that_cells_see(make_lesson: MakeLesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package, library = tmp_path / "casepkg", tmp_path / "library"
    (package / "R").mkdir(parents=True)
    library.mkdir()
    (package / "DESCRIPTION").write_text(
        "Package: casepkg\nVersion: 1.0\nTitle: A\nDescription: B.\nLicense: CC0\nAuthor: N\nMaintainer: N <n@example.org>\n"
    )
    (package / "NAMESPACE").write_text("export(here)\n")
    (package / "R/here.R").write_text('here <- function() "found"\n')
    subprocess.run(["R", "CMD", "INSTALL", f"--library={library}", str(package)], check=True, capture_output=True)
    before = r.library_digest()
    monkeypatch.setenv("R_LIBS_USER", str(library))
    root = lesson(make_lesson, episodes__one_dot_Rmd=episode(chunk("library(casepkg)\nhere()")))
    assert '[1] "found"' in page(build(root, None, HOST))
    assert r.library_digest() != before  # other packages, another key
    assert shutil.which("Rscript")


def test_python_beside_r_runs_without_reticulate(make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = r.missing_packages
    monkeypatch.setattr(r, "missing_packages", lambda names, *more: tuple({*missing(names, *more), *({"reticulate"} & {*names})}))
    text = episode(chunk("1 + 1"), chunk("x = 'from python'", "python"), chunk("print(x.upper())\nx", "python"))
    built = build(lesson(make_lesson, episodes__one_dot_Rmd=text), None, HOST)
    assert codes(built) == []
    assert "FROM PYTHON" in page(built) and "[1] 2" in page(built)


def test_the_settings_lie_beside_a_document_if_its_code_or_what_that_takes_in_names_them(make_lesson: MakeLesson) -> None:
    code = "readLines('config.yaml')[[1]]"
    text = episode(chunk("source('first.R')\nfirst()"))
    root = lesson(make_lesson, episodes__one_dot_Rmd=text, episodes__first_dot_R=f"first <- function() {code}\n")
    assert "title: L" in page(build(root, None, HOST))
    (root / "config.yaml").write_text("title: M\nlicense: CC-BY 4.0\n")
    assert actions(root) == {"one": Action.RUN}
    (root / "episodes/first.R").unlink()
    (root / "episodes/one.Rmd").write_text(episode(chunk(code)))
    assert "title: M" in page(build(root, None, HOST))


def test_other_settings_run_nothing_again_where_no_code_names_them(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, episodes__one_dot_Rmd=episode(chunk("file.exists('config' |> paste0('.yaml')); 'lesson_config.yaml'")))
    assert "[1] FALSE" in page(build(root, None, HOST))
    (root / "config.yaml").write_text("title: M\nlicense: CC-BY 4.0\n")
    assert actions(root) == {"one": Action.REUSE}


def test_pages_that_are_no_episodes_run_too(make_lesson: MakeLesson) -> None:
    setup = "---\ntitle: Setup\n---\n\n" + chunk("", "r, child='files/part.md'") + "There are `r 6 * 7` seats.\n\n" + chunk("1 + 2")
    root = lesson(
        make_lesson, episodes__one_dot_md=episode("Text.\n"), learners__setup_dot_Rmd=setup, learners__files__part_dot_md="## Taken in\n",
        learners__more_dot_Rmd=chunk("plot(1)", "r dots, echo=FALSE, fig.alt='A dot'"), instructors__plain_dot_Rmd="No code.\n",
    )  # fmt: skip
    built = build(root, None, HOST)
    assert codes(built) == []
    home = page(built, "index")
    assert "Taken in" in home and "There are 42 seats." in home and "[1] 3" in home
    assert 'src="fig/more-rendered-dots-1.png"' in page(built, "more")
    assert (built.site / "fig/more-rendered-dots-1.png").is_file()
    assert "Run this yourself" not in home
    assert built.tally == "1 episode, without code that runs"
    assert actions(root) == {"setup": Action.REUSE, "more": Action.REUSE}
    assert {stored.record.episode for stored in records(root)[0]} == {"setup", "more"}
