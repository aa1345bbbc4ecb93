"""An interrupt during execution ends everything soon, and finished records are kept (row 2 of tests/faults/rows.toml)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from site_builder.execute.local.server_process import HAS_REAPER
from site_builder.files import scratch_folder
from tests.conftest import MakeLesson

HEAD = "---\ntitle: T\nteaching: 1\nexercises: 0\n---\n\n"
QUICK = "```{python}\nprint(1)\n```\n"
LONG = "```{python}\nimport subprocess\nsubprocess.Popen(['sleep', '311.5'], start_new_session=True)\n```\n\n```{bash}\nsleep 311.5\n```\n"
BACKGROUND = ("sh", "-c", "trap '' INT; exec \"$@\"", "sh")
"""Starts a command as a shell's script does with `&`: interrupts are ignored."""


def sleeping() -> list[psutil.Process]:
    return [process for process in psutil.process_iter(["cmdline"]) if (process.info["cmdline"] or [])[-1:] == ["311.5"]]


@pytest.mark.slow
@pytest.mark.skipif(not HAS_REAPER, reason="daemons are swept up on Linux only")
@pytest.mark.parametrize(
    ("number", "start"),
    [
        (signal.SIGINT, ()),
        (signal.SIGTERM, ()),
        (signal.SIGTERM, BACKGROUND),
        (signal.SIGHUP, ()),
        (signal.SIGKILL, ()),
    ],
    ids=["interrupted", "terminated", "terminated in the background", "hung up", "killed"],
)
def test_2_nothing_is_left_running_and_finished_records_stay(
    make_lesson: MakeLesson, number: signal.Signals, start: tuple[str, ...]
) -> None:
    root = make_lesson({
        "config.yaml": "title: L\nepisodes: [long.md, quick.md]\n",
        "index.md": "Hello.\n",
        "episodes/long.md": HEAD + LONG,
        "episodes/quick.md": HEAD + QUICK,
    })  # fmt: skip
    command = [*start, sys.executable, "-m", "site_builder", "build", str(root), "--environments", "host", "--jobs", "2"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    while "ran episodes/quick.md" not in process.stderr.readline():
        assert process.poll() is None
    while len(sleeping()) < 2:
        time.sleep(0.05)
    started = time.monotonic()
    process.send_signal(number)
    assert process.wait(10) == (-signal.SIGKILL if number is signal.SIGKILL else 130)
    while sleeping():
        assert time.monotonic() - started < 8
        time.sleep(0.05)
    assert [path.name for path in (root / ".lesson/records").iterdir()] == ["quick"]
    assert not (root / "site").exists()
    if number is not signal.SIGKILL:
        assert not [path.name for path in scratch_folder(root).iterdir() if path.name != "matplotlib"]
        assert not list((root / ".lesson").glob("stage.*"))


@pytest.mark.slow
def test_what_a_killed_run_left_is_gone_after_the_next_one(make_lesson: MakeLesson) -> None:
    page = "---\ntitle: T\nteaching: 1\nexercises: 0\n---\n\n```{{python}}\n{code}\n```\n"
    root = make_lesson({"config.yaml": "title: L\n", "index.md": "Hi.\n", "episodes/a.md": page.format(code="import time; time.sleep(60)")})
    command = [sys.executable, "-m", "site_builder", "build", str(root), "--environments", "host"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 30
    while not list(scratch_folder(root).glob("a.*")) and time.monotonic() < end:
        time.sleep(0.05)
    process.kill()
    process.wait()
    (root / ".lesson/stage.abcdefgh").mkdir()
    (scratch_folder(root) / "own").mkdir()
    assert list(scratch_folder(root).glob("a.*"))
    (root / "episodes/a.md").write_text(page.format(code="1"))
    subprocess.run(command, check=True, capture_output=True)
    assert sorted(path.name for path in scratch_folder(root).iterdir()) == ["kept", "matplotlib", "own"]
    assert not list((root / ".lesson").glob("stage.*"))


@pytest.mark.slow
@pytest.mark.skipif(not HAS_REAPER, reason="a terminal's interrupt goes to a group of processes")
@pytest.mark.parametrize("seconds", [0.2, 0.3, 0.4, 0.5, 0.7])
def test_an_interrupt_of_the_terminal_shows_no_traceback_of_any_process(make_lesson: MakeLesson, seconds: float) -> None:
    """Ctrl-C goes to all processes of a terminal at once, whatever each is doing: one may still be importing."""
    root = make_lesson({"config.yaml": "title: L\n", "index.md": "Hello.\n", "episodes/a.md": HEAD + QUICK})
    command = [sys.executable, "-m", "site_builder", "build", "--lesson", str(root), "--environments", "host", "--force"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGINT)
    said, shown = process.communicate(timeout=30)
    assert "Traceback" not in shown + said, shown


DROPPED = """
import time
import weakref
from site_builder.commands import inherited

class Some: ...

def dropped(reference):
    raise KeyboardInterrupt if {interrupt} else ValueError

inherited._lose_no_interrupt()
some = Some()
kept = weakref.ref(some, dropped)
try:
    del some
    time.sleep(5)
except KeyboardInterrupt:
    print("interrupted")
"""


def test_an_interrupt_that_python_drops_comes_again() -> None:
    command = [sys.executable, "-c", DROPPED.format(interrupt=True)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("interrupted\n", "")
    other = subprocess.run(
        [*command[:2], DROPPED.format(interrupt=False).replace("sleep(5)", "sleep(0)")], capture_output=True, text=True, check=False
    )
    assert other.stdout == "" and "ValueError" in other.stderr


@pytest.mark.skipif(not HAS_REAPER, reason="Windows has no SIGTERM that a process can catch")
@pytest.mark.parametrize("words", [("run", "a", "--watch", "--lesson"), ("serve", "--no-open")], ids=["run --watch", "serve"])
def test_a_command_that_waits_in_the_background_of_a_script_can_be_ended(make_lesson: MakeLesson, words: tuple[str, ...]) -> None:
    root = make_lesson({"config.yaml": "title: L\n", "index.md": "Hello.\n", "episodes/a.md": HEAD + QUICK})
    command = [*BACKGROUND, sys.executable, "-u", "-m", "site_builder", *words, str(root), "--environments", "host"]
    process = subprocess.Popen(command, stderr=subprocess.STDOUT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = ""
    while "waiting" not in said and "http://" not in said:
        said = process.stdout.readline()
        assert said, "it ended by itself"
    process.terminate()
    try:
        assert process.wait(20) == 130
    finally:
        process.kill()
    assert "Traceback" not in process.stdout.read()
