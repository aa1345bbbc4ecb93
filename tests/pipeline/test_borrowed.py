"""A page that shows results of other machines says in what they were made otherwise than today; strict builds refuse them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from site_builder.environments import machine
from site_builder.environments.workspace.launch import launch_digests
from site_builder.environments.workspace.lock import read_lock
from site_builder.pipeline.model import Options
from site_builder.pipeline.plan import open_lesson
from site_builder.records.store import RecordStore
from tests.commands.test_doctor import lock
from tests.commands.test_main import call
from tests.conftest import MakeLesson

PAGE = "---\ntitle: A\nteaching: 1\nexercises: 1\nenvironment: {}\n---\n\n::: questions\n- q\n:::\n\n::: objectives\n- o\n:::\n\n```{{python}}\nprint('forty', 42)\n```\n\n::: keypoints\n- k\n:::\n"
ROW = "conda: https://conda.example.org/conda-forge/noarch/numpy-{}-0.conda"
MANIFEST = (
    '[workspace]\nchannels = []\nplatforms = ["linux-64"]\n[activation]\nscripts = ["activate.sh"]\n[activation.env]\nTHREADS = "1"\n'
)


@pytest.fixture
def lesson(make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lesson with a committed record of its locked environment, on a machine without Pixi that lacks the environment."""
    monkeypatch.setattr("shutil.which", lambda name, *_, **__: None if name == "pixi" else f"/usr/bin/{name}")
    root = make_lesson({
        "config.yaml": "title: L\nlicense: CC-BY 4.0\nepisodes: [a.md]\n", "index.md": "Hello.\n", "episodes/a.md": PAGE.format("ml"),
        "pixi.toml": MANIFEST, "activate.sh": "", "pixi.lock": locked("2.3.5"),
    })  # fmt: skip
    call("build", str(root), "--environments", "host")
    packages = read_lock(root / "pixi.lock").find("ml", machine.subdir())
    assert packages is not None
    (stored,) = RecordStore(root).find(["a"])[0]
    record = stored.record
    variables = tuple(sorted(launch_digests(root / "pixi.toml", "ml", machine.subdir()).items()))
    record = replace(
        record,
        parts=replace(record.parts, environment=packages.digest, variables=variables),
        provenance=replace(record.provenance, provider="pixi", packages=packages, locked=True, lock=packages.digest),
    )
    RecordStore(root).remove(stored.path)
    RecordStore(root).save(record)
    call("records", "save", str(root))
    return root


def locked(version: str) -> str:
    return lock(ml=(machine.subdir(), [ROW.format(version)]), default=(machine.subdir(), [ROW.format(version)]))


def edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(root: Path) -> None:
        text = (root / name).read_text()
        assert old in text
        (root / name).write_text(text.replace(old, new))

    return change


def write(name: str, text: str) -> Callable[[Path], object]:
    return lambda root: (root / name).write_text(text)


CHANGES = [
    pytest.param(write("pixi.lock", locked("2.4.6")), "numpy 2.3.5 -&gt; 2.4.6", id="lock"),
    pytest.param(edit("pixi.toml", '"1"', '"2"'), "THREADS changed", id="variable"),
    pytest.param(write("activate.sh", "export A=1\n"), "activate.sh changed", id="script"),
    pytest.param(edit("config.yaml", "title", "execution:\n  variables:\n    SEED: '1'\ntitle"), "settings: SEED added", id="settings"),
    pytest.param(edit("episodes/a.md", "environment: ml", "environment: default"), "environment ml -&gt; default", id="environment"),
]


def test_what_was_made_as_today_needs_no_word(lesson: Path) -> None:
    said = call("build", str(lesson), "--strict", "--locked")
    assert "1 from its locked environment" in said.stdout
    assert "Otherwise than today" not in (lesson / "site/a.html").read_text()


@pytest.mark.parametrize(("change", "words"), CHANGES)
def test_what_was_made_otherwise_is_said_and_refused(lesson: Path, change: Callable[[Path], object], words: str) -> None:
    call("build", str(lesson))
    change(lesson)
    plain = words.replace("&gt;", ">")
    if "environment" not in words and "numpy" not in words:  # packages and the machine's own are equal there: a record with that key
        assert plain in call("plan", str(lesson)).stdout
    said = call("build", str(lesson))
    assert (
        f"LS520 episodes/a.md:5 its results were made {'with another lock' if 'numpy' in words else 'otherwise'} than today" in said.stderr
    )
    assert plain in said.stderr
    page = (lesson / "site/a.html").read_text()
    assert words in page
    assert "forty 42" in page
    assert "1 made " in said.stdout
    assert "LS520" in call("build", str(lesson), "--strict", code=1).stderr
    assert "LS030" in call("build", str(lesson), "--locked", code=1).stderr


def test_a_fallback_to_the_machines_own_packages_is_said_and_refused(lesson: Path) -> None:
    (lesson / "episodes/a.md").write_text(PAGE.format("ml").replace("42", "43"))
    assert "which --locked refuses (nothing here provides what is in pixi.lock" in call("build", str(lesson), "--locked", code=1).stderr
    said = call("build", str(lesson))
    assert "(host)" in said.stderr
    assert "1 from this machine's own packages (nothing here provides what is in pixi.lock" in said.stdout
    assert "in place of the locked ml" in (lesson / "site/a.html").read_text()
    assert not open_lesson(lesson, Options()).episodes[0].record.provenance.locked  # type: ignore[union-attr]
