"""Under ``--json`` every command writes one document on standard output, which its published schema describes, however it ends."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from site_builder.commands.main import group
from site_builder.commands.reference import documents, schemas
from tests.commands.test_environment import lock

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas" / "results"
WITHOUT = {"serve"}
"""Commands that have no result: a preview goes on until it is ended."""

CELLS = "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\n```{python}\nprint(6 * 7)\n```\n"
TYPED = "---\ntitle: B\nteaching: 1\nexercises: 1\n---\n\n```python\nprint(1)\n```\n\n```output\n1\n```\n"
MANIFEST = '[workspace]\nname = "tiny"\nchannels = ["conda-forge"]\nplatforms = ["linux-64"]\n'
FILES = {
    "config.yaml": "title: L\nepisodes: [a.md, b.md]\naccept:\n- {code: LS842, reason: it is small}\n", "index.md": "Hello.\n",
    "episodes/a.md": CELLS, "episodes/b.md": TYPED, "pixi.toml": MANIFEST,
}  # fmt: skip
HOST = ("--environments", "host")


def call(*arguments: str) -> Result:
    """Run a command; no input may end in a traceback."""
    return CliRunner().invoke(group, [*arguments], catch_exceptions=False)


def read(result: Result, name: str) -> dict[str, Any]:
    """Return the document of a result that its schema describes, with the exit code that it names."""
    document: dict[str, Any] = json.loads(result.stdout)
    jsonschema.Draft202012Validator(json.loads((SCHEMAS / f"{name}.schema.json").read_text())).validate(document)
    assert document["exit_code"] == result.exit_code
    assert (document["error"] is None) or result.exit_code
    return document


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A lesson in which everything has been done once, as the current folder."""
    root = tmp_path_factory.mktemp("json") / "lesson"
    for name, text in {**FILES, "pixi.lock": lock(default={"tiny": "1.0"})}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "old.lock").write_text(lock(default={"tiny": "0.9"}))
    browser = root / "browser"
    browser.write_text(
        '#!/bin/sh\nfor given in "$@"; do case "$given" in --print-to-pdf=*) echo "%PDF" > "${given#--print-to-pdf=}";; esac; done\n'
    )
    browser.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setenv("LESSON_BROWSER", str(browser))
        assert call("build", *HOST).exit_code == 0
        assert call("records", "save", *HOST).exit_code == 0
        yield root


def test_every_command_with_a_result_has_documents() -> None:
    assert {name for name, kinds in documents().items() if not kinds} == WITHOUT


def test_the_published_schemas_are_current_and_no_others_are_there() -> None:
    made = schemas()
    assert {path.name.removesuffix(".schema.json") for path in SCHEMAS.iterdir()} == set(made)
    assert [name for name, text in made.items() if (SCHEMAS / f"{name}.schema.json").read_text() != text] == [], "run `make reference`"


@pytest.mark.parametrize("name", sorted(schemas()))
def test_a_schema_is_one_and_says_what_each_key_is(name: str) -> None:
    schema = json.loads(schemas()[name])
    jsonschema.Draft202012Validator.check_schema(schema)
    parts = [schema, *schema["$defs"].values()]
    assert all(part["description"].endswith(".") and part["additionalProperties"] is False for part in parts)
    assert [
        key for part in parts for key, value in part["properties"].items() if key != "command" and not value["description"].endswith(".")
    ] == []


GOOD: dict[str, tuple[str, ...]] = {
    "build": ("build", *HOST),
    "run": ("run", "a", *HOST),
    "plan": ("plan", *HOST),
    "check": ("check", *HOST),
    "publish": ("publish", "--to", "elsewhere", "--dry-run", *HOST),
    "new-lesson": ("new", "lesson", "../fresh", "--dry-run"),
    "new-episode": ("new", "episode", "Third", "--dry-run"),
    "notebook": ("notebook", "a", *HOST, "--force"),
    "zip": ("zip", *HOST, "--force"),
    "pdf": ("pdf", *HOST, "--force"),
    "container": ("container", "--docker"),
    "workflow": ("workflow",),
    "doctor": ("doctor",),
    "environment-show": ("environment", "show"),
    "environment-export": ("environment", "export"),
    "environment-diff": ("environment", "diff", "old.lock"),
    "records-list": ("records", "list"),
    "records-show": ("records", "show", "a", *HOST, "--packages"),
    "records-save": ("records", "save", *HOST),
    "records-merge": ("records", "merge", ".lesson/records"),
    "records-prune": ("records", "prune", "--dry-run", *HOST),
    "records-diff": ("records", "diff", "a", *HOST),
    "batch": ("batch", "--github", "--episode", "a", *HOST),
    "verify": ("verify", "a", *HOST),
    "verify-static": ("verify", "b", "--static", *HOST),
    "verify-site": ("verify-site", "site"),
    "convert": ("convert", "b", "--dry-run", *HOST),
}
"""A call of each command that comes to its end here; those that need more follow below."""

FURTHER = {"environment-install", "records-sign", "records-verify", "batch-status", "batch-collect", "batch-cancel"}


@pytest.mark.parametrize("name", GOOD)
def test_a_command_that_ends_well(root: Path, name: str) -> None:
    document = read(call(*GOOD[name], "--json"), name)
    assert document["error"] is None
    assert set(document) == set(json.loads(schemas()[name])["properties"])


def test_each_document_is_tried() -> None:
    assert set(GOOD) | FURTHER == set(schemas())


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen (Debian: openssh-client)")
def test_signing_and_who_signed(root: Path, tmp_path: Path) -> None:
    from tests.records.test_signatures import key

    made = key(tmp_path, "ann")
    (tmp_path / "signers").write_text("ann@example.org " + made.with_name("ann.pub").read_text())
    assert len(read(call("records", "sign", "--key", str(made), "--json"), "records-sign")["signed"]) == 1
    (row,) = read(call("records", "verify", "--signers", str(tmp_path / "signers"), "--json"), "records-verify")["records"]
    assert row["signer"] == "ann@example.org" and row["fault"] == ""


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for the scheduler")
def test_a_batch_from_its_beginning_to_its_end(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, said in (("sbatch", "7"), ("squeue", ""), ("sacct", ""), ("scancel", "")):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {said}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    sent = read(call("batch", "--slurm", "--episode", "a", *HOST, "--json"), "batch")
    assert sent["batch"] == 1 and sent["tasks"] == [{"task": 1, "episodes": ["a"]}] and sent["commands"]
    assert read(call("batch", "status", "--json"), "batch-status")["engine"] == "slurm"
    assert read(call("batch", "collect", *HOST, "--json"), "batch-collect")["accepted"] == []
    assert read(call("batch", "cancel", "--json"), "batch-cancel")["batch"] == 1


def test_an_installation(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = root / ".lesson/envs/default"
    monkeypatch.setattr("site_builder.operations.environments.install", lambda *_: (place, True))
    monkeypatch.setattr("site_builder.operations.environments.restore", lambda *_, **__: ())
    (row,) = read(call("environment", "install", "default", "--verify", "--json"), "environment-install")["environments"]
    assert row == {"environment": "default", "folder": str(place), "changed": True, "repaired": []}


@pytest.mark.parametrize("name", [*GOOD, *sorted(FURTHER)])
def test_wrong_usage_is_told_to_machines_too(root: Path, name: str) -> None:
    words = [*GOOD.get(name, tuple(name.split("-")))]
    result = call(*words, "--no-such-option", "--json")
    document = read(result, name)
    assert document["error"]["kind"] == "usage" and result.exit_code == 2
    assert "No such option" in document["error"]["message"] and "Usage:" in result.stderr


def without_a_lesson(name: str) -> bool:
    return name in ("workflow", "verify-site", "new-lesson")


@pytest.mark.parametrize("name", [name for name in GOOD if not without_a_lesson(name)])
def test_a_folder_that_is_no_lesson(tmp_path: Path, root: Path, name: str) -> None:
    result = call(*GOOD[name], "--lesson", str(tmp_path), "--json")
    document = read(result, name)
    if name == "doctor":  # that is among its findings
        return
    assert document["error"]["kind"] == "config" and document["error"]["hint"] and result.exit_code == 2
    assert "no lesson found" in document["error"]["message"] and document["error"]["message"] in result.stderr


def test_a_failing_build_names_its_problems(make_lesson: Callable[[dict[str, str]], Path]) -> None:
    root = make_lesson({**FILES, "episodes/a.md": CELLS.replace("print(6 * 7)", "1 / 0"), "config.yaml": "title: L\n"})
    document = read(call("build", "--lesson", str(root), *HOST, "--json"), "build")
    assert document["error"]["kind"] == "execution" and document["exit_code"] == 4
    assert [(each["code"], each["path"], each["line"]) for each in document["problems"] if each["severity"] == "error"] == [
        ("LS511", "episodes/a.md", 8)
    ]
    assert "site" not in document


def test_a_plan_with_errors_has_its_steps_too(make_lesson: Callable[[dict[str, str]], Path]) -> None:
    root = make_lesson({**FILES, "config.yaml": "title: L\nepisodes: [a.md, gone.md]\n"})
    document = read(call("plan", "--lesson", str(root), *HOST, "--json"), "plan")
    assert document["error"]["kind"] == "lesson" and [each["code"] for each in document["problems"] if each["severity"] == "error"] == [
        "LS010"
    ]


def test_an_interrupt_leaves_a_document(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("site_builder.pipeline.build.build", interrupt)
    assert read(call("build", "--json"), "build")["error"]["kind"] == "interrupted"


def test_unknown_commands_and_options_before_one(root: Path) -> None:
    for words in (("bulid", "--json"), ("--wrong", "build", "--json"), ("records", "lsit", "--json")):
        result = call(*words)
        document = json.loads(result.stdout)
        assert (document["error"]["kind"], document["exit_code"], result.exit_code) == ("usage", 2, 2)
    assert call("bulid", "--", "--json").stdout == ""


def test_what_accepts_and_watching(root: Path) -> None:
    checked = read(call("check", *HOST, "--json"), "check")
    assert [(each["code"], each["reason"], len(each["problems"])) for each in checked["accepted"]] == [("LS842", "it is small", 1)]
    assert {each["code"] for each in checked["problems"]} >= {"LS009"} and "LS842" not in {each["code"] for each in checked["problems"]}
    listed = read(call("check", "--accepted", *HOST, "--json"), "check")
    assert listed["accepted"] == checked["accepted"] and listed["problems"] == []
    assert "no --json" in read(call("run", "--watch", "--json"), "run")["error"]["message"]
