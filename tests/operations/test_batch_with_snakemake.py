"""A Snakefile of a batch, run by Snakemake itself: order, a failure that stops nothing else, and what came home."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT, MakeLesson, command
from tests.operations.test_batch_on_slurm import episode

pytestmark = [pytest.mark.world("snakemake"), pytest.mark.skipif(shutil.which("snakemake") is None, reason="needs Snakemake on PATH")]


def test_tasks_run_in_order_and_a_failure_stops_no_other(make_lesson: MakeLesson) -> None:
    lesson = make_lesson({
        "config.yaml": "title: T\nepisodes: [a.md, b.md, c.md]\n",
        "episodes/a.md": episode("open('out.txt', 'w').write('from a')"),
        "episodes/b.md": episode("print(open('out.txt').read())", "needs: [a]\n"),
        "episodes/c.md": episode("1 / 0"),
    })  # fmt: skip

    def batch(*words: str) -> str:
        program = [sys.executable, "-m", "site_builder", "batch", *words, "--lesson", str(lesson)]
        done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    written = batch("--snakemake", "--environments", "host", "--minutes", "1")
    (line,) = [line for line in written.splitlines() if line.startswith("snakemake ")]
    done = subprocess.run(
        shlex.split(line), env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=lesson, capture_output=True, text=True, timeout=170, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "ZeroDivisionError" in batch("status")
    assert "2 of 3 records accepted, 0 refused" in batch("collect", "--environments", "host")
    assert command(lesson, "plan", "--environments", "host").stdout.count("reuse") == 2
