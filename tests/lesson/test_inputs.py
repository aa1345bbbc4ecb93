"""Declared inputs are read from the lesson, and nothing from outside it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from site_builder.lesson.inputs import read_inputs
from site_builder.problems import Location

PLACE = Location(PurePosixPath("episodes/one.md"), 5)


def test_names_are_relative_to_the_episodes_and_may_name_the_lessons_own_files(make_lesson) -> None:
    root = make_lesson({"episodes/files/train.py": "print()", "pixi.toml": "[workspace]"})
    assert read_inputs(root, ["files/train.py", "../pixi.toml"], PLACE) == (
        {"files/train.py": b"print()", "../pixi.toml": b"[workspace]"},
        (),
    )


@pytest.mark.parametrize("name", ["files", "files/"])
def test_a_folder_stands_for_all_files_in_it(make_lesson, name: str) -> None:
    root = make_lesson({"episodes/files/b.txt": "b", "episodes/files/deep/a.txt": "a"})
    found, problems = read_inputs(root, [name], PLACE)
    assert (found, problems) == ({"files/b.txt": b"b", "files/deep/a.txt": b"a"}, ())


@pytest.mark.parametrize("name", ["../../secret", "/etc/passwd", "files/link", "..\\..\\secret/../../../secret"])
def test_nothing_outside_the_lesson_is_read(make_lesson, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("secret")
    root = make_lesson({"episodes/files/a": ""})
    (root / "episodes/files/link").symlink_to(tmp_path / "secret")
    found, (problem,) = read_inputs(root, [name], PLACE)
    assert found == {}
    assert (problem.code, problem.location) == ("LS021", PLACE)


def test_a_link_out_of_the_lesson_inside_a_folder_is_told(make_lesson, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    root = make_lesson({"episodes/files/a": "a"})
    (root / "episodes/files/link").symlink_to(tmp_path / "secret")
    found, (problem,) = read_inputs(root, ["files"], PLACE)
    assert found == {"files/a": b"a"}
    assert "`files/link` is outside" in problem.message


def test_a_missing_input_is_told_with_the_nearest_name(make_lesson) -> None:
    root = make_lesson({"episodes/files/train.py": ""})
    _, problems = read_inputs(root, ["files/trian.py", "zzz", "x" * 300], PLACE)
    assert [problem.code for problem in problems] == ["LS022"] * 3
    assert problems[0].hint == "did you mean 'files/train.py'?"
    assert problems[1].hint == "write its path relative to episodes/"
