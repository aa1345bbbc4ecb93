"""The line that shows how a run goes on: on a terminal alone, below what is printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from site_builder.commands.console import Console
from site_builder.commands.run_progress import RunProgress
from site_builder.execute.base import Advanced, Finished, Started
from site_builder.pipeline.model import Expected
from tests.conftest import ROOT, MakeLesson

CELLS = (
    "---\ntitle: A\nteaching: 1\nexercises: 1\n---\n\n```{python}\nimport time; time.sleep(0.4)\n```\n\n"
    "```{python}\ntime.sleep(0.4)\nprint(6 * 7)\n```\n"
)


class Named:
    def __init__(self, slug: str) -> None:
        self.slug = slug
        self.job = self


def test_episodes_cells_and_the_share_of_the_time_are_counted() -> None:
    progress = RunProgress(Console())
    progress.begins({"a": Expected(4, 10.0), "b": Expected(10, None)})
    assert (progress.counts, progress.completed) == ("0 of 2 episodes, 0 of 14 cells", 0)
    progress.hears(Started(Named("a"), "host"))  # type: ignore[arg-type]
    progress.hears(Advanced(Named("a"), 1))  # type: ignore[arg-type]
    assert (progress.counts, progress.completed) == ("0 of 2 episodes, 1 of 14 cells", 2.5)
    progress.hears(Finished(Named("a")))  # type: ignore[arg-type]
    progress.hears(Advanced(Named("b"), 10))  # type: ignore[arg-type]
    assert progress.counts == "1 of 2 episodes, 14 of 14 cells"
    assert progress.completed == pytest.approx(10.5)
    progress.begins({"a": Expected(4, 10.0)})  # it needed what b left
    assert progress.counts == "0 of 2 episodes, 10 of 14 cells"
    progress.ends()


def run(root: Path, *words: str) -> tuple[int, str]:
    """Run the builder with a terminal as its standard error and return all that it showed there."""
    import pty  # not on every system

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "site_builder", "run", "--lesson", str(root), "--environments", "host", *words]
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "100"}
    variables.pop("CI", None)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs, env=variables)
    os.close(theirs)
    shown = b""
    while True:
        try:
            data = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not data:
            break
        shown += data
    os.close(ours)
    lines = re.sub(r"\r?\x1b\[2K", "\n", shown.decode())  # the line is wiped, and written again
    return process.wait(), re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", lines)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX's")
def test_a_terminal_shows_them_and_the_lines_stay_whole(make_lesson: MakeLesson) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "episodes/a.md": CELLS})
    status, shown = run(root)
    assert status == 0
    assert "0 of 1 episodes, 1 of 2 cells" in shown
    assert re.search(r"^running episodes/a\.md in environment default \(host\)\r?$", shown, re.MULTILINE)
    assert re.search(r"^ran episodes/a\.md in \d\.\d s\r?$", shown, re.MULTILINE)
    (root / "episodes/a.md").write_text(CELLS.replace("6 * 7", "7 * 7"))
    assert " cells" not in run(root, "-q")[1]


@pytest.mark.slow
def test_a_pipe_shows_nothing_of_it(make_lesson: MakeLesson) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "episodes/a.md": CELLS})
    command = [sys.executable, "-m", "site_builder", "run", "--lesson", str(root), "--environments", "host"]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
    assert "cells" not in done.stderr and "\x1b" not in done.stderr
