"""The workflow that a lesson is given: a call where there is something to call, the complete one elsewhere, and never a made-up address."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
from email.message import Message
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

import site_builder
from site_builder.commands.main import group
from site_builder.release import facts
from site_builder.release.facts import Release, this_release
from site_builder.release.workflow import workflow
from tests.conftest import checker

ROOT = Path(__file__).parents[2]
COMMIT = "0123456789abcdef0123456789abcdef01234567"
CALLING = workflow(Release("https://github.com/owner/repository.name", COMMIT), "1.2.3")
COMPLETE = workflow(Release(), "1.2.3")


def test_a_known_address_is_called_in_five_lines_and_pinned_by_commit() -> None:
    jobs = yaml.safe_load(CALLING)["jobs"]
    assert jobs["lesson"]["uses"] == f"owner/repository.name/.github/workflows/lesson.yml@{COMMIT}"
    assert f"@{COMMIT} # v1.2.3\n" in CALLING
    lines = CALLING.splitlines()
    assert len(lines) - lines.index("jobs:") - 1 <= 5


def test_it_grants_what_the_called_workflow_asks_for_and_no_more() -> None:
    """GitHub refuses a call whose jobs ask for more than the caller grants."""
    asked: dict[str, str] = {}
    for job in yaml.safe_load((ROOT / ".github/workflows/lesson.yml").read_text())["jobs"].values():
        for right, level in job["permissions"].items():
            asked[right] = level if asked.get(right) != "write" else "write"
    assert yaml.safe_load(CALLING)["jobs"]["lesson"]["permissions"] == asked


@pytest.mark.parametrize(
    ("release", "reason"),
    [
        (Release(), "has no address"),
        (Release("", COMMIT), "has no address"),
        (Release("https://github.com/owner/repository"), "was not installed from a release"),
        (Release("https://git.example.org/owner/repository", COMMIT), "lives at https://git.example.org/owner/repository"),
        (Release("https://github.com/owner", COMMIT), "lives at https://github.com/owner,"),
    ],
)
def test_without_anything_to_call_it_is_complete_and_says_why(release: Release, reason: str) -> None:
    text = workflow(release, "1.2.3")
    comment = " ".join(line.removeprefix("# ") for line in text.splitlines() if line.startswith("#"))
    assert reason in comment and "lesson-requirements.txt" in comment
    assert set(yaml.safe_load(text)["jobs"]) == {"build", "deploy"}
    assert "@reason@" not in text and max(map(len, text.splitlines())) <= 140


def test_the_complete_one_installs_nothing_that_is_not_pinned() -> None:
    lines = [line for line in COMPLETE.splitlines() if "pip install" in line]
    assert lines
    assert all("--no-deps --require-hashes -r lesson-requirements.txt" in line for line in lines)
    for line in COMPLETE.splitlines():
        assert "uses:" not in line or re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)


@pytest.mark.parametrize("text", [CALLING, COMPLETE], ids=["calling", "complete"])
@pytest.mark.parametrize("command", [("zizmor", "--offline", "--persona", "auditor"), ("actionlint",)], ids=["zizmor", "actionlint"])
def test_checkers_of_workflows_find_nothing_in_it(tmp_path: Path, text: str, command: tuple[str, ...]) -> None:
    file = tmp_path / ".github" / "workflows" / "lesson.yml"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    done = subprocess.run([checker(command[0]), *command[1:], str(file)], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_command_prints_it() -> None:
    done = CliRunner().invoke(group, ["workflow"], catch_exceptions=False)
    assert (done.exit_code, done.output) == (0, workflow(this_release(), site_builder.__version__))


def described(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    message = Message()
    for address in addresses:
        message["Project-URL"] = address
    monkeypatch.setattr(importlib.metadata, "metadata", lambda name: message)


def test_address_and_commit_are_what_was_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    described(monkeypatch, "Changelog, https://example.org/log", "Repository, https://github.com/owner/repository/")
    monkeypatch.setattr(facts, "COMMIT", tmp_path / "commit.txt")
    assert this_release() == Release("https://github.com/owner/repository", "")
    (tmp_path / "commit.txt").write_text(f"{COMMIT}\n")
    assert this_release().commit == COMMIT
    (tmp_path / "commit.txt").write_text("main\n")
    assert this_release().commit == ""


def test_a_checkout_that_is_not_installed_has_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Message:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "metadata", missing)
    assert this_release().address == ""
    described(monkeypatch)
    assert this_release().address == ""


def test_help_and_import_load_nothing_but_click() -> None:
    """`lesson --help` is what people try first; it answers before they look away."""
    code = (
        "import sys; before = set(sys.modules); import site_builder; first = set(sys.modules) - before\n"
        "import site_builder.commands.main\n"
        "own = lambda names: {name.partition('.')[0] for name in names} - set(sys.stdlib_module_names)\n"
        "print(sorted(own(first)), sorted(own(set(sys.modules) - before)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "['site_builder'] ['click', 'site_builder']"
