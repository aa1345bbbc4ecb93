"""``lesson data``: everything is fetched at once, digests are found out, and what is here is compared."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from site_builder.commands.main import group
from tests.conftest import MakeLesson
from tests.hosts import Host

DATA = b"year\n1952\n"
DIGEST = hashlib.sha256(DATA).hexdigest()


def call(*arguments: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(group, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def lesson(make_lesson: MakeLesson, web: Host) -> Path:
    front = f"---\ntitle: T\ndata:\n- address: {web.has('/b.csv', DATA * 2)}\n---\n\nText.\n"
    settings = f"title: L\ndata:\n- address: {web.has('/a.csv', DATA)}\n  sha256: {DIGEST}\n"
    return make_lesson({"config.yaml": settings, "index.md": "Hi.\n", "episodes/a.md": front})


def test_digests_are_printed_with_where_they_belong(lesson: Path, web: Host) -> None:
    found = call("data", "fetch", lesson, code=1)
    assert "error: LS036 episodes/a.md:4:3" in found.stderr
    assert found.stdout.splitlines() == ["data/a.csv: fetched (10 B)", "data/b.csv: no digest"]
    found = call("data", "fetch", lesson, "--print-digests")
    assert found.stdout.splitlines() == [
        "data/a.csv: here (10 B)", "data/b.csv: fetched (20 B)",
        "# config.yaml:3:3 data/a.csv", "  size: 10",
        "# episodes/a.md:4:3 data/b.csv", f"  sha256: {hashlib.sha256(DATA * 2).hexdigest()}", "  size: 20",
    ]  # fmt: skip
    text = (lesson / "episodes/a.md").read_text()
    (lesson / "episodes/a.md").write_text(text.replace("/b.csv\n", "/b.csv\n" + "\n".join(found.stdout.splitlines()[-2:]) + "\n"))
    web.requests.clear()
    assert call("data", "fetch", lesson).stdout.splitlines() == ["data/a.csv: here (10 B)", "data/b.csv: here (20 B)"]
    assert call("data", "verify", lesson).stdout.splitlines() == ["data/a.csv: here (10 B)", "data/b.csv: here (20 B)"]
    assert web.requests == []


def test_verify_names_what_is_missing_or_damaged_and_asks_nobody(lesson: Path, web: Host, tmp_path: Path) -> None:
    (lesson / "episodes/a.md").write_text("Text.\n")
    assert call("data", "verify", lesson, code=1).stdout == "data/a.csv: not fetched\n"
    call("data", "fetch", lesson)
    (tmp_path / "kept" / DIGEST).write_bytes(b"other")
    web.requests.clear()
    found = json.loads(call("data", "verify", lesson, "--json", code=1).stdout)
    assert [(row["path"], row["state"]) for row in found["data"]] == [("data/a.csv", "damaged")]
    assert web.requests == []
    assert call("data", "fetch", lesson).stdout == "data/a.csv: fetched (10 B)\n"


def test_what_cannot_be_fetched_is_one_line_and_the_rest_is_fetched(lesson: Path, web: Host) -> None:
    (lesson / "episodes/a.md").write_text("Text.\n")
    with (lesson / "config.yaml").open("a") as file:
        file.write(f"- address: {web.address}/gone.csv\n  sha256: {DIGEST[::-1]}\n")
    found = call("data", "fetch", lesson, code=1)
    assert found.stdout.splitlines() == ["data/a.csv: fetched (10 B)", "data/gone.csv: cannot be fetched"]
    (line,) = [line for line in found.stderr.splitlines() if "LS038" in line]
    assert line.startswith("error: LS038 config.yaml:5:3 data/gone.csv cannot be fetched: ")


def test_nothing_is_fetched_by_check_or_plan(lesson: Path, web: Host) -> None:
    CliRunner().invoke(group, ["check", str(lesson)])
    CliRunner().invoke(group, ["plan", str(lesson), "--environments", "host"])
    assert web.requests == []


def test_a_lesson_without_data_has_none(make_lesson: MakeLesson) -> None:
    root = make_lesson({"episodes/a.md": "Text.\n"})
    assert call("data", "fetch", root).output == ""
    assert json.loads(call("data", "verify", root, "--json").stdout)["data"] == []
