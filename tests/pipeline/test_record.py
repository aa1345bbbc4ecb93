"""Results are saved unless they contain a secret; files that cells read undeclared are reported."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import site_builder
from site_builder.environments.providers import host
from site_builder.errors import ExecutionFailed, LessonFailed
from site_builder.operations import check as check_stage
from site_builder.pipeline import build as build_stage
from site_builder.pipeline import execute as execute_stage
from site_builder.pipeline import plan as plan_stage
from site_builder.pipeline.model import Options
from tests.conftest import MakeLesson

HOST = Options("host", workers=2)
TOKEN = "ghp_" + "a1B2c3D4e5" * 4


def lesson(make_lesson: MakeLesson, code: str, more: str = "inputs: []\n") -> Path:
    head = f"---\ntitle: T\nteaching: 1\nexercises: 0\n{more}---\n\n::: questions\n- Q?\n:::\n\n::: objectives\n- O\n:::\n\n"
    return make_lesson({
        "config.yaml": "title: L\nepisodes: [first.md]\n",
        "index.md": "Hello.\n",
        "episodes/first.md": head + f"```{{python}}\n{code}\n```\n\n::: keypoints\n- K\n:::\n",
        "episodes/files/data.txt": "5",
        "episodes/files/helper.py": "x = 1\n",
    })  # fmt: skip


def codes(root: Path) -> set[str]:
    return {problem.code for problem in check_stage.check(root, HOST).problems}


def test_a_file_that_is_read_and_not_declared_is_told_by_check_and_fails_a_strict_build(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, "")
    place = (root / "episodes/files/data.txt").as_posix()
    episode = root / "episodes/first.md"
    episode.write_text(episode.read_text().replace("```{python}\n", f"```{{python}}\nprint(open('{place}').read())"))
    execute_stage.run(root, HOST, ())
    (problem,) = [item for item in check_stage.check(root, HOST).problems if item.code == "LS514"]
    assert "files/data.txt" in problem.message
    assert problem.hint == "add them: `inputs: [files/data.txt]`"
    with pytest.raises(LessonFailed):
        build_stage.build(root, None, Options("host", strict=True))
    episode.write_text(episode.read_text().replace("inputs: []\n", "inputs: [files/data.txt]\n"))
    execute_stage.run(root, HOST, ())
    assert "LS514" not in codes(root)


def test_what_cells_write_themselves_is_no_input(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, "open('files.txt', 'w').write('1'); open('files.txt').read()")
    (root / "episodes/files.txt").write_text("the lesson has one too")
    execute_stage.run(root, HOST, ())
    assert "LS514" not in codes(root)


@pytest.mark.parametrize("whose", ["builder", "environment"])
def test_files_of_the_environment_and_the_builder_are_no_inputs_where_they_stand_in_the_lesson(
    make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    root = lesson(make_lesson, "")
    own, other = root / ".venv/lib/own.py", root / "beside.py"
    own.parent.mkdir(parents=True)
    for file in (own, other):
        file.write_text("")
    if whose == "builder":
        monkeypatch.setattr(site_builder, "__file__", str(own.with_name("__init__.py")))
    else:
        monkeypatch.setattr(host, "sys", SimpleNamespace(prefix=str(root / ".venv"), executable=sys.executable))
    episode = root / "episodes/first.md"
    code = f"print(open({own.as_posix()!r}).read(), open({other.as_posix()!r}).read())"
    episode.write_text(episode.read_text().replace("```{python}\n", f"```{{python}}\n{code}"))
    execute_stage.run(root, HOST, ())
    (problem,) = [item for item in check_stage.check(root, HOST).problems if item.code == "LS514"]
    assert problem.hint == "add them: `inputs: [../beside.py]`"


@pytest.mark.parametrize(
    ("code", "named"),
    [("open('files/data.txt')", "files/data.txt"), ("import sys; sys.path.append('files')\nimport helper", "files/helper.py")],
)
def test_a_cell_that_fails_for_want_of_an_input_is_told_what_to_declare(make_lesson: MakeLesson, code: str, named: str) -> None:
    root = lesson(make_lesson, code)
    with pytest.raises(ExecutionFailed) as caught:
        execute_stage.run(root, HOST, ())
    (problem,) = caught.value.problems
    assert problem.hint == f"it is part of the lesson: declare `inputs: [{named}]`"


def test_a_shell_cell_that_fails_for_want_of_an_input_is_told_too(make_lesson: MakeLesson) -> None:
    root = lesson(make_lesson, "")
    episode = root / "episodes/first.md"
    episode.write_text(episode.read_text().replace("{python}", "{bash}\nhead -n 1 files/data.txt"))
    with pytest.raises(ExecutionFailed) as caught:
        execute_stage.run(root, HOST, ())
    (problem,) = caught.value.problems
    assert problem.message.splitlines()[-1].startswith("head: ")
    assert problem.hint == "it is part of the lesson: declare `inputs: [files/data.txt]`"


def test_17_a_secret_in_an_output_is_neither_kept_nor_shown_nor_told(make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch) -> None:
    root = lesson(make_lesson, f"print('{TOKEN}')")
    said: list[str] = []
    with pytest.raises(LessonFailed) as caught:
        build_stage.build(root, None, HOST, said.append)
    assert not list((root / ".lesson/records").rglob("*.ipynb"))
    assert not (root / "site").exists()
    told = " ".join([caught.value.message, *said, *(f"{problem}" for problem in caught.value.problems)])
    assert "episodes/first.md:" in told
    assert TOKEN not in told


def test_17_a_record_with_a_secret_that_came_from_elsewhere_stops_the_build(
    make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = lesson(make_lesson, "print('plain' + 'words' * 3)")
    execute_stage.run(root, HOST, ())
    monkeypatch.setenv("SOME_API_KEY", "plainwordswordswords")
    assert plan_stage.open_lesson(root, HOST).plan.steps[0].record is not None
    with pytest.raises(LessonFailed):
        build_stage.build(root, None, HOST)
    assert not (root / "site").exists()


def test_old_records_of_earlier_code_go_beyond_those_that_are_kept(make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("site_builder.pipeline.record.OLD_RECORDS", 2)
    for number in range(5):
        root = lesson(make_lesson, f"print({number})")
        execute_stage.run(root, HOST, ())
    records = [path.read_text() for path in (root / ".lesson/records/first").glob("*.ipynb")]
    kept = [number for number in range(5) if any(f"print({number})" in text for text in records)]
    assert len(kept) == 3  # two of earlier code, which may have begun in one second, and the present one
    assert kept[-1] == 4
