"""Batches on a real Slurm of one node: arrays, dependencies, a time limit, a cancelled job, and requests that cannot be met."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, MakeLesson
from tests.course.test_one_node_slurm import PROGRAM, needs_slurm, slurm

pytestmark = [needs_slurm, pytest.mark.world("slurm")]


def episode(code: str, front: str = "") -> str:
    return f"---\ntitle: T\nteaching: 1\nexercises: 0\n{front}---\n\n```{{python}}\n{code}\n```\n"


def on_slurm(lesson: Path, script: str, *options: str) -> str:
    """Run lines of shell beside a Slurm, with `lesson` as a function and `wait_for WORD`, which waits for a word in a batch's status."""
    head = f"""
set -u
cd {lesson}
export PYTHONPATH={ROOT}
lesson() {{ {sys.executable} -m site_builder "$@"; }}
wait_for() {{ for _ in $(seq 60); do lesson batch status > status.txt 2>&1; grep -q "$1" status.txt && break; sleep 0.5; done; cat status.txt; }}
"""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), *options, "bash", "-c", head + script],
        capture_output=True,
        text=True,
        timeout=250,
        env={**os.environ, "CI": ""},
    )
    return done.stdout + done.stderr


def test_a_batch_runs_in_order_comes_home_once_and_is_shown(make_lesson: MakeLesson) -> None:
    lesson = make_lesson({
        "config.yaml": "title: T\nepisodes: [a.md, b.md, c.md]\n",
        "episodes/a.md": episode("open('out.txt', 'w').write('from a')"),
        "episodes/b.md": episode("print(open('out.txt').read())", "needs: [a]\n"),
        "episodes/c.md": episode("print('c')"),
    })  # fmt: skip
    said = on_slurm(
        lesson,
        """
lesson batch --slurm --environments host --minutes 1
wait_for "3 done"
lesson batch collect --environments host
lesson batch collect --environments host
lesson plan --environments host
grep -h '"job"' .lesson/records/b/*.ipynb
""",
    )
    assert "sent 3 tasks, 3 episodes as batch 1" in said, said
    assert "--dependency=afterok:" in said
    assert "3 of 3 records accepted, 0 refused" in said
    assert "0 of 3 records accepted, 3 before, 0 refused" in said
    assert said.count("reuse") == 3
    assert '"job": "Slurm job ' in said


def test_what_failed_and_what_never_came_home_is_named_and_can_be_sent_again(make_lesson: MakeLesson) -> None:
    lesson = make_lesson({
        "config.yaml": "title: T\n",
        "episodes/a.md": episode("1 / 0"),
        "episodes/b.md": episode("import time\ntime.sleep(100)"),
        "episodes/c.md": episode("print('c')", "needs: [a]\n"),
        "episodes/d.md": episode("print('d')"),
    })  # fmt: skip
    said = on_slurm(
        lesson,
        """
lesson batch --slurm --environments host --minutes 1
wait_for "1 failed"
for _ in $(seq 40); do [ -f .lesson/batch/1/records/.outcomes/b.json ] && [ -d .lesson/batch/1/records/d ] && break; sleep 0.5; done
sleep 2
lesson batch cancel
wait_for "  b: "
lesson batch collect --environments host
""",
    )
    assert "ZeroDivisionError" in said, said
    assert "b: LS360 episodes/b.md:8" in said, said
    assert "c: nothing of it came home" in said
    assert "to send these again: lesson batch --slurm --episode a" in said
    assert "1 of 4 records accepted, 0 refused" in said
    assert "still to run: b" in said


def test_a_job_that_reaches_its_time_limit_ends_in_order(make_lesson: MakeLesson) -> None:
    lesson = make_lesson({
        "episodes/a.md": episode("print('quick')"),
        "episodes/b.md": episode("print('first')") + "\n```{python}\nimport time\ntime.sleep(200)\n```\n",
    })  # fmt: skip
    said = on_slurm(
        lesson,
        """
lesson batch --slurm --environments host
job=$(sed -n 's/.*"\\([0-9]*\\)_1".*/\\1/p' .lesson/batch/1/batch.json)
for _ in $(seq 40); do [ -f .lesson/batch/1/records/.outcomes/b.json ] && break; sleep 0.5; done
sleep 2
scancel --signal=TERM --batch "${job}_1"
wait_for "failed"
""",
    )
    assert "ended from outside in cell 2 of 2" in said, said


@pytest.mark.skipif(not os.access(slurm.CONTROL_GROUPS, os.W_OK), reason="needs control groups of version 1 that can be written")
def test_what_needs_more_memory_or_time_than_it_got_is_said_and_the_rest_comes_home(make_lesson: MakeLesson) -> None:
    lesson = make_lesson({
        "config.yaml": "title: T\nbatch:\n  memory: 300M\n  time: 2\n",
        "episodes/a.md": episode("data = bytearray(900_000_000)\nprint(len(data))"),
        "episodes/b.md": episode("print('first')") + "\n```{python}\nimport time\ntime.sleep(600)\n```\n",
        "episodes/c.md": episode("print('c')"),
    })  # fmt: skip
    said = on_slurm(
        lesson,
        """
lesson batch --slurm --environments host --minutes 1
for _ in $(seq 200); do [ -f .lesson/batch/1/records/.outcomes/b.json ] && [ -f .lesson/batch/1/records/.outcomes/a.json ] && break; sleep 1; done
sleep 3
for _ in $(seq 120); do squeue --noheader | grep -q . || break; sleep 1; done
lesson batch status
lesson batch collect --environments host
squeue --noheader --states=all --array --format='%i %T'
""",
        "--memory",
    )
    assert "out of memory" in said.lower(), said
    assert "b: LS360 episodes/b.md:12" in said, said
    assert "ended from outside in cell 2 of 2" in said
    assert "1 of 3 records accepted, 0 refused" in said
    assert "to send these again: lesson batch --slurm --episode a --episode b" in said


@pytest.mark.parametrize(
    ("block", "code", "words"),
    [
        ("cpus: 99", "LS36", "1"),  # some releases refuse it themselves, others accept it for ever
        ("partition: nope", "LS361", "invalid partition"),
        ("memory: 900G", "LS36", ""),
        ("gpu-partition: short", "", ""),
    ],
)
def test_an_impossible_request_is_refused_before_anything_is_sent(make_lesson: MakeLesson, block: str, code: str, words: str) -> None:
    lesson = make_lesson({"config.yaml": f"title: T\nbatch:\n  {block}\n", "episodes/a.md": episode("print(1)")})
    said = on_slurm(lesson, "lesson batch --slurm --environments host; squeue --noheader --states=all; ls .lesson/batch")
    if code:
        assert code in said, said
        assert words in said.lower() or words in said
        assert "sent" not in said.replace("nothing was sent", "")
    else:
        assert "sent 1 task, 1 episode " in said
