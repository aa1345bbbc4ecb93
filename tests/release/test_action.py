"""The scripts of the action that lessons call, run one after the other in a lesson elsewhere, as a runner would."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.world("release")

ROOT = Path(__file__).parents[2]
ACTION = Path(".github/actions/lesson")
EXPRESSION = re.compile(r"\$\{\{ ([\w.-]+) \}\}")
CELL = "---\ntitle: A\n---\n\n```{{python}}\n{code}\n```\n"


class Runner:
    """The part of GitHub's runner that the action's scripts see: variables, files for outputs, and expressions that only name a value."""

    def __init__(self, folder: Path, builder: Path, **inputs: str) -> None:
        self.folder, self.summary, self.output = folder, folder / "summary.md", folder / "output.txt"
        described = yaml.safe_load((builder / ACTION / "action.yml").read_text(encoding="utf-8"))
        self.steps: list[dict[str, Any]] = [step for step in described["runs"]["steps"] if "run" in step]
        defaults = {name: str(value["default"]) for name, value in described["inputs"].items()}
        self.values = {f"inputs.{name}": value for name, value in {**defaults, **inputs}.items()}
        self.values["github.action_path"] = str(builder / ACTION)

    def run(self, name: str) -> subprocess.CompletedProcess[str]:
        """Run the step of that name, and keep its outputs."""
        (step,) = (step for step in self.steps if step["name"] == name)
        given = {key: EXPRESSION.sub(lambda found: self.values[found[1]], value) for key, value in step["env"].items()}
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
        paths = {"PATH": os.pathsep.join([str(self.folder / "python"), os.environ["PATH"]]), "RUNNER_TEMP": str(self.folder / "temp")}
        files = {"GITHUB_OUTPUT": str(self.output), "GITHUB_STEP_SUMMARY": str(self.summary), "HOME": str(self.folder), "CI": "true"}
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]  # GitHub Actions, `jobs.<job_id>.steps[*].shell`
        done = subprocess.run(
            command, cwd=self.folder, env={**kept, **paths, **files, **given}, capture_output=True, text=True, check=False
        )
        if self.output.exists():
            for line in self.output.read_text(encoding="utf-8").splitlines():
                key, _, value = line.partition("=")
                self.values[f"steps.{step.get('id')}.outputs.{key}"] = value
            self.output.unlink()
        return done


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory, checkout: Path, tools: Path) -> Runner:
    """Return a runner whose builder is installed; where ``tools`` cannot be fetched, neither can the builder's packages."""
    folder = tmp_path_factory.mktemp("runner")
    for name in ("temp", "python", "lesson/episodes"):
        (folder / name).mkdir(parents=True)
    (folder / "python" / "python").symlink_to(sys.executable)
    (folder / "lesson" / "config.yaml").write_text("title: L\n", encoding="utf-8")
    pinned = (ROOT / "requirements" / "release.txt").read_text(encoding="utf-8")  # any file with digests will do
    (folder / "lesson" / "cells.txt").write_text(pinned, encoding="utf-8")
    found = Runner(folder, checkout, path="lesson", requirements="cells.txt")
    done = found.run("Install the builder")
    assert done.returncode == 0, done.stdout + done.stderr
    return found


def test_the_builder_and_what_cells_import_are_installed_and_fit(runner: Runner) -> None:
    lesson = Path(runner.values["steps.install.outputs.lesson"])
    assert subprocess.run([lesson, "--version"], capture_output=True, text=True, check=True).stdout.startswith("lesson, version ")
    found = subprocess.run([lesson.with_name("python"), "-c", "import build"], check=False)
    assert found.returncode == 0


def write(runner: Runner, code: str) -> None:
    (runner.folder / "lesson" / "episodes" / "a.md").write_text(CELL.format(code=code), encoding="utf-8")


def test_a_lesson_that_fails_fails_the_build_and_the_report_says_why(runner: Runner) -> None:
    write(runner, "raise ValueError('no')")
    assert runner.run("Say what would run").returncode == 0
    built = runner.run("Build")
    assert built.returncode == 4 and "::error file=episodes/a.md,line=6," in built.stdout + built.stderr
    assert "## Plan" in runner.summary.read_text(encoding="utf-8")


def test_a_good_lesson_is_built_and_its_records_are_kept(runner: Runner) -> None:
    write(runner, "print(6 * 7)")
    for name in ("Say what would run", "Build", "Say what is wrong"):
        done = runner.run(name)
        assert done.returncode == 0, done.stdout + done.stderr
    assert runner.values["steps.build.outputs.site"] == "lesson/site"
    assert "42" in (runner.folder / "lesson" / "site" / "a.html").read_text(encoding="utf-8")
    summary = runner.summary.read_text(encoding="utf-8")
    assert "## Check" in summary and "run     a" in summary
    assert {path.name for path in (runner.folder / "temp" / "lesson-report").iterdir()} == {"plan.json", "problems.json"}
    records = runner.folder / "lesson" / ".lesson" / "records"
    before = sorted(records.rglob("*.ipynb"))
    assert runner.run("Drop records that no episode uses any more").returncode == 0
    assert before and sorted(records.rglob("*.ipynb")) == before


def test_strict_counts_warnings(runner: Runner) -> None:
    write(runner, "print(6 * 7)")  # its episode asks no questions, which is a warning
    assert runner.run("Build").returncode == 0
    runner.values["inputs.strict"] = "true"
    strict = runner.run("Build")
    runner.values["inputs.strict"] = "false"
    assert strict.returncode == 1, strict.stdout + strict.stderr


def test_a_file_with_a_wrong_digest_is_refused(runner: Runner) -> None:
    text = (ROOT / "requirements" / "release.txt").read_text(encoding="utf-8")
    pinned = re.sub(r"--hash=sha256:[0-9a-f]{64}", f"--hash=sha256:{'0' * 64}", text)
    (runner.folder / "lesson" / "cells.txt").write_text(pinned, encoding="utf-8")
    made = runner.folder / "temp" / "lesson-builder"
    kept = made.rename(runner.folder / "kept")
    done = runner.run("Install the builder")
    shutil.rmtree(made)
    kept.rename(made)
    assert done.returncode != 0 and "DO NOT MATCH THE HASHES" in done.stderr
