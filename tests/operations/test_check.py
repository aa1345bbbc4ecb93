"""What `lesson check` reports about a lesson."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from site_builder.environments import r
from site_builder.operations import check
from site_builder.pipeline.model import Options
from tests.conftest import MakeLesson


def test_a_head_that_cannot_be_read_is_told_once_and_not_as_missing_title_and_minutes(make_lesson: MakeLesson) -> None:
    root = make_lesson({
        "config.yaml": "title: L\nepisodes: [one.md, two.md]\n",
        "index.md": "Hello.\n",
        "episodes/one.md": "---\ntitle: A: B\n---\n\n::: questions\n- Q?\n:::\n\n::: objectives\n- O\n:::\n",
        "episodes/two.md": "---\nteaching: 1\n---\n\n::: questions\n- Q?\n:::\n\n::: objectives\n- O\n:::\n",
    })  # fmt: skip
    found = {(str(problem.location.path), problem.code) for problem in check.check(root, Options("host")).problems}
    assert {code for path, code in found if path == "episodes/one.md"} == {"LS103"}
    assert {code for path, code in found if path == "episodes/two.md"} == {"LS603", "LS605"}


def test_packages_of_renv_that_r_lacks_are_named_once_and_not_those_that_were_named_already(
    make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = {"dplyr": {"Source": "Repository"}, "sf": {"Source": "Repository"}, "xfun": {"Source": "Repository"}}
    root = make_lesson({
        "config.yaml": "title: L\n",
        "index.md": "Hello.\n",
        "episodes/one.Rmd": "---\ntitle: A\n---\n\n```{r}\nlibrary(sf)\n```\n",
        "episodes/two.Rmd": "---\ntitle: B\n---\n\n```{r}\n1\n```\n",
        "renv.lock": json.dumps({"Packages": packages}, indent=1),
    })  # fmt: skip
    monkeypatch.setattr(r, "missing_packages", lambda names: tuple(name for name in names if name in ("sf", "dplyr")))
    found = [problem for problem in check.check(root, Options("host")).problems if problem.code in ("LS027", "LS028")]
    assert [(problem.code, str(problem.location)) for problem in found] == [("LS027", "episodes/one.Rmd:1"), ("LS028", "renv.lock:3")]
    assert "lacks sf" in found[0].message
    assert found[1].message == "1 of 3 packages are not there: dplyr"
    assert "r-dplyr" in found[1].hint and "r-cran-dplyr" in found[1].hint and "renv::restore" in found[1].hint
    assert "pip" not in found[1].hint
    (root / "renv.lock").write_text("{")
    (broken,) = [problem for problem in check.check(root, Options("host")).problems if problem.code == "LS028"]
    assert "it is no JSON" in broken.message


HEAD = "---\ntitle: {}\nteaching: {}\nexercises: {}\n{}---\n\n"


def told(root: Path, *codes: str) -> list[tuple[str, str]]:
    return [(problem.code, str(problem.location)) for problem in check.check(root, Options("host")).problems if problem.code in codes]


def test_breaks_need_no_questions(make_lesson: MakeLesson) -> None:
    root = make_lesson(
        {
            "config.yaml": "title: L\n",
            "episodes/a.md": HEAD.format("A", 0, 0, "break: 15\n"),
            "episodes/b.md": HEAD.format("B", 0, 0, ""),
            "episodes/c.md": "---\ntitle: C\nbreak: 10\n---\n\nRest.\n",
            "episodes/d.md": HEAD.format("D", 5, 0, "break: 10\n"),
        }
    )
    assert told(root, "LS604") == [("LS604", "episodes/d.md")]


def test_a_fault_is_told_once_and_where_it_is_written(make_lesson: MakeLesson) -> None:
    root = make_lesson(
        {
            "config.yaml": "title: L\n",
            "index.md": "Words.\n\n[x](nowhere.md)\n",
            "learners/setup.md": "---\ntitle: S\n---\n\nWords.\n\n\n\n[y](elsewhere.md) ![a b c](fig/none.png)\n",
            "slides/s.md": "# One\n\n### Two\n\n### Two\n\n![a b c](../episodes/fig/none.png)\n",
            "episodes/a.md": HEAD.format("A", 1, 1, "") + "::: questions\n- q\n:::\n\n::: objectives\n- o\n:::\n\n# One\n",
        }
    )
    assert told(root, "LS401", "LS403", "LS802", "LS803", "LS805", "LS813", "LS814") == [
        ("LS802", "episodes/a.md:15"),
        ("LS401", "index.md:3"),
        ("LS401", "learners/setup.md:9"),
        ("LS403", "learners/setup.md:9"),
        ("LS403", "slides/s.md:7"),
    ]


def test_a_solution_in_a_list_is_a_box(make_lesson: MakeLesson) -> None:
    quiz = "## Quiz\n\n" + "".join(
        f"{n}. First?\n\n   > :::::: solution\n   >\n   > ## Solution\n   >\n   > a\n   >\n   > ::::::\n\n" for n in (1, 2)
    )
    root = make_lesson({"config.yaml": "title: L\n", "episodes/a.md": HEAD.format("A", 1, 1, "") + quiz})
    assert told(root, "LS805") == []


def test_a_misspelt_box_of_questions_is_one_fault(make_lesson: MakeLesson) -> None:
    text = HEAD.format("A", 1, 1, "") + "::: {}\n- q\n:::\n\n::: objectives\n- o\n:::\n"
    wrong = make_lesson({"config.yaml": "title: L\n", "episodes/a.md": text.replace("{}", "qestions")})
    assert told(wrong, "LS602", "LS806") == [("LS806", "episodes/a.md:7")]


def test_a_link_from_the_hosts_root_is_told_once_with_what_to_write(make_lesson: MakeLesson) -> None:
    links = "[first part](/b.html) [second part](/nowhere) [third part](/profiles.html)\n"
    root = make_lesson(
        {"config.yaml": "title: L\n", "episodes/a.md": HEAD.format("A", 1, 1, "") + links, "episodes/b.md": HEAD.format("B", 1, 1, "")}
    )
    found = [problem for problem in check.check(root, Options("host")).problems if problem.code in ("LS401", "LS810", "LS814")]
    assert [(problem.code, problem.location.line) for problem in found] == [("LS810", 7)] * 3
    hints = {problem.hint for problem in found}
    assert hints == {"write `b.md`", "write `profiles.html`", "write a path relative to the page, or the whole address"}
