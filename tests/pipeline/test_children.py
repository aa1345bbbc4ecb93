"""Documents that chunks take in are looked for before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_builder.lesson.discover import discover
from site_builder.pipeline.read import read_sources
from tests.conftest import MakeLesson

HEAD = "---\ntitle: T\nteaching: 1\nexercises: 0\n---\n\n"


def faults(root: Path) -> list[tuple[str, str, str, str]]:
    lesson, _ = discover(root)
    _, report = read_sources(lesson)
    return [(problem.code, str(problem.location), problem.message, problem.hint) for problem in report.errors]


def lesson(make_lesson: MakeLesson, text: str, **files: str) -> Path:
    return make_lesson({"config.yaml": "title: L\n", "index.md": "Hi.\n", "episodes/one.Rmd": HEAD + text, **files})


def chunk(options: str, code: str = "") -> str:
    return f"```{{r {options}}}\n{code}\n```\n\n" if code else f"```{{r {options}}}\n```\n\n"


OK = {"episodes/files/ok.Rmd": "Child\n\n```{r b}\n3\n```\n"}


@pytest.mark.parametrize(
    "options",
    [
        "child='files/ok.Rmd'", "child=c('files/ok.Rmd')", "child=\"./files/ok.Rmd\"", "child='none.md', eval=FALSE", "child=paste0('no', '.md')",
        "child=character()", "file='files/ok.Rmd'",
    ],
)  # fmt: skip
def test_what_is_there_or_unknown_is_no_fault(make_lesson: MakeLesson, options: str) -> None:
    assert faults(lesson(make_lesson, chunk(options), **OK)) == []


@pytest.mark.parametrize(
    ("options", "name", "hint"),
    [
        ("child='none.md'", "none.md", "put it into episodes/files and write `files/none.md`"),
        ("kid, child=c('files/ok.Rmd', 'none.md')", "none.md", "put it into episodes/files and write `files/none.md`"),
        ("child='ok.Rmd'", "ok.Rmd", "write `files/ok.Rmd`"),
        ("child='part.Rmd'", "part.Rmd", "move it into episodes/files and write `files/part.Rmd`"),
        ("child='files/kk.Rmd'", "files/kk.Rmd", "did you mean 'files/ok.Rmd'?"),
        ("file='files/other/none.R'", "files/other/none.R", "put it at episodes/files/other/none.R"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named_at_its_line(make_lesson: MakeLesson, options: str, name: str, hint: str) -> None:
    root = lesson(make_lesson, "Words.\n\n" + chunk(options), **OK, **{"episodes/part.Rmd": "Part.\n"})
    (root / "config.yaml").write_text("title: L\nepisodes: [one.Rmd]\n")
    ((code, place, message, found),) = faults(root)
    assert (code, place) == ("LS314", "episodes/one.Rmd:9")
    assert f" {name} is not there" in message
    assert found == hint


def test_a_child_of_a_child_is_looked_for_too(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, chunk("child='files/nest.Rmd'"), **{"episodes/files/nest.Rmd": chunk("child='deep.Rmd'")})
    assert [(place, message) for _, place, message, _ in faults(root)] == [
        ("episodes/one.Rmd:7", "the document deep.Rmd, which files/nest.Rmd takes in, is not there")
    ]


def test_one_that_takes_in_itself_is_told(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, chunk("child='files/a.Rmd'"), **{"episodes/files/a.Rmd": chunk("child='files/a.Rmd'")})
    assert [(code, message) for code, _, message, _ in faults(root)] == [("LS314", "files/a.Rmd takes in itself")]


def test_a_file_that_code_names_may_be_made_by_it(make_lesson: MakeLesson) -> None:
    assert faults(lesson(make_lesson, chunk("w", "writeLines('x', 'made.md')") + chunk("child='made.md'"))) == []


def test_labels_of_children_are_those_of_the_episode(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, chunk("b", "1") + chunk("child='files/ok.Rmd'"), **OK)
    assert [(code, place, message) for code, place, message, _ in faults(root)] == [
        ("LS314", "episodes/one.Rmd:11", "the label 'b' of files/ok.Rmd:3 is taken by the cell on line 7")
    ]
    twice = lesson(make_lesson, chunk("child='files/ok.Rmd'") + chunk("child='files/ok.Rmd'"), **OK)
    assert [place for _, place, _, _ in faults(twice)] == ["episodes/one.Rmd:10"]


def test_bytes_that_are_not_utf_8_are_told_at_their_line(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, "")
    (root / "episodes/one.Rmd").write_bytes((HEAD + "Fine.\n\nGr").encode() + b"\xfc\xdfe.\n")
    _, report = read_sources(discover(root)[0])
    assert [(problem.code, str(problem.location)) for problem in report.problems if problem.code == "LS015"] == [
        ("LS015", "episodes/one.Rmd:9")
    ]


def test_what_other_pages_take_in_is_looked_for_too(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, "Words.\n", **{"learners/setup.Rmd": "---\ntitle: S\n---\n\n" + chunk("child='files/none.md'")})
    ((code, place, message, _),) = faults(root)
    assert (code, place) == ("LS314", "learners/setup.Rmd:5")
    assert " files/none.md is not there" in message
