"""The two sizes of test run: parts of the world take turns within a budget, and what was not tested is said."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.world import PARTS, examples, turn_order

SETTINGS = """
[pytest]
addopts = -m "not world" --strict-markers --import-mode=importlib
markers = world(part): of the world
"""
CLOCK = """
import time, types
import tests.world
pytest_plugins = ("tests.world", "tests.untested")
minutes = tests.world.minutes = [0]
tests.world.time = types.SimpleNamespace(monotonic=lambda: 60 * minutes[0], time=time.time)
"""
TESTS = """
import pytest, tests.world
def one_minute(): tests.world.minutes[0] += 1
@pytest.mark.world("r")
def test_r(): one_minute()
@pytest.mark.world("slurm")
def test_slurm(): one_minute()
@pytest.mark.world("slurm")
def test_slurm_again(): one_minute()
@pytest.mark.skip(reason="needs a telescope")
@pytest.mark.parametrize("number", range(3))
def test_stars(number): pass
def test_plain(): pass
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "pytest.ini").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "conftest.py").write_text(CLOCK, encoding="utf-8")
    (tmp_path / "test_some.py").write_text(TESTS, encoding="utf-8")
    return tmp_path


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")} | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pytest", "-v", *options]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def table(output: str) -> list[str]:
    """Return the rows under the heading, without what pytest says after them."""
    lines = output.partition("not tested here")[2].splitlines()[1:]
    end = next(number for number, line in enumerate(lines) if line.startswith("==="))
    return [line.strip() for line in lines[:end] if line.strip()]


def test_the_ordinary_run_leaves_the_world_and_ends_with_what_it_could_not_test(suite: Path) -> None:
    done = run(suite)
    assert done.returncode == 0, done.stdout
    assert "1 passed, 3 skipped, 3 deselected" in done.stdout
    assert table(done.stdout) == ["3  needs a telescope", f"world  left to `make test-world`: {', '.join(PARTS)}"]
    assert re.fullmatch(r"=+ 1 passed.* =+", done.stdout.splitlines()[-1])


def test_two_workers_say_the_same(suite: Path) -> None:
    done = run(suite, "-n", "2", "--dist", "loadfile")
    assert "3  needs a telescope" in table(done.stdout)


def test_past_the_budget_no_part_begins_and_the_longest_waiting_comes_first_next_time(suite: Path) -> None:
    order = []
    for _ in range(3):
        done = run(suite, "-m", "world", "--budget", "1")
        assert done.returncode == 0, done.stdout
        ran = set(re.findall(r"test_(\w+?)(?:_again)? PASSED", done.stdout))
        assert len(ran) == 1
        (row,) = table(done.stdout)
        assert "left out, since the 1 minutes were over" in row
        order += ran
    assert order[0] == order[2] != order[1]
    assert "random tests: --hypothesis-seed=" in done.stdout


def test_a_part_that_has_begun_is_finished(suite: Path) -> None:
    (suite / "test_some.py").write_text(TESTS.replace('world("r")', "skip"), encoding="utf-8")
    assert "2 passed" in run(suite, "-m", "world", "--budget", "1", "-p", "no:cacheprovider").stdout
    done = run(suite, "-m", "world", "--budget", "0")
    assert "2 skipped" in done.stdout
    assert "passed" not in done.stdout


def test_a_part_that_nobody_knows_is_refused(suite: Path) -> None:
    (suite / "test_some.py").write_text(TESTS.replace('"r"', '"moon"'), encoding="utf-8")
    done = run(suite, "-m", "world")
    assert done.returncode != 0
    assert "takes one of" in done.stdout + done.stderr


def test_turns_go_by_waiting_time_and_then_by_day() -> None:
    assert turn_order(["a", "b", "c"], {"a": 30.0, "b": 10.0, "c": 20.0}, 0) == ["b", "c", "a"]
    assert turn_order(["a", "b", "c"], {}, 1) == ["b", "c", "a"]
    assert turn_order(["a", "b", "c"], {"b": 5.0}, 1) == ["c", "a", "b"]
    assert turn_order([], {}, 5) == []


def test_a_tenth_of_the_examples_unless_all_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LESSON_FULL", raising=False)
    assert examples(10_000) == 1000
    monkeypatch.setenv("LESSON_FULL", "1")
    assert examples(10_000) == 10_000
