"""The YAML head of a page."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from site_builder.markdown.frontmatter import split_front_matter
from site_builder.problems import Severity
from site_builder.settings.front_matter import FrontMatter

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


def test_a_misspelt_key_is_named_and_any_other_is_the_lessons_own() -> None:
    (problem,) = split_front_matter("---\ntitle: x\ninput: a.csv\nseeds: 1\nlayout: page\n---\n", PAGE)[3]
    assert str(problem) == "LS108 episodes/a.md:3:1 `input` is ignored (did you mean 'inputs'?)"
    assert problem.severity is Severity.WARNING


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("braek", "break"), ("teching", "teaching"), ("enviroment", "environment"), ("environments", "environment"), ("Title", "title"),
        ("titel", "title"), ("excercises", "exercises"), ("exercise", "exercises"), ("need", "needs"), ("require", "requires"),
    ],
)  # fmt: skip
def test_a_key_with_typing_errors_is_taken_for_the_one_that_was_meant(written: str, meant: str) -> None:
    (problem,) = split_front_matter(f"---\nname: x\n{written}: 1\n---\n", PAGE)[3]
    assert (problem.code, problem.location.line, problem.hint) == ("LS108", 3, f"did you mean '{meant}'?")


@pytest.mark.parametrize(
    "name",
    [
        "seed", "seeds", "time", "date", "tags", "site", "source", "layout", "permalink", "jupyter", "authors", "root", "start",
        "block", "questions", "objectives", "keypoints", "bibliography", "exclude", "week", "weeks", "feeds", "speaker", "teacher",
    ],
)  # fmt: skip
def test_keys_that_lessons_carry_are_their_own(name: str) -> None:
    assert split(f"---\ntitle: x\n{name}: 1\n---\n")[3] == []


@pytest.mark.parametrize("head", ["title:\tx", "title: x\t# comment", "inputs: [a,\tb]\ntitle: x"])
def test_tabs_are_read_as_libyaml_reads_them(head: str) -> None:
    front, _, _, problems = split(f"---\n{head}\n---\n")
    assert (front.title, problems) == ("x", [])


def test_a_tab_that_indents_is_a_problem_with_its_remedy() -> None:
    (problem,) = split_front_matter("---\ntitle: x\nauthors:\n\tname: y\n---\n", PAGE)[3]
    assert (problem.code, problem.location.line, problem.hint) == ("LS103", 4, "write spaces instead of the tab")


def test_a_key_that_stands_twice_is_an_error_that_names_both_lines() -> None:
    front, _, _, _ = split("---\ntitle: x\nteaching: 5\ntitle: y\n---\n")
    (problem,) = split_front_matter("---\ntitle: x\nteaching: 5\ntitle: y\n---\n", PAGE)[3]
    assert front.title == "x"
    assert str(problem) == "LS109 episodes/a.md:4:1 `title` is already set on line 2 (keep one of them)"


def test_an_author_who_names_a_page_yes_is_told_how_yaml_reads_that() -> None:
    (problem,) = split_front_matter("---\ntitle: Yes\n---\n", PAGE)[3]
    assert (problem.code, problem.message) == ("LS105", "`title` is read as true")


def test_a_head_that_never_ends_is_a_problem() -> None:
    assert split("---\ntitle: x\n")[1:] == ("---\ntitle: x\n", 0, ["LS101"])


def test_empty_lines_may_come_first_and_count() -> None:
    front, body, skipped, problems = split("\n  \n---\ntitle: A\nteachin: 5\n---\nbody\n")
    assert (front.title, front.lines["title"], body, skipped, problems) == ("A", 4, "body\n", 6, ["LS108"])
    assert split_front_matter("\n---\ntitle: A\nteachin: 5\n---\n", PAGE)[3][0].location.line == 4
    assert split("\n---\ntext\n") == (FrontMatter(), "\n---\ntext\n", 0, [])


def test_a_head_of_comments_is_empty() -> None:
    assert split("---\n# nothing\n---\n")[0] == FrontMatter()


def test_an_episode_without_a_head_is_warned_about() -> None:
    problems = split_front_matter("text", PAGE, required=True)[3]
    assert [problem.code for problem in problems] == ["LS102"]
