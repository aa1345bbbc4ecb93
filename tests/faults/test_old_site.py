"""Whatever goes wrong while a site is made, the existing site stays, byte for byte (rows 3, 5 and 6 of tests/faults/rows.toml)."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from site_builder.errors import MachineError, SiteBuilderError
from site_builder.pipeline import build as build_stage
from site_builder.pipeline.model import Options

MakeLesson = Callable[[dict[str, str]], Path]
FILES = {"config.yaml": "title: L\n", "index.md": "Hello.\n", "episodes/a.md": "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\nText.\n"}


def build(root: Path) -> None:
    build_stage.build(root, None, Options("host"))


def digest(site: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(site.rglob("*")):
        found.update(str(path.relative_to(site)).encode() + (path.read_bytes() if path.is_file() else b""))
    return found.hexdigest()


@pytest.mark.parametrize(
    "place",
    [
        "site_builder.render.mkdocs.engine.MkDocsEngine.update",
        "site_builder.pipeline.render.write_manifest",
        "site_builder.pipeline.render.publish",
    ],
)
def test_an_exception_at_each_late_stage(make_lesson: MakeLesson, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    root = make_lesson(FILES)
    build(root)
    before = digest(root / "site")
    (root / "index.md").write_text("Changed.\n")

    def fail(*_: object, **__: object) -> None:
        raise MachineError("the disk is full")

    monkeypatch.setattr(place, fail)
    with pytest.raises(SiteBuilderError):
        build(root)
    assert digest(root / "site") == before
    assert [path.name for path in root.iterdir() if path.name.startswith(".site")] == []
    assert list((root / ".lesson").glob("stage.*")) == []


def test_an_output_that_cannot_be_written_is_one_line_and_exit_3(make_lesson: MakeLesson, tmp_path: Path) -> None:
    root = make_lesson(FILES)
    target = tmp_path / "closed"
    target.write_text("a file stands where a folder should be")
    command = [sys.executable, "-m", "site_builder", "build", str(root), "--output", str(target / "site")]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "CI": ""}, check=False)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert "cannot be written" in done.stderr


def test_of_two_builds_at_once_one_works_and_one_is_told(make_lesson: MakeLesson) -> None:
    root = make_lesson(FILES)
    command = [sys.executable, "-m", "site_builder", "build", str(root), "--environments", "host"]
    both = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(2)]
    codes = sorted(process.wait() for process in both)
    assert codes in ([0, 0], [0, 5])
    assert (root / "site" / "a.html").is_file()
