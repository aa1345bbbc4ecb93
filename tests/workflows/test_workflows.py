"""The workflows' rights and pins, read as data: what they must never have, whoever changes them."""

from __future__ import annotations

import json
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
ACTION = FOLDER.parent / "actions" / "lesson" / "action.yml"
COMMENT = FOLDER.parent / "actions" / "comment" / "action.yml"
EACH = pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
WRITES = {
    ("lesson", "attest"): {"id-token", "attestations"},
    ("lesson", "deploy"): {"pages", "id-token"},
    ("publish", "lesson"): {"pages", "id-token", "attestations"},
    ("release", "index"): {"id-token"},
    ("release", "image"): {"packages", "id-token", "attestations"},
    ("release", "page"): {"contents", "id-token", "attestations"},
    ("gpu-records", "propose"): {"contents", "id-token", "pull-requests"},
    ("records", "propose"): {"contents", "pull-requests"},
    ("verify", "report"): {"issues"},
    ("images", "image"): {"packages", "id-token", "attestations"},
    ("comment", "comment"): {"pull-requests"},
}
"""Every right to write, by workflow and job; a new one has to be added here as well."""

FROM_OUTSIDE = re.compile(r"\$\{\{")
"""A template in a script is pasted into it as code: values reach scripts as environment variables."""


PINNED = re.compile(r"uses: (\$/\.github/[\w./-]+|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$")
"""An action elsewhere by hash, with its version; one of this repository by `$/`, which is of the same commit."""


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    found["on"] = found.pop(True)  # YAML 1.1 reads `on` as a truth value
    return found


def steps(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in read(path)["jobs"].items():
        for step in job.get("steps", ()):
            yield name, step


def action_steps(action: Path = ACTION) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(action.read_text(encoding="utf-8"))["runs"]["steps"]
    return found


def everything() -> Iterator[dict[str, Any]]:
    """Yield every step of all workflows and of the action."""
    for path in FILES:
        yield from (step for _, step in steps(path))
    yield from action_steps()
    yield from action_steps(COMMENT)


def test_there_are_workflows_for_every_purpose() -> None:
    assert {path.stem for path in FILES} == {
        "ci", "comment", "gpu-records", "guards", "images", "lesson", "lesson-build", "preview", "publish", "records", "release", "verify",
    }  # fmt: skip


@EACH
def test_no_trigger_runs_foreign_code_with_our_rights(path: Path) -> None:
    triggers = read(path)["on"]
    assert not {"pull_request_target", "issue_comment"} & set(triggers)
    assert "workflow_run" not in triggers or path.stem == "comment"  # see below
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


def test_what_comments_takes_the_build_of_a_pull_request_as_data() -> None:
    """It has a right to write, and is started by what strangers can start: it may hold nothing but our own reader."""
    workflow = read(FOLDER / "comment.yml")
    assert set(workflow["on"]) == {"workflow_run", "workflow_call"}
    (job,) = workflow["jobs"].values()
    assert job["steps"] == [{"uses": "$/.github/actions/comment"}]
    assert job["permissions"] == {"actions": "read", "pull-requests": "write"}
    (step,) = action_steps(COMMENT)
    lines = [line.partition(" #")[0] for line in step["run"].splitlines()]
    assert lines == ['export PYTHONPATH="$ACTION/../../.."', "python3 -P -S -m site_builder.review"]
    assert set(step["env"]) == {"ACTION", "GITHUB_TOKEN"}
    uploads = [step for _, step in steps(FOLDER / "lesson-build.yml") if step.get("with", {}).get("name") == "changes"]
    assert len(uploads) == 1
    assert workflow["on"]["workflow_run"]["workflows"] == [read(FOLDER / "preview.yml")["name"]]


def called(path: Path, job: dict[str, Any]) -> Path:
    name = job["uses"].removeprefix("$/")
    assert name != job["uses"], f"{path.name}: a workflow of this repository is named by `$/`, so that it is of the same commit"
    return FOLDER.parents[1] / name


@EACH
def test_a_call_grants_what_the_called_jobs_ask_for(path: Path) -> None:
    """GitHub refuses to start a workflow that calls one whose jobs ask for more; it says so only when it runs."""
    for job in read(path)["jobs"].values():
        if "uses" in job:
            for inner in read(called(path, job))["jobs"].values():
                for right, level in inner["permissions"].items():
                    assert job["permissions"].get(right) in {level, "write"}
            assert set(job.get("with", {})) <= set(read(called(path, job))["on"]["workflow_call"]["inputs"])


def test_what_runs_code_of_a_lesson_can_write_nothing() -> None:
    (build,) = read(FOLDER / "lesson-build.yml")["jobs"].values()
    assert build["permissions"] == {"contents": "read"}
    for name, job in read(FOLDER / "lesson.yml")["jobs"].items():
        for step in job.get("steps", ()):
            assert name in {"attest", "deploy"} and "checkout" not in step.get("uses", "")
    for name in ("lesson", "lesson-build", "preview", "publish"):
        assert "secrets" not in (FOLDER / f"{name}.yml").read_text()


def test_nothing_of_a_pull_request_is_published_or_kept() -> None:
    jobs = read(FOLDER / "lesson.yml")["jobs"]
    assert jobs["attest"]["if"] == "github.event_name != 'pull_request' && github.ref_name == github.event.repository.default_branch"
    assert (jobs["deploy"]["needs"], jobs["attest"]["needs"]) == ("attest", "build")
    (lesson,) = (step for _, step in steps(FOLDER / "lesson-build.yml") if step.get("uses") == "$/.github/actions/lesson")
    assert lesson["with"]["save-records"] == "${{ github.event_name != 'pull_request' }}"
    saving = [step for step in action_steps() if "cache/save@" in step.get("uses", "")]
    assert saving and all("inputs.save-records == 'true'" in step["if"] for step in saving)


def test_the_action_takes_what_the_workflows_give_it() -> None:
    inputs = yaml.safe_load(ACTION.read_text(encoding="utf-8"))["inputs"]
    (step,) = (step for _, step in steps(FOLDER / "lesson-build.yml") if step.get("uses") == "$/.github/actions/lesson")
    assert set(step["with"]) <= set(inputs)
    assert read(FOLDER / "lesson.yml")["on"]["workflow_call"] == read(FOLDER / "lesson-build.yml")["on"]["workflow_call"]


@EACH
def test_actions_are_pinned_by_hash_and_say_their_version(path: Path) -> None:
    lines = [line for line in path.read_text().splitlines() if "uses:" in line]
    assert lines
    for line in lines:
        assert PINNED.search(line), line


def test_the_action_is_pinned_as_well() -> None:
    lines = [line for line in ACTION.read_text().splitlines() if "uses:" in line]
    assert lines and all(PINNED.search(line) for line in lines)


def test_one_action_has_one_hash_everywhere() -> None:
    found: dict[str, set[str]] = {}
    lesson = FOLDER.parents[1] / "site_builder" / "release" / "lesson.yml"
    for step in (*everything(), *(step for _, step in steps(lesson))):
        if "uses" in step:
            name, _, digest = step["uses"].partition("@")
            found.setdefault(name.replace("/restore", "").replace("/save", ""), set()).add(digest)
    assert {name: len(digests) for name, digests in found.items()} == dict.fromkeys(found, 1)


@EACH
def test_checkouts_leave_no_token_behind(path: Path) -> None:
    for _, step in steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_scripts_hold_no_template() -> None:
    for step in everything():
        assert not FROM_OUTSIDE.search(step.get("run", ""))


def test_nothing_is_resolved_by_pip() -> None:
    """Every installation is of a file with digests, or of what was built or checked out here, without its dependencies."""
    found = [
        line.strip()
        for step in everything()
        for line in step.get("run", "").splitlines()
        if re.search(r"\binstall\b.*(pip|-r |builder)", line)
    ]
    assert len(found) > 4
    for line in found:
        assert "--no-deps" in line or line.startswith(('"${install[@]}"', "if [ -n")), line
        assert "--require-hashes -r" in line or "--no-build-isolation" in line or line.startswith("install="), line


@EACH
def test_no_job_runs_for_ever(path: Path) -> None:
    for job in read(path)["jobs"].values():
        assert "uses" in job or 0 < job["timeout-minutes"] <= 120


def test_environments_are_the_locked_ones_and_no_cache_is_shared() -> None:
    for step in everything():
        if step.get("uses", "").startswith("prefix-dev/setup-pixi@"):
            assert step["with"]["cache"] is False
            assert step["with"].get("locked") is True or step["with"]["run-install"] is False
        for line in step.get("run", "").splitlines():
            assert "pixi run" not in line or "pixi run --locked" in line


def test_the_machine_with_a_gpu_only_reads_and_is_named_by_a_setting() -> None:
    jobs = read(FOLDER / "gpu-records.yml")["jobs"]
    assert jobs["run"]["permissions"] == {"contents": "read"}
    assert jobs["run"]["runs-on"] == "${{ vars.LESSON_GPU_RUNNER }}"
    assert jobs["run"]["if"] == "vars.LESSON_GPU_RUNNER != ''"
    assert "pull_request" not in read(FOLDER / "gpu-records.yml")["on"]


@pytest.mark.parametrize("open_issue", ["", "7"])
def test_a_report_of_differences_stays_text_in_its_issue(tmp_path: Path, open_issue: str) -> None:
    (script,) = (step["run"] for name, step in steps(FOLDER / "verify.yml") if name == "report" and "run" in step)
    program = tmp_path / "gh"
    program.write_text('#!/bin/sh\necho "$@" >> calls\ncase $2 in list) printf %s "$OPEN";; esac\n')
    program.chmod(0o755)
    (tmp_path / "report.txt").write_bytes(b"drifted a\r\n```\n@somebody <script>\n" + b"x" * 90_000)
    given = {"PATH": f"{tmp_path}:/usr/bin:/bin", "REPOSITORY": "o/r", "RUN": "https://example.org/1", "OPEN": open_issue}
    subprocess.run(("bash", "-e", "-o", "pipefail", "-c", script), cwd=tmp_path, env=given, check=True)
    said, _, report = (tmp_path / "body.md").read_text().partition("\n\n")
    assert "https://example.org/1" in said and len(report) < 60_000
    assert report.splitlines()[:3] == ["    drifted a", "    ```", "    @somebody <script>"]
    assert all(line.startswith("    ") for line in report.splitlines())
    _, made = (tmp_path / "calls").read_text().splitlines()
    assert made.startswith("issue edit 7 --repo o/r" if open_issue else "issue create --repo o/r --title Outputs differ")


def test_the_environments_of_images_are_locked() -> None:
    lock = (FOLDER.parents[1] / "pixi.lock").read_text()
    for name in read(FOLDER / "images.yml")["jobs"]["image"]["strategy"]["matrix"]["environment"]:
        assert f"\n  {name}:\n" in lock


@pytest.mark.parametrize(
    "command",
    [["zizmor", "--offline", "--persona", "auditor", str(FOLDER.parent)], ["actionlint", *map(str, FILES)]],
    ids=["zizmor", "actionlint"],
)
def test_checkers_of_workflows_find_nothing(command: list[str]) -> None:
    done = subprocess.run([checker(command[0]), *command[1:]], capture_output=True, text=True, check=False, cwd=FOLDER.parents[1])
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_checker_reads_the_action_too() -> None:
    done = subprocess.run(
        [checker("zizmor"), "--offline", "--persona", "auditor", "--format", "json", str(FOLDER.parent)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == []
    assert "actions/lesson/action.yml" in done.stderr


def test_scripts_of_the_action_are_sound_shell(tmp_path: Path) -> None:
    """Only of workflows does actionlint give the scripts to shellcheck: it does not read actions."""
    for number, step in enumerate(step for step in (*action_steps(), *action_steps(COMMENT)) if "run" in step):
        script = tmp_path / f"{number}.sh"
        script.write_text("".join(f"export {name}\n" for name in step.get("env", {})) + step["run"], encoding="utf-8")
        done = subprocess.run([checker("shellcheck"), "--shell=bash", str(script)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
