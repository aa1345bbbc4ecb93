"""Watching runs an episode again at each save, quickly, and survives what goes wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from site_builder.pipeline.watch import look
from tests.conftest import MakeLesson


def episode(code: str) -> str:
    return f"---\ntitle: T\nteaching: 1\nexercises: 0\ninputs: [files/number.txt]\n---\n\n```{{python}}\n{code}\n```\n"


@pytest.fixture
def root(make_lesson: MakeLesson) -> Path:
    return make_lesson({
        "config.yaml": "title: L\nepisodes: [first.md, second.md]\n",
        "index.md": "Hello.\n",
        "episodes/first.md": episode("int(open('files/number.txt').read()) * 2"),
        "episodes/second.md": episode("1"),
        "episodes/files/number.txt": "4",
    })  # fmt: skip


@contextmanager
def watching(root: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-u", "-m", "site_builder", "run", "first", "--watch", "--environments", "host", "--lesson", str(root)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130


def line(process: subprocess.Popen[str], words: str) -> str:
    assert process.stderr is not None
    end = time.monotonic() + 20
    while time.monotonic() < end:
        text = process.stderr.readline()
        if words in text:
            return text
    raise AssertionError(f"never said: {words}")


@pytest.mark.slow
def test_each_save_runs_the_episode_again_and_an_error_is_told_with_its_place(root: Path) -> None:
    with watching(root) as process:
        line(process, "waiting")
        assert [path.name for path in (root / ".lesson/records").iterdir()] == ["first"]
        for save, words in (
            (lambda: (root / "episodes/files/number.txt").write_text("5"), "ran episodes/first.md"),
            (lambda: (root / "episodes/first.md").write_text(episode("1/0")), "episodes/first.md:9 cell `cell-1` in environment"),
            (lambda: None, "failed after"),
            (lambda: (root / "config.yaml").write_text("title: [\n"), "error"),
            (lambda: (root / "config.yaml").write_text("title: L\nepisodes: [first.md]\n"), "ZeroDivisionError"),
            (lambda: (root / "episodes/first.md").write_text(episode("3")), "ran episodes/first.md"),
        ):
            save()
            line(process, words)
        line(process, "waiting")
    assert not list((root / ".lesson/work").glob("first.*"))


@pytest.mark.slow
def test_a_save_ends_the_run_of_what_was_there_before(root: Path) -> None:
    page = root / "episodes/first.md"
    with watching(root) as process:
        line(process, "waiting")
        page.write_text(episode("import time\ntime.sleep(100)"))
        time.sleep(1)
        page.write_text(episode("7"))
        line(process, "saved again")
        line(process, "ran episodes/first.md")
        line(process, "up to date")
    assert not list((root / ".lesson/work").glob("first.*"))


def test_only_what_can_change_the_chosen_episode_is_watched(root: Path) -> None:
    before = look(root, ("first",))
    (root / "episodes/second.md").write_text(episode("2"))
    (root / "index.md").write_text("Other words.\n")
    assert look(root, ("first",)) == before
    os.utime(root / "episodes/files/number.txt", (1, 1))
    assert look(root, ("first",)) != before
    (root / "config.yaml").write_text("title: [\n")
    assert look(root, ("first",)) == ()
