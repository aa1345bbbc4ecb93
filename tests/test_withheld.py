"""No cell can read the builder's secret variables, not even from the system's list of processes; outputs are still searched for them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from site_builder import withheld
from tests.conftest import MakeLesson

SECRET = "canary-4f1c9e77d2"
PROBE = """
import pathlib
words = [word[::-1] for word in ("{word}",)]
seen = 0
for process in pathlib.Path("/proc").glob("[0-9]*"):
    for name in ("environ", "cmdline"):
        try:
            seen += words[0].encode() in (process / name).read_bytes()
        except OSError:
            pass
print("seen", seen)
"""
PAGE = (
    "---\ntitle: A\nteaching: 1\nexercises: 0\n---\n\n```{{python}}{code}\n```\n\n```{{bash}}\nenv | grep -c CANARY_API_TOKEN; true\n```\n"
)
LESSON = {"config.yaml": "title: L\nlicense: CC-BY 4.0\n", "index.md": "Hello.\n"}


def lesson(*arguments: str, fork: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, which alone is started with the secret."""
    options = () if fork else ("--no-fork",)
    command = [sys.executable, "-m", "site_builder", *arguments, *options]
    return subprocess.run(command, env={**os.environ, "CANARY_API_TOKEN": SECRET}, capture_output=True, text=True, check=False)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not show variables of other processes")
@pytest.mark.parametrize("fork", [True, False], ids=["forked", "started"])
def test_no_process_shows_them_while_cells_run(make_lesson: MakeLesson, fork: bool) -> None:
    root = make_lesson({**LESSON, "episodes/a.md": PAGE.format(code=PROBE.replace("{word}", SECRET[::-1]))})
    done = lesson("build", str(root), "--environments", "host", fork=fork)
    assert done.returncode == 0, done.stderr
    page = (root / "site/a.html").read_text()
    assert "seen 0" in page
    assert ">0\n" in page


def test_an_output_with_one_is_still_found(make_lesson: MakeLesson) -> None:
    root = make_lesson({**LESSON, "episodes/a.md": PAGE.format(code=f"\nprint('canary-' + '{SECRET[7:]}')")})
    done = lesson("build", str(root), "--environments", "host")
    assert done.returncode == 1
    assert "the value of the variable CANARY_API_TOKEN" in done.stderr
    assert SECRET not in done.stdout + done.stderr


def test_arguments_and_exit_codes_are_those_of_one_command(tmp_path: Path) -> None:
    done = lesson("build", str(tmp_path / "a folder"), "--strict")
    assert done.returncode == 2
    assert "a folder does not exist" in done.stderr
    assert withheld.HANDLE not in done.stderr


def test_what_is_withheld_is_there_for_those_who_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(withheld, "_held", {"CHANNEL_TOKEN": "x"})
    assert withheld.variables()["CHANNEL_TOKEN"] == "x"
    assert "CHANNEL_TOKEN" not in os.environ
