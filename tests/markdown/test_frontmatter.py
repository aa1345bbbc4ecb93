"""The YAML head of a page."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from site_builder.markdown.document import FrontMatter
from site_builder.markdown.frontmatter import split_front_matter

PAGE = PurePosixPath("episodes/a.md")


def split(text: str) -> tuple[FrontMatter, str, int, list[str]]:
    front, body, skipped, problems = split_front_matter(text, PAGE)
    return front, body, skipped, [problem.code for problem in problems]


def test_every_key_is_read_with_its_line() -> None:
    head = "title: A *b*\nteaching: 10\nexercises: '5'\nbreak: 3.0\nenvironment: cuda\nrequires: [gpu, 2]\ninputs: [a.csv]\n"
    head += "needs: x\nother: 1\n"
    front, body, skipped, problems = split(f"---\n{head}---\nbody\n")
    assert (front.title, front.teaching, front.exercises, front.pause) == ("A *b*", 10, 5, 3)
    assert (front.environments, front.requires, front.inputs, front.needs) == (("cuda",), ("gpu", "2"), ("a.csv",), ("x",))
    assert (front.values["other"], front.lines["other"]) == (1, 10)
    assert (body, skipped, problems) == ("body\n", 11, [])


@pytest.mark.parametrize("text", ["no head", "---\n\ntitle: x\n---\n", "--- x\n"])
def test_text_without_a_head_is_all_body(text: str) -> None:
    assert split(text) == (FrontMatter(), text, 0, [])


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ("title: [", "LS103"),
        ("title: 2020-99-99", "LS103"),
        ("- a", "LS104"),
        ("text", "LS104"),
        ("title: [a]", "LS105"),
        ("teaching: -1", "LS106"),
        ("teaching: true", "LS106"),
        ("teaching: 2.5", "LS106"),
        ("break: soon", "LS106"),
        ("requires: {a: 1}", "LS107"),
        ("inputs: [[a]]", "LS107"),
        ("enviroment: ml", "LS108"),
    ],
)
def test_a_wrong_head_is_a_problem_and_the_body_stays(head: str, code: str) -> None:
    _, body, _, problems = split(f"---\n{head}\n---\nbody")
    assert (body, problems) == ("body", [code])


def test_a_key_that_is_nearly_one_of_execution_is_told_and_any_other_is_the_lessons_own() -> None:
    (problem,) = split_front_matter("---\ntitle: x\ninput: a.csv\nseed: 1\n---\n", PAGE)[3]
    assert str(problem) == "LS108 episodes/a.md:3 input is no key that is read (did you mean 'inputs'?)"


def test_a_tab_in_the_head_is_told_with_its_remedy() -> None:
    (problem,) = split_front_matter("---\ntitle:\tx\n---\n", PAGE)[3]
    assert (problem.location.line, problem.location.column, problem.hint) == (2, 7, "write spaces for the tab")


def test_a_head_that_never_ends_is_a_problem() -> None:
    assert split("---\ntitle: x\n")[1:] == ("---\ntitle: x\n", 0, ["LS101"])


def test_a_head_of_comments_is_empty() -> None:
    assert split("---\n# nothing\n---\n")[0] == FrontMatter()


def test_an_episode_without_a_head_is_warned_about() -> None:
    problems = split_front_matter("text", PAGE, required=True)[3]
    assert [problem.code for problem in problems] == ["LS102"]
