"""The workflows' rights and pins, read as data: what they must never have, whoever changes them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import checker

FOLDER = Path(__file__).parents[2] / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))
EACH = pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
WRITES = {
    ("publish", "attest"): {"id-token", "attestations"},
    ("publish", "deploy"): {"pages", "id-token"},
    ("gpu-records", "propose"): {"contents", "pull-requests"},
    ("images", "image"): {"packages", "id-token", "attestations"},
}
"""Every right to write, by workflow and job; a new one has to be added here as well."""

FROM_OUTSIDE = re.compile(r"\$\{\{")
"""A template in a script is pasted into it as code: values reach scripts as environment variables."""


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    found["on"] = found.pop(True)  # YAML 1.1 reads `on` as a truth value
    return found


def steps(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in read(path)["jobs"].items():
        for step in job["steps"]:
            yield name, step


def test_there_are_workflows_for_every_purpose() -> None:
    assert {path.stem for path in FILES} == {"ci", "gpu-records", "images", "preview", "publish"}


@EACH
def test_no_trigger_runs_foreign_code_with_our_rights(path: Path) -> None:
    triggers = read(path)["on"]
    assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(triggers)
    if "pull_request" in triggers:
        assert "secrets." not in path.read_text()


@EACH
def test_rights_are_given_to_single_jobs_and_are_few(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        writes = {right for right, level in job["permissions"].items() if level == "write"}
        assert writes == WRITES.get((path.stem, name), set())
        if "pull_request" in workflow["on"]:
            assert job["permissions"] == {"contents": "read"}


@EACH
def test_actions_are_pinned_by_hash_and_say_their_version(path: Path) -> None:
    lines = [line for line in path.read_text().splitlines() if "uses:" in line]
    assert lines
    for line in lines:
        assert re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_one_action_has_one_hash_everywhere() -> None:
    found: dict[str, set[str]] = {}
    for path in FILES:
        for _, step in steps(path):
            if "uses" in step:
                name, _, digest = step["uses"].partition("@")
                found.setdefault(name, set()).add(digest)
    assert {name: len(digests) for name, digests in found.items()} == dict.fromkeys(found, 1)


@EACH
def test_checkouts_leave_no_token_behind(path: Path) -> None:
    for _, step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@EACH
def test_scripts_hold_no_template(path: Path) -> None:
    for _, step in steps(path):
        assert not FROM_OUTSIDE.search(step.get("run", ""))


@EACH
def test_no_job_runs_for_ever(path: Path) -> None:
    for job in read(path)["jobs"].values():
        assert 0 < job["timeout-minutes"] <= 120


@EACH
def test_environments_are_the_locked_ones_and_no_cache_is_shared(path: Path) -> None:
    for _, step in steps(path):
        if step.get("uses", "").startswith("prefix-dev/setup-pixi@"):
            assert (step["with"]["locked"], step["with"]["cache"]) == (True, False)
        for line in step.get("run", "").splitlines():
            assert "pixi run" not in line or "pixi run --locked" in line


def test_the_machine_with_a_gpu_only_reads_and_is_named_by_a_setting() -> None:
    jobs = read(FOLDER / "gpu-records.yml")["jobs"]
    assert jobs["run"]["permissions"] == {"contents": "read"}
    assert jobs["run"]["runs-on"] == "${{ vars.LESSON_GPU_RUNNER }}"
    assert jobs["run"]["if"] == "vars.LESSON_GPU_RUNNER != ''"
    assert "pull_request" not in read(FOLDER / "gpu-records.yml")["on"]


def test_the_environments_of_images_are_locked() -> None:
    lock = (FOLDER.parents[1] / "pixi.lock").read_text()
    for name in read(FOLDER / "images.yml")["jobs"]["image"]["strategy"]["matrix"]["environment"]:
        assert f"\n  {name}:\n" in lock


@pytest.mark.parametrize(
    "command", [["zizmor", "--offline", str(FOLDER.parent)], ["actionlint", *map(str, FILES)]], ids=["zizmor", "actionlint"]
)
def test_checkers_of_workflows_find_nothing(command: list[str]) -> None:
    command = [checker(command[0]), *command[1:]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
