"""The hook for pre-commit (https://pre-commit.com/#creating-new-hooks): its form, and what its command does before a commit."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.commands.every_call import run
from tests.conftest import ROOT, MakeLesson

HOOKS = ROOT / ".pre-commit-hooks.yaml"
PAGE = ROOT / "docs" / "command-line.md"


def hook() -> dict[str, Any]:
    (found,) = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))
    return dict(found)


def test_its_form() -> None:
    found = hook()
    assert (
        {"id", "name", "entry", "language"}
        <= set(found)
        <= {"id", "name", "description", "entry", "language", "pass_filenames", "require_serial"}
    )
    assert (found["id"], found["language"], found["pass_filenames"]) == ("lesson-check", "python", False)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert shlex.split(found["entry"])[0] in project["scripts"], "language: python installs the repository and runs what that brings"


@pytest.mark.skipif(sys.platform == "win32", reason="runs Git as Unix has it")
@pytest.mark.parametrize(
    ("text", "arguments", "code"), [("Text.\n", [], 0), ("```{python}\n#| ech: true\n1\n```\n", [], 1), ("Text.\n", ["--strict"], 1)]
)
def test_its_command_passes_a_good_lesson_and_stops_a_bad_one(make_lesson: MakeLesson, text: str, arguments: list[str], code: int) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "episodes/a.md": f"---\ntitle: A\n---\n\n{text}"})
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    _, *words = shlex.split(hook()["entry"])
    done = run((*words, *arguments), root)  # pre-commit runs it at the root of the repository, and adds `args`
    assert done.returncode == code, done.stderr
    status = subprocess.run(["git", "status", "--porcelain"], cwd=root, capture_output=True, text=True, check=True).stdout
    assert ".lesson" not in status, "a hook that changes files fails"


def test_the_page_names_the_hook_and_its_command() -> None:
    blocks = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)]
    hooks = [each for block in blocks if isinstance(block, dict) for repository in block["repos"] for each in repository["hooks"]]
    assert [each["id"] for each in hooks] == [hook()["id"]] * 2
    assert {key: hooks[1][key] for key in ("entry", "pass_filenames")} == {key: hook()[key] for key in ("entry", "pass_filenames")}


def test_pre_commit_itself_accepts_the_file(tmp_path: Path) -> None:
    program = shutil.which("pre-commit")
    if program is None:
        pytest.skip("pre-commit is not installed")
    assert subprocess.run([program, "validate-manifest", str(HOOKS)], check=False).returncode == 0
