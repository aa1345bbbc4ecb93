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

from site_builder.commands.documents.values import schema_name
from site_builder.commands.main import group
from site_builder.commands.reference import documents, schemas, with_documents
from tests.commands.every_call import CELLS, ENDS, FILES, HOST, write_lesson

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas" / "results"
WITHOUT = {"serve"}
"""Commands that have no result: a preview goes on until it is ended."""


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
    root = write_lesson(tmp_path_factory.mktemp("json") / "lesson")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setenv("LESSON_BROWSER", str(root / "browser"))
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


FURTHER = {"environment-install", "records-sign", "records-verify", "batch-status", "batch-collect", "batch-cancel"}


@pytest.mark.parametrize("name", ENDS)
def test_a_command_that_ends_well(root: Path, name: str) -> None:
    document = read(call(*ENDS[name], "--json"), name)
    assert document["error"] is None
    assert set(document) == set(json.loads(schemas()[name])["properties"])


def test_each_document_is_tried() -> None:
    assert set(ENDS) | FURTHER == set(schemas())


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


@pytest.mark.parametrize("name", [*ENDS, *sorted(FURTHER)])
def test_wrong_usage_is_told_to_machines_too(root: Path, name: str) -> None:
    words = [*ENDS.get(name, tuple(name.split("-")))]
    result = call(*words, "--no-such-option", "--json")
    document = read(result, name)
    assert document["error"]["kind"] == "usage" and result.exit_code == 2
    assert "No such option" in document["error"]["message"] and "Usage:" in result.stderr


def without_a_lesson(name: str) -> bool:
    return name in ("workflow", "verify-site", "new-lesson", "builds")


@pytest.mark.parametrize("name", [name for name in ENDS if not without_a_lesson(name)])
def test_a_folder_that_is_no_lesson(tmp_path: Path, root: Path, name: str) -> None:
    result = call(*ENDS[name], "--lesson", str(tmp_path), "--json")
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


def test_a_group_before_its_command_writes_no_document_of_its_own(root: Path, tmp_path: Path) -> None:
    result = call("batch", "--json", "--lesson", str(tmp_path), "status")
    assert read(result, "batch-status")["error"]["kind"] == "config" and "no lesson found" in result.stderr


def test_what_accepts_and_watching(root: Path) -> None:
    checked = read(call("check", *HOST, "--json"), "check")
    assert [(each["code"], each["reason"], len(each["problems"])) for each in checked["accepted"]] == [("LS842", "it is small", 1)]
    assert {each["code"] for each in checked["problems"]} >= {"LS009"} and "LS842" not in {each["code"] for each in checked["problems"]}
    listed = read(call("check", "--accepted", *HOST, "--json"), "check")
    assert listed["accepted"] == checked["accepted"] and listed["problems"] == []
    assert "no --json" in read(call("run", "--watch", "--json"), "run")["error"]["message"]


def test_the_page_lists_every_document() -> None:
    page = (SCHEMAS.parents[1] / "command-line.md").read_text(encoding="utf-8")
    assert page == with_documents(page), "run `make reference`"
    assert all(f"schemas/results/{schema_name(kind)}.schema.json" in page for kinds in documents().values() for kind in kinds)
