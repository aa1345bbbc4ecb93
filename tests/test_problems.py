"""Problems as data: places, texts, reports, and hints that name the nearest known word."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder import errors
from site_builder.errors import SiteBuilderError
from site_builder.problems import LONGEST, Location, Problem, Report, Severity, did_you_mean

PLACE = Location(PurePosixPath("episodes/one.md"), 3)
ERROR = Problem("LS001", "it is broken", PLACE, "mend it")
WARNING = Problem("LS002", "it is odd", PLACE, severity=Severity.WARNING)


@pytest.mark.parametrize(
    ("line", "column", "text"),
    [(0, 0, "episodes/one.md"), (0, 4, "episodes/one.md"), (3, 0, "episodes/one.md:3"), (3, 4, "episodes/one.md:3:4")],
)
def test_a_place_reads_as_editors_understand_it(line: int, column: int, text: str) -> None:
    assert str(Location(PurePosixPath("episodes/one.md"), line, column)) == text


def test_a_problem_reads_code_place_message_and_hint() -> None:
    assert str(ERROR) == "LS001 episodes/one.md:3 it is broken (mend it)"
    assert str(WARNING) == "LS002 episodes/one.md:3 it is odd"


def test_places_sort_by_path_and_line() -> None:
    later, other = Location(PLACE.path, 10), Location(PurePosixPath("a.md"), 99)
    assert sorted([later, PLACE, other]) == [other, PLACE, later]


@pytest.mark.parametrize(
    ("problems", "failed", "failed_strict"), [((), False, False), ((WARNING,), False, True), ((WARNING, ERROR), True, True)]
)
def test_warnings_fail_only_when_strict(problems: tuple[Problem, ...], failed: bool, failed_strict: bool) -> None:
    report = Report(problems)
    assert (report.failed(), report.failed(strict=True)) == (failed, failed_strict)


def test_reports_join_in_order() -> None:
    joined = Report((WARNING,)) + Report((ERROR,))
    assert joined.problems == (WARNING, ERROR)
    assert joined.errors == (ERROR,)


def test_the_nearest_word_is_offered_and_a_far_one_is_not() -> None:
    assert did_you_mean("defualt", ["default", "cuda"]) == "did you mean 'default'?"
    assert did_you_mean("xyz", ["default", "cuda"]) == ""
    assert did_you_mean("anything", []) == ""


@given(st.text(), st.lists(st.text()))
def test_a_hint_names_known_words_only(word: str, known: list[str]) -> None:
    hint = did_you_mean(word, known)
    assert hint == "" or hint in {f"did you mean '{name}'?" for name in known}


@pytest.mark.parametrize(
    ("name", "code"),
    [("LessonFailed", 1), ("ConfigError", 2), ("EnvironmentUnavailable", 3), ("MachineError", 3), ("ExecutionFailed", 4), ("Busy", 5)],
)
def test_every_error_has_the_exit_code_of_its_kind(name: str, code: int) -> None:
    error = getattr(errors, name)("what happened", hint="what to do", problems=[ERROR])
    assert isinstance(error, SiteBuilderError)
    assert (error.exit_code, str(error), error.hint, error.problems) == (code, "what happened", "what to do", (ERROR,))


def test_of_a_message_of_any_length_the_middle_is_left_out() -> None:
    """A cell may raise with a text of megabytes, and a page may have a fence of a thousand backticks."""
    problem = Problem("LS201", "a" + "`" * 100_000 + "z", PLACE, "b" + "x" * 9000 + "y")
    assert len(problem.message) < LONGEST + 10 > len(problem.hint)
    assert (problem.message[0], problem.message[-1], problem.hint[0], problem.hint[-1]) == ("a", "z", "b", "y")
    assert " … " in problem.message
    assert Problem("LS201", "x" * LONGEST, PLACE).message == "x" * LONGEST
