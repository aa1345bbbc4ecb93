"""Warnings that a lesson accepts: for a block, a file or the lesson, each with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from site_builder.check.acceptance import Acceptance, acceptances
from site_builder.check.accepted import divide
from site_builder.check.active import SCRIPT
from site_builder.commands.main import group
from site_builder.markdown.reader import read
from site_builder.problems import Location, Problem, Report, Severity
from site_builder.settings.lesson import Settings

MakeLesson = Callable[[Mapping[str, str]], Path]
PATH = PurePosixPath("episodes/a.md")


def accepted(text: str) -> tuple[list[tuple[str, str, int, int]], list[int]]:
    found, problems = acceptances(Settings(), {PATH: read(text, PATH)})
    assert {problem.code for problem in problems} <= {"LS881"}
    return [(item.code, item.reason, item.first, min(item.last, 999)) for item in found], [problem.location.line for problem in problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\ntitle: A\n---\n\n<!-- lesson: allow LS604 coffee -->\n\nRest.\n", [("LS604", "coffee", 0, 999)]),
        ("<!-- a note -->\n<!-- lesson: allow LS604, LS802 two codes: with a reason -->\nRest.\n",
         [("LS604", "two codes: with a reason", 0, 999), ("LS802", "two codes: with a reason", 0, 999)]),
        ("One.\n\n<!-- lesson: allow LS831 from a paper -->\n\nTwo\nlines.\n\nThree.\n", [("LS831", "from a paper", 3, 7)]),
        ("One.\n\n<!--lesson: allow LS831 - last-->\nTwo.\n", [("LS831", "last", 3, 999)]),
        ("One.\n\n::: callout\n\n<!-- lesson: allow LS816 list -->\n\n- [here](a.md)\n\nOut.\n\n:::\n\nAfter.\n", [("LS816", "list", 5, 8)]),
        ("One.\n\n<!-- lesson: allow LS831 raw -->\n<table>\n<tr><td>a</td></tr>\n\n<tr><td>b</td></tr>\n</table>\n\nAfter.\n", [("LS831", "raw", 3, 9)]),
        ("One.\n\n<!-- lesson: allow LS831 -->\nTwo.\n", []),
        ("One.\n\n<!-- lesson: permit LS831 typo -->\nTwo.\n", []),
        ("```html\n<!-- lesson: allow LS831 shown -->\n```\n", []),
    ],
)  # fmt: skip
def test_comments_hold_for_the_file_or_the_block_below(text: str, expected: list[tuple[str, str, int, int]]) -> None:
    found, wrong = accepted(text)
    assert found == expected
    assert wrong == ([3] if not expected and "```" not in text else [])


def problem(code: str = "LS802", path: str = "slides/a.md", line: int = 3, severity: Severity = Severity.WARNING) -> Problem:
    return Problem(code, "m", Location(PurePosixPath(path), line), "", severity)


def test_what_is_covered_leaves_the_report_and_errors_never_do() -> None:
    slides = Acceptance("LS802", "slides", Location(PurePosixPath("config.yaml"), 4), "slides/*")
    block = Acceptance("LS802", "block", Location(PATH, 2), "episodes/a.md", 2, 4)
    report = Report((problem(), problem(path="paper.md"), problem(severity=Severity.ERROR), problem(path="episodes/a.md", line=5),
                     problem(path="episodes/a.md", line=4), problem("LS803")))  # fmt: skip
    divided = divide(report, (slides, block))
    assert divided.report.problems == (report.problems[1], report.problems[2], report.problems[3], report.problems[5])
    assert divided.accepted == ((slides, (report.problems[0],)), (block, (report.problems[4],)))


FILES = {
    "config.yaml": "title: L\nlicense: CC0\naccept:\n- code: [LS841, LS842, LS843]\n  reason: a test\n- code: LS803\n  reason: unused\n  files: ['x/*']\n",
    "index.md": "Hello.\n",
    "episodes/a.md": "---\ntitle: A\nteaching: 5\nexercises: 5\n---\n\nWords.\n\n<!-- lesson: allow LS802 historic -->\n\n# One\n\n# Two\n",
}


def check(root: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(group, ["check", str(root), "--environments", "host", *options])
    return result.exit_code, result.output


def test_check_hides_counts_and_lists_what_is_accepted(make_lesson: MakeLesson) -> None:
    root = make_lesson(FILES)
    code, said = check(root)
    assert code == 0
    assert "LS604" in said and "LS842" not in said and said.count("LS802") == 1, "only the first heading is in the block"
    assert "0 errors, 2 warnings (4 accepted: --accepted lists them)" in said
    code, said = check(root, "--accepted")
    assert code == 0
    assert "LS802 episodes/a.md:9 historic\n  LS802 episodes/a.md:11" in said
    assert "LS803 config.yaml:6:3 unused (covers nothing: remove it)" in said
    assert "4 warnings accepted" in said


def test_a_build_under_strict_accepts_too(make_lesson: MakeLesson) -> None:
    strict = ["build", "--strict", "--environments", "host"]
    root = make_lesson({**FILES, "episodes/a.md": FILES["episodes/a.md"].replace("# Two\n", "")})
    assert CliRunner().invoke(group, [*strict, str(root)]).exit_code == 1
    text = (root / "episodes/a.md").read_text(encoding="utf-8")
    (root / "episodes/a.md").write_text(text.replace("Words.", "<!-- lesson: allow LS604 pause -->\n\nWords."), encoding="utf-8")
    result = CliRunner().invoke(group, [*strict, str(root)])
    assert result.exit_code == 0, result.output
    assert "nothing changed" in CliRunner().invoke(group, [*strict, str(root)]).output


@given(st.data())
def test_the_first_acceptance_that_covers_a_problem_is_found_whatever_there_is(data: st.DataObject) -> None:
    codes, paths = st.sampled_from(["LS604", SCRIPT]), st.sampled_from(["a.md", "b.md"])
    lines, severity = st.integers(0, 6), st.sampled_from(Severity)
    problems = data.draw(
        st.lists(st.builds(lambda code, path, line, level: Problem(code, "m", Location(PurePosixPath(path), line), "", level),
                           codes, paths, lines, severity), max_size=8)
    )  # fmt: skip
    place = Location(PurePosixPath("a.md"), 1)
    accepted = data.draw(
        st.lists(st.builds(lambda code, pattern, first, more: Acceptance(code, "r", place, pattern, first, first + more),
                           codes, st.sampled_from(["*", "a.md"]), lines, lines), max_size=6)
    )  # fmt: skip
    divided = divide(Report(tuple(problems)), accepted)
    first = [next((number for number, item in enumerate(accepted) if item.covers(problem)), None) for problem in problems]
    assert list(divided.report.problems) == [problem for problem, number in zip(problems, first, strict=True) if number is None]
    for number, (_, covered) in enumerate(divided.accepted):
        assert list(covered) == [problem for problem, each in zip(problems, first, strict=True) if each == number]
