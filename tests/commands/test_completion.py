"""Completion: what each shell asks for, and Bash as somebody types in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from site_builder.commands import completion
from site_builder.lesson import discover
from tests.conftest import ROOT, MakeLesson

FILES = {"config.yaml": "title: L\n", "episodes/first one.md": "", "episodes/second.Rmd": "", "episodes/data.csv": "",
         "pixi.toml": '[environments]\nml = ["ml"]\ngpu = []\n'}  # fmt: skip


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with `lesson` as it is installed."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "lesson").write_text(f"#!{sys.executable}\nfrom site_builder.commands.main import main\nmain()\n")
    (folder / "lesson").chmod(0o755)
    return folder


def typed(programs: Path, folder: Path, *words: str) -> list[str]:
    """Return what Bash proposes for the last word."""
    line = " ".join(f'"{word}"' for word in ("lesson", *words))
    script = (
        f'eval "$(_LESSON_COMPLETE=bash_source lesson)"; complete -p lesson >/dev/null; COMP_WORDS=({line}); COMP_CWORD={len(words)}; '
        f'_lesson_completion lesson "{words[-1]}"; printf "%s\\n" "${{COMPREPLY[@]}}"'
    )
    variables = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["bash", "-ec", script], cwd=folder, env=variables, capture_output=True, text=True, check=False)
    assert done.stderr == "" and done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


@pytest.mark.skipif(sys.platform == "win32" or shutil.which("bash") is None, reason="needs Bash")
@pytest.mark.parametrize(
    ("words", "proposed"),
    [
        (["ver"], ["verify", "verify-site"]),
        (["records", "s"], ["save", "show", "sign"]),
        (["records", "l"], ["list"]),
        (["build", "--env"], ["--environments", "--environments-folder"]),
        (["plan", "--environments", "p"], ["pixi"]),
        (["check", "--format", ""], ["text", "github", "json", "sarif"]),
        (["run", ""], ["first one", "second"]),
        (["run", "second", "f"], ["first one"]),
        (["notebook", "s"], ["second"]),
        (["verify", "s"], ["second"]),
        (["records", "show", "s"], ["second"]),
        (["batch", "--episode", "s"], ["second"]),
        (["new", "episode", "T", "--after", "s"], ["second"]),
        (["environment", "show", ""], ["default", "gpu", "ml"]),
        (["container", "g"], ["gpu"]),
        (["-"], ["--version", "--lesson", "--quiet", "--verbose", "-q", "-v", "-h", "--help"]),
    ],
    ids=" ".join,
)
def test_what_bash_proposes(make_lesson: MakeLesson, programs: Path, words: list[str], proposed: list[str]) -> None:
    assert sorted(typed(programs, make_lesson(FILES), *words)) == sorted(proposed)


@pytest.mark.skipif(sys.platform == "win32" or shutil.which("bash") is None, reason="needs Bash")
def test_the_lesson_that_the_line_names_is_asked_and_one_that_cannot_be_read_is_silent(
    make_lesson: MakeLesson, programs: Path, tmp_path: Path
) -> None:
    root = make_lesson(FILES)
    assert typed(programs, tmp_path, "--lesson", str(root), "run", "s") == ["second"]
    assert typed(programs, tmp_path, "run", "--lesson", str(root), "s") == ["second"]
    assert typed(programs, tmp_path, "run", "s") == [""]
    (root / "pixi.toml").write_text("not [ TOML")
    assert typed(programs, root, "environment", "show", "d") == [""]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_each_shell_gets_its_script(programs: Path, shell: str) -> None:
    if shell == "powershell" and tuple(map(int, click.__version__.split(".")[:2])) < (8, 5):
        pytest.skip("Click has PowerShell from 8.5 on")
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "_LESSON_COMPLETE": f"{shell}_source"}
    done = subprocess.run([sys.executable, str(programs / "lesson")], env=variables, capture_output=True, text=True, check=True)
    assert "lesson" in done.stdout and f"{shell}_complete" in done.stdout
    if program := shutil.which({"powershell": "pwsh"}.get(shell, shell)):
        option = {"powershell": ["-NoProfile", "-Command", "-"], "fish": ["--no-execute", "/dev/stdin"]}.get(shell, ["-n"])
        assert subprocess.run([program, *option], input=done.stdout, text=True, capture_output=True, check=False).returncode == 0


def test_episodes_have_the_endings_that_a_lesson_reads() -> None:
    assert set(completion.SUFFIXES) == {*discover.SUFFIXES, *discover.EXECUTABLE_SUFFIXES}
