"""Pixi there and no network: a build shows the committed records and says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from site_builder.environments import machine
from site_builder.files import remove_folder
from tests.commands.test_doctor import lock
from tests.commands.test_main import call
from tests.conftest import MakeLesson
from tests.environments.conftest import StandIn

OFFLINE = "Error:   × failed to fetch python-3.13.1-b_0.conda\n  help: network access is disabled by offline mode"
PACKAGES = [f"conda: https://conda.example.org/conda-forge/noarch/{name}-1.0-0.conda" for name in ("python", "ipykernel")]
PAGE = "---\ntitle: {title}\nteaching: 1\nexercises: 0\n---\n\n```{{python}}\nprint('value', {value})\n```\n"


@pytest.fixture
def root(make_lesson: MakeLesson, pixi: StandIn) -> Path:
    """A lesson of two episodes of which one has a committed record."""
    lesson = {"config.yaml": "title: L\nlicense: CC-BY 4.0\nepisodes: [a.md]\n", "index.md": "Hello.\n"}
    root = make_lesson(
        {**lesson, "episodes/a.md": PAGE.format(title="A", value=6 * 7), "pixi.lock": lock(default=(machine.subdir(), PACKAGES))}
    )
    call("build", str(root))
    call("records", "save", str(root))
    make_lesson(
        {"config.yaml": "title: L\nlicense: CC-BY 4.0\nepisodes: [a.md, b.md]\n", "episodes/b.md": PAGE.format(title="B", value=43)}
    )
    remove_folder(pixi.prefix("default"))
    remove_folder(root / ".lesson")
    return root


@pytest.mark.parametrize("said", [OFFLINE, "Error:   × error sending request for url (https://conda.example.org/x.conda): dns error"])
def test_a_build_without_a_network_shows_the_records_and_says_so(root: Path, pixi: StandIn, said: str) -> None:
    pixi.set(fail={"install": said})
    result = call("build", str(root))
    assert "warning: LS034 pixi.toml environment `default` is not installed, and cannot be now" in result.stderr
    assert "value 42" in (root / "site/a.html").read_text()
    assert "value 43" not in (root / "site/b.html").read_text()
    assert "LS513" in call("build", str(root), "--strict", code=1).stderr


def test_the_next_build_tries_again(root: Path, pixi: StandIn) -> None:
    pixi.set(fail={"install": OFFLINE})
    call("build", str(root))
    pixi.set(fail={})
    assert "ran episodes/b.md" in call("build", str(root)).output
    assert "value 43" in (root / "site/b.html").read_text()


def test_an_episode_that_is_named_fails_without_a_network(root: Path, pixi: StandIn) -> None:
    pixi.set(fail={"install": OFFLINE})
    assert "Pixi is in offline mode" in call("run", "b", "--lesson", str(root), code=3).output


def test_what_is_not_the_networks_fault_still_stops_the_build(root: Path, pixi: StandIn) -> None:
    pixi.set(fail={"install": "Error:   × lock file not up-to-date with the workspace"})
    call("build", str(root), code=3)
