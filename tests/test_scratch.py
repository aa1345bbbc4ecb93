"""Code of a lesson works in a folder of this user's own, outside every repository."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from site_builder.errors import MachineError
from site_builder.files import scratch_folder
from tests.commands.test_main import call
from tests.conftest import MakeLesson

PAGE = "---\ntitle: A\nteaching: 1\nexercises: 0\n---\n\n```{{bash}}\n{code}\n```\n"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


def test_each_lesson_has_one_below_a_folder_that_nobody_else_reads(temporary: Path, tmp_path: Path) -> None:
    one, two = scratch_folder(tmp_path / "one"), scratch_folder(tmp_path / "deep" / "one")
    assert one != two
    assert one == scratch_folder(tmp_path / "deep" / ".." / "one")
    assert one.parent == two.parent == temporary / f"lesson-{os.getuid()}"
    assert one.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("kind", ["link", "file", "open"])
def test_a_place_that_others_could_change_is_refused(temporary: Path, tmp_path: Path, kind: str) -> None:
    place = temporary / f"lesson-{os.getuid()}"
    if kind == "link":
        place.symlink_to(tmp_path)
    elif kind == "file":
        place.write_text("")
    else:
        place.mkdir()
        place.chmod(0o777)
    with pytest.raises(MachineError, match="only you may write"):
        scratch_folder(tmp_path / "lesson")


def test_without_a_usable_tmpdir_it_is_on_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("site_builder.files.scratch.ON_DISK", tmp_path)
    for chosen in ("", str(tmp_path / "missing")):
        monkeypatch.setenv("TMPDIR", chosen)
        assert scratch_folder(tmp_path / "lesson").is_relative_to(tmp_path)


@pytest.mark.parametrize(
    "code", ["cd .. && rm -rf ./* .lesson", "rm -rf ../../../*", "git add -A . ; git -C ../.. add -A .", "echo x > ../../config.yaml"]
)
def test_no_relative_path_leads_into_the_lesson(temporary: Path, make_lesson: MakeLesson, code: str) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "index.md": "Hi.\n", "episodes/a.md": PAGE.format(code=f"{code}; true")})
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    index = root / ".git" / "index"
    before = {path: path.read_bytes() for path in (root / "episodes/a.md", root / "config.yaml", root / "index.md")}
    call("build", str(root), "--environments", "host")
    assert {path: path.read_bytes() for path in before} == before
    assert not index.exists()
    assert (root / "site" / "a.html").exists()
