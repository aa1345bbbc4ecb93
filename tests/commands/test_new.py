"""``lesson new``: what it prints, and its exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from site_builder.authoring import skeleton
from site_builder.commands.main import group
from site_builder.commands.new import LANGUAGES


def call(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(group, ["new", *arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def test_a_lesson_and_an_episode(tmp_path: Path) -> None:
    root = tmp_path / "tree rings"
    (root / "learners").parent.mkdir()
    (root / "README.md").write_text("mine")
    planned = call("lesson", str(root), "--dry-run").stdout
    assert "would write config.yaml\n" in planned
    assert not (root / "config.yaml").exists()
    made = call("lesson", str(root))
    assert made.stdout == planned.replace("would write", "wrote").replace("would be written", "written")
    assert "left alone README.md\n" in made.stdout
    assert f"next: lesson build --lesson '{root}'" in made.stderr
    assert call("episode", "Two words", "--after", "intro", "--lesson", str(root)).stdout == (
        "wrote episodes/two-words.md\nlisted it in config.yaml, after introduction.md\n"
    )


def test_what_is_refused_is_2(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    assert "is not a folder" in call("lesson", str(tmp_path / "file"), code=2).stderr
    assert "is not a folder" in call("lesson", str(tmp_path / "file" / "below"), code=2).stderr
    assert "no lesson found" in call("lesson", str(tmp_path), "--from-workbench", code=2).stderr
    assert "Missing argument 'TITLE'" in call("episode", code=2).stderr
    assert "--title" in call("lesson", str(tmp_path), "--from-workbench", "--title", "x", code=2).stderr


def test_the_languages_are_those_of_the_skeleton() -> None:
    assert LANGUAGES == skeleton.LANGUAGES  # written twice so that --help imports nothing


@pytest.mark.parametrize("columns", ["4", "200"])
def test_a_narrow_terminal_and_a_pipe_that_nobody_reads(tmp_path: Path, columns: str) -> None:
    variables = {**os.environ, "COLUMNS": columns, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "site_builder", "new", "lesson", str(tmp_path / "Bäume")]
    done = subprocess.run(command, env=variables, capture_output=True, check=False)
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False), done.stderr
    help_text = subprocess.run([*command[:4], "--help"], env=variables, capture_output=True, check=False)
    assert (help_text.returncode, b"Traceback" in help_text.stderr) == (0, False)
