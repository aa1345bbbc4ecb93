"""Data from elsewhere are there before a job begins: fetched before anything is submitted, and brought along where no disk is shared."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from site_builder.errors import EnvironmentUnavailable
from site_builder.operations.batch.folder import numbers
from site_builder.operations.batch.planning import data_of_tasks, planned_for_cluster, tasks_to_send, travelling
from site_builder.operations.batch.sending import send
from site_builder.operations.verify_static import verify_static
from site_builder.pipeline import execute
from site_builder.pipeline.data import fetch_or_fail
from site_builder.pipeline.model import Options
from site_builder.verification.typed.findings import FenceVerdict
from tests.conftest import MakeLesson
from tests.hosts import Host

HOST = Options("host")
DATA = b"year\n1952\n"
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def lesson(make_lesson: MakeLesson, web: Host) -> Path:
    head = "---\ntitle: T\nteaching: 1\nexercises: 0\n{}---\n\n"
    front = f"data:\n- address: {web.has('/a.csv', DATA)}\n  sha256: {DIGEST}\n- address: {web.has('/b.csv', DATA)}\n  sha256: {DIGEST}\n"
    read = "```{python}\nprint(open('data/a.csv').read())\n```\n"
    return make_lesson({
        "config.yaml": "title: L\nepisodes: [a.md, b.md]\n", "index.md": "Hi.\n",
        "episodes/a.md": head.format(front) + read, "episodes/b.md": head.format("") + "```{python}\nprint(1)\n```\n",
    })  # fmt: skip


def test_a_job_without_a_shared_disk_brings_them(lesson: Path, web: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planned = planned_for_cluster(lesson, HOST)
    tasks = tasks_to_send(planned, (), 10)
    name = f".lesson/data/{DIGEST}"
    assert name not in [each for each, _ in travelling(planned, tasks)]
    fetch_or_fail(planned.lesson, data_of_tasks(planned, tasks))
    assert web.asked == ["/a.csv"]  # the other entry is the same file
    brought = dict(travelling(planned, tasks))
    assert brought[name].read_bytes() == DATA
    others = tasks_to_send(planned, ("b",), 10)
    assert name not in dict(travelling(planned, others))
    copy = tmp_path / "copy"
    for each, file in brought.items():
        (copy / each).parent.mkdir(parents=True, exist_ok=True)
        (copy / each).write_bytes(file.read_bytes())
    monkeypatch.setenv("LESSON_DATA_FOLDER", str(tmp_path / "none"))
    web.requests.clear()
    execute.run(copy, HOST, ("a",))
    assert web.requests == []


def test_nothing_is_submitted_without_them_and_a_trial_fetches_nothing(lesson: Path, web: Host) -> None:
    send(lesson, "snakemake", HOST, dry=True)
    assert web.requests == []
    web.says("/a.csv", 404)
    with pytest.raises(EnvironmentUnavailable) as caught:
        send(lesson, "snakemake", HOST)
    assert {problem.code for problem in caught.value.problems} == {"LS038"}
    assert numbers(lesson) in (None, [], ())


def test_typed_code_finds_them_too(make_lesson: MakeLesson, web: Host) -> None:
    page = "---\ntitle: T\nteaching: 1\nexercises: 0\n---\n\n```python\nprint(open('data/a.csv').read().split())\n```\n\n```output\n['year', '1952']\n```\n"
    settings = f"title: L\ndata:\n- address: {web.has('/a.csv', DATA)}\n  sha256: {DIGEST}\n"
    root = make_lesson({"config.yaml": settings, "index.md": "Hi.\n", "episodes/a.md": page})
    done = verify_static(root, HOST, ())
    assert web.asked == ["/a.csv"]
    assert [finding.verdict for episode in done.episodes for finding in episode.findings] == [FenceVerdict.SAME]
