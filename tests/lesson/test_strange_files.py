"""Whatever lies in a lesson's folder is read or named: nothing hangs, nothing hidden is published, nothing ends in a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path, PurePosixPath

import pytest

from site_builder.files import LARGEST_TEXT, read_json, read_text
from site_builder.lesson.discover import discover
from site_builder.operations.check import check
from site_builder.pipeline.build import build
from site_builder.pipeline.model import Options
from site_builder.pipeline.unchanged import STATE
from site_builder.problems import Problem

PAGE = "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\nText.\n"
HOST = Options("host")
MEASURED = """
import sys
from pathlib import Path
from site_builder.operations.check import check
from site_builder.pipeline.model import Options
problems = check(Path(sys.argv[1]), Options("host")).problems
print(int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]), *(problem.code for problem in problems))
"""
"""Prints the most memory that a check takes, in kB, and the codes that it finds."""


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """A lesson of one page."""
    root = tmp_path / "lesson"
    (root / "episodes" / "fig").mkdir(parents=True)
    (root / "config.yaml").write_text("title: L\n")
    (root / "index.md").write_text("Home\n")
    (root / "episodes" / "a.md").write_text(PAGE)
    return root


def named(root: Path, code: str) -> list[Problem]:
    """Return the problems of a code."""
    return [problem for problem in dict.fromkeys(discover(root)[1].problems) if problem.code == code]


@pytest.mark.parametrize("place", ["episodes/b.md", "learners/setup.md"])
@pytest.mark.parametrize("kind", ["pipe", "device", "nothing"])
def test_what_is_no_file_is_named_and_not_waited_for(lesson: Path, place: str, kind: str) -> None:
    path = lesson / place
    path.parent.mkdir(exist_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero" if kind == "device" else "nowhere")
    begun = time.monotonic()
    found = named(lesson, "LS859")
    check(lesson, HOST)
    assert time.monotonic() - begun < 5
    assert [problem.location.path for problem in found] == [PurePosixPath(place)]


@pytest.mark.parametrize("place", ["episodes/b.md", "links.md", "CITATION.cff", "learners/setup.md", "extra.md"])
def test_a_file_that_is_far_too_large_is_named_and_not_read(lesson: Path, place: str) -> None:
    (lesson / place).parent.mkdir(exist_ok=True)
    with (lesson / place).open("wb") as file:
        file.truncate(210_000_000)
    found = named(lesson, "LS859")
    assert [(problem.location.path, "210 MB" in problem.message) for problem in found] == [(PurePosixPath(place), True)]


def test_a_record_of_210_mb_is_named_within_a_second_and_200_mb(lesson: Path) -> None:
    record = lesson / "records" / "a" / "0123456789abcdef.ipynb"
    record.parent.mkdir(parents=True)
    with record.open("wb") as file:
        file.truncate(210_000_000)
    from site_builder.records import loading  # noqa: F401 - what it imports takes a while, and is no part of the reading
    from site_builder.records.store import read_record

    begun = time.monotonic()
    read = read_record(lesson, PurePosixPath("records/a/0123456789abcdef.ipynb"))
    assert isinstance(read, Problem)
    assert read.code == "LS501"
    assert "210 MB" in read.message
    assert time.monotonic() - begun < 1
    (lesson / "episodes" / "a.md").write_text(PAGE + "\n```{python}\nprint(1)\n```\n")
    done = subprocess.run((sys.executable, "-c", MEASURED, str(lesson)), check=True, capture_output=True, text=True)
    kilobytes, codes = done.stdout.split(maxsplit=1)
    assert int(kilobytes) < 200_000
    assert "LS501" in codes


HIDDEN = (".env", ".git/config", ".ssh/id", ".pypirc", ".lesson/state")


@pytest.mark.parametrize("hidden", HIDDEN)
def test_a_link_to_a_hidden_file_is_named_and_nothing_of_it_is_published(lesson: Path, hidden: str) -> None:
    (lesson / hidden).parent.mkdir(exist_ok=True)
    (lesson / hidden).write_text("do-not-publish")
    (lesson / "episodes" / "fig" / "x.txt").symlink_to(lesson / hidden)
    (lesson / "episodes" / "b.md").symlink_to(f"../{hidden}")
    (lesson / "episodes" / "files").mkdir()
    (lesson / "episodes" / "files" / "folder").symlink_to((lesson / hidden).parent if "/" in hidden else lesson / hidden)
    built = build(lesson, None, HOST)
    assert {"episodes/fig/x.txt", "episodes/b.md"} <= {str(problem.location.path) for problem in named(lesson, "LS014")}
    assert [path for path in built.site.rglob("*") if path.is_file() and b"do-not-publish" in path.read_bytes()] == []


def test_a_link_to_the_content_that_git_annex_keeps_is_followed(lesson: Path) -> None:
    kept = lesson / ".git" / "annex" / "objects" / "x.csv"
    kept.parent.mkdir(parents=True)
    kept.write_text("1\n")
    (lesson / "episodes" / "fig" / "x.csv").symlink_to(kept)
    assert named(lesson, "LS014") == []


def test_a_name_that_is_not_utf_8_is_named_and_left_out(lesson: Path) -> None:
    for name in (b"episodes/\xff.md", b"episodes/fig/\xfe.png", b"loose-\xff.md"):
        Path(os.fsdecode(os.fsencode(lesson) + b"/" + name)).write_text(PAGE)
    assert {str(problem.location.path) for problem in named(lesson, "LS859")} == {
        "episodes/\ufffd.md",
        "episodes/fig/\ufffd.png",
        "loose-\ufffd.md",
    }
    assert build(lesson, None, HOST).changed
    assert not build(lesson, None, HOST).changed


@pytest.mark.parametrize("text", ["[" * 10_000, "[" * 100_000 + "]" * 100_000, '{"fingerprint": []}', "9" * 10_000, "\0", "[]"])
def test_a_strange_state_of_the_last_build_is_as_good_as_none(lesson: Path, text: str) -> None:
    (lesson / STATE).parent.mkdir()
    (lesson / STATE).write_text(text)
    assert build(lesson, None, HOST).changed


def test_a_folder_or_a_pipe_in_place_of_a_state_is_none(lesson: Path) -> None:
    assert read_json(lesson) is None
    os.mkfifo(lesson / "pipe")
    assert read_json(lesson / "pipe") is None


def test_a_text_has_a_limit(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("abc")
    assert read_text(tmp_path / "x", 3) == ("abc", True)
    with pytest.raises(Exception, match="at most 0 MB are read"):
        read_text(tmp_path / "x", 2)
    assert LARGEST_TEXT >= 50_000_000


def test_folders_that_cannot_be_read_are_named(lesson: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (lesson / "learners").mkdir()
    real_list, real_access = os.listdir, os.access

    def listdir(path: str = ".") -> list[str]:
        if Path(path).name == "learners":
            raise PermissionError(13, "Permission denied", str(path))
        return real_list(path)

    monkeypatch.setattr(os, "listdir", listdir)
    monkeypatch.setattr(os, "access", lambda path, mode, **_: Path(path).name != "learners" and real_access(path, mode))
    assert [str(problem.location.path) for problem in named(lesson, "LS859")] == ["learners"]
