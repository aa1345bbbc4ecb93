"""The plan shows for each episode what would happen, and for each cell that cannot run here what it needs."""

from __future__ import annotations

import json

import pytest

from site_builder.environments.workspace import freshness
from tests.commands.test_main import call
from tests.conftest import MakeLesson

PAGE = "---\ntitle: A\nteaching: 1\nexercises: 0\n---\n\n```{python}\n1\n```\n\n```{python}\n#| label: pool\n#| requires: [htcondor, docker]\n2\n```\n"


def test_cells_that_cannot_run_here_are_named_with_what_they_need(make_lesson: MakeLesson) -> None:
    root = str(make_lesson({"config.yaml": "title: L\nepisodes: [a.md]\n", "index.md": "Hello.\n", "episodes/a.md": PAGE}))
    said = call("plan", root, "--environments", "host").output
    assert "run     a " in said
    assert "cell pool: cannot run here, needs HTCondor's Python module and a running Docker engine" in said
    (step,) = json.loads(call("plan", root, "--json", "--environments", "host").stdout)["steps"]
    assert step["missing"] == {"pool": ["htcondor", "docker"]}


def test_what_is_wrong_is_told_once_and_not_as_a_lesson_without_cells(make_lesson: MakeLesson) -> None:
    page = PAGE.replace("exercises: 0", "exercises: 0\nneeds: [b]")
    root = str(make_lesson({"config.yaml": "title: L\nepisodes: [a.md]\n", "index.md": "Hello.\n", "episodes/a.md": page}))
    result = call("plan", root, "--environments", "host", code=1)
    assert result.stderr.count("error: LS024 ") == 1
    assert "no episode has cells" not in result.stdout


def test_a_lock_that_does_not_fit_is_said_before_anything_is_installed(make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freshness.shutil, "which", lambda name: None)
    manifest = '[workspace]\nchannels = []\nplatforms = ["linux-64"]\n[dependencies]\npython = ">=3.12"\n'
    lesson = {"config.yaml": "title: L\nepisodes: [a.md]\n", "index.md": "Hello.\n", "episodes/a.md": PAGE, "pixi.toml": manifest}
    python = {"conda": "https://c.example.org/linux-64/python-3.11.1-0.conda"}
    lock = {"version": 6, "environments": {"default": {"channels": [], "packages": {"linux-64": [python]}}}, "packages": [python]}
    root = str(make_lesson({**lesson, "pixi.lock": json.dumps(lock)}))
    warned = call("plan", root, "--environments", "rattler").stderr
    assert "warning: LS033 pixi.lock environment `default` on linux-64: python 3.11.1 is locked, but the manifest requires >=3.12" in warned
    assert "LS033" not in call("plan", root, "--environments", "host").stderr
