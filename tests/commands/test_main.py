"""The command line: texts, exit codes, JSON and annotations."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from click.testing import CliRunner, Result

from site_builder.commands.annotations import annotation
from site_builder.commands.main import group
from site_builder.problems import Location, Problem, Severity

MakeLesson = Callable[[dict[str, str]], Path]
CELL = (
    "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\n::: questions\n- q\n:::\n\n::: objectives\n- o\n:::\n\n```{{python}}\n{code}\n```\n"
)


def files(code: str = "print(6 * 7)") -> dict[str, str]:
    return {"config.yaml": "title: L\n", "index.md": "Hello.\n", "episodes/a.md": CELL.format(code=code)}


def call(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(group, [*arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def test_build_plan_run_and_records(make_lesson: MakeLesson) -> None:
    root = str(make_lesson(files()))
    assert "run     a " in call("plan", root, "--environments", "host").output
    built = call("build", root, "--environments", "host").output
    assert "open it: file://" in built
    assert "nothing changed" in call("-q", "build", root, "--environments", "host").output
    assert "reuse   a" in call("plan", root, "--environments", "host").output
    (step,) = json.loads(call("plan", root, "--json", "--environments", "host").stdout)["steps"]
    assert {key: step[key] for key in ("episode", "action", "reason", "environment")} == {
        "episode": "a", "action": "reuse", "reason": "nothing changed", "environment": "default",
    }  # fmt: skip
    assert "1/1 cells" in call("records", "ls", root).output
    assert json.loads(call("records", "ls", root, "--json").stdout)["records"][0]["episode"] == "a"
    assert "1 record changed" in call("records", "save", root).output
    assert "0 episodes run" in call("run", "--lesson", root, "--environments", "host").output
    assert "1 episode run" in call("run", "a", "--lesson", root, "--environments", "host").output


def test_a_lesson_without_cells_or_records(make_lesson: MakeLesson) -> None:
    root = str(make_lesson({"config.yaml": "title: L\n", "episodes/a.md": "---\ntitle: A\n---\n\nText.\n"}))
    assert "no episode has cells" in call("plan", root).output
    assert "no records" in call("records", "ls", root).output


@pytest.mark.parametrize(
    ("change", "code", "text"),
    [
        ({"episodes/a.md": CELL.format(code="raise ValueError('x')")}, 4, "LS511 episodes/a.md:16"),
        ({"config.yaml": "title: [\n"}, 2, "config.yaml:2:1"),
        ({"config.yaml": "title: L\nepisodes: [a.md, b.md]\n"}, 1, "lists b.md"),
    ],
)
def test_each_kind_of_fault_has_its_exit_code(make_lesson: MakeLesson, change: dict[str, str], code: int, text: str) -> None:
    root = make_lesson({**files(), **change})
    assert text in call("build", str(root), "--environments", "host", code=code).output


def test_no_lesson_and_wrong_usage_are_2(tmp_path: Path) -> None:
    assert "no lesson found" in call("build", str(tmp_path), code=2).output
    assert "No such command" in call("bulid", code=2).output
    assert "no pixi.toml" in call("plan", str(_empty_lesson(tmp_path)), "--environments", "pixi", code=2).output


def _empty_lesson(folder: Path) -> Path:
    (folder / "episodes").mkdir()
    (folder / "episodes" / "a.md").write_text("---\ntitle: A\n---\nText.\n")
    return folder


def test_check_lists_and_counts(make_lesson: MakeLesson) -> None:
    root = str(make_lesson({**files(), "episodes/a.md": "---\ntitle: A\n---\n\n[x](gone.md)\n"}))
    assert call("check", root).stdout.strip() == "0 errors, 9 warnings"
    call("check", root, "--strict", code=1)
    found = json.loads(call("check", root, "--json").stdout)["problems"]
    assert {"code", "severity", "path", "line", "column", "message", "hint"} == set(found[0])


def test_an_interrupt_ends_with_130(make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("site_builder.pipeline.build.build", interrupt)
    assert "interrupted" in call("build", str(make_lesson(files())), code=130).output


def test_annotations_under_ci(make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    root = make_lesson({**files(), "config.yaml": "title: L\nepisodes: [a.md, b.md]\n"})
    assert "::error file=config.yaml,line=2,col=18,title=LS010::" in call("build", str(root), code=1).output
    problem = Problem("LS1", "50 %\nnext", Location(PurePosixPath("a,b:c.md"), 3, 4), severity=Severity.WARNING)
    assert annotation(problem, PurePosixPath()) == "::warning file=a%2Cb%3Ac.md,line=3,col=4,title=LS1::50 %25%0Anext"
    assert annotation(Problem("LS1", "wrong", Location(PurePosixPath("a.md")), "do that"), PurePosixPath("sub")).endswith(
        "::wrong (do that)"
    )


@pytest.mark.parametrize("name", ["environment", "new", "records"])
def test_a_group_says_in_a_line_what_each_of_its_commands_does(name: str) -> None:
    said = call(name, "--help").output.partition("Commands:")[2]
    assert said.strip() and "..." not in said


def test_help_lists_every_command_without_importing_one() -> None:
    code = "import sys, click\nfrom site_builder.commands.main import group\n" \
           "try: group(['--help'])\nexcept SystemExit: pass\n" \
           "print([name for name in sys.modules if name.startswith(('mkdocs', 'nbclient', 'site_builder.pipeline', 'rattler'))])"  # fmt: skip
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.endswith("[]\n")
    for name in ("build", "check", "plan", "records", "run"):
        assert f"  {name} " in output


def test_the_package_is_a_command_too(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["lesson", "--version"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("site_builder", run_name="__main__")
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("lesson, version ")


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_what_the_terminal_cannot_show_is_written_out(make_lesson: MakeLesson, options: tuple[str, ...]) -> None:
    name = "to\N{RIGHTWARDS ARROW}"
    root = make_lesson(
        {"config.yaml": f"title: L\nepisodes: [{name}.md]\n", "index.md": "Hello.\n", f"episodes/{name}.md": CELL.format(code="1")}
    )
    variables = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "site_builder", "plan", str(root), "--environments", "host", *options]
    done = subprocess.run(command, env=variables, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"to\\u2192" in done.stdout
    assert b"Traceback" not in done.stderr
