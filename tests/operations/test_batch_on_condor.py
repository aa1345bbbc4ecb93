"""Batches on a real personal pool of HTCondor: file transfer without a shared disk, a DAG, a removed job, impossible requests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, MakeLesson
from tests.operations.test_batch_on_slurm import episode

POOL = Path(__file__).with_name("condor_pool.sh")
DEBIAN = Path(os.environ.get("LESSON_CONDOR_ROOT", "/nowhere"))
"""A folder with a Debian 13 and its package minihtcondor: `debootstrap trixie FOLDER`, then `chroot FOLDER apt-get install minihtcondor`."""

usable = (DEBIAN / "usr/sbin/condor_master").is_file() and Path(sys.base_prefix) != Path("/usr")
pytestmark = [
    pytest.mark.world("condor"),
    pytest.mark.skipif(
        not usable and not os.environ.get("LESSON_REQUIRE_CONDOR"),
        reason="needs root, a Debian with minihtcondor in LESSON_CONDOR_ROOT, and a Python outside /usr",
    ),
]

WAIT = """
wait_for() { for _ in $(seq 60); do lesson batch status > /tmp/status 2>&1; grep -q "$1" /tmp/status && break; sleep 1; done; cat /tmp/status; }
"""


def on_condor(lesson: Path, script: str) -> str:
    """Run lines of shell beside a pool, as a user who has the lesson."""
    folders = dict.fromkeys((sys.prefix, sys.base_prefix))
    command = [
        "unshare",
        "-mpf",
        "--kill-child",
        "bash",
        str(POOL),
        str(DEBIAN),
        str(lesson),
        WAIT + script,
        sys.executable,
        str(ROOT),
        *folders,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=170, check=False)
    return done.stdout + done.stderr


def test_records_and_files_come_home_without_a_shared_disk(make_lesson: MakeLesson) -> None:
    lesson = make_lesson({
        "config.yaml": "title: T\nepisodes: [a.md, b.md, c.md]\n",
        "episodes/a.md": episode("open('out.txt', 'w').write('from a')"),
        "episodes/b.md": episode("print(open('out.txt').read())", "needs: [a]\n"),
        "episodes/c.md": episode("print('c')"),
    })  # fmt: skip
    said = on_condor(
        lesson,
        """
lesson batch --condor --environments host --minutes 1
wait_for "records of 3 of 3"
lesson batch collect --environments host
lesson batch collect --environments host
lesson plan --environments host
grep -h '"job"' .lesson/records/b/*.ipynb
""",
    )
    assert "condor_submit_dag" in said, said
    assert "3 of 3 records accepted, 0 refused" in said, said
    assert "0 of 3 records accepted, 3 before, 0 refused" in said
    assert said.count("reuse") == 3
    assert '"job": "HTCondor job ' in said


def test_failures_removals_and_impossible_requests_are_said(make_lesson: MakeLesson) -> None:
    lesson = make_lesson({
        "config.yaml": "title: T\nbatch:\n  memory: 100M\n  time: 5\n",
        "episodes/a.md": episode("1 / 0"),
        "episodes/b.md": episode("import time\ntime.sleep(100)"),
        "episodes/c.md": episode("print('c')"),
    })  # fmt: skip
    said = on_condor(
        lesson,
        """
lesson batch --condor --environments host --minutes 1
wait_for "1 done, 1 running, 1 failed"
condor_hold -reason "looked at by hand" -all
wait_for "1 held"
condor_release -all
wait_for "1 done, 1 running, 1 failed"
lesson batch cancel
wait_for "removed"
lesson batch collect --environments host
echo "  cpus: 77" >> config.yaml
lesson batch --condor --environments host
ls .lesson/batch
""",
    )
    assert "ZeroDivisionError" in said, said
    assert "held" in said
    assert "looked at by hand" in said
    assert "b: nothing of it came home" in said
    assert "to send these again: lesson batch --condor --episode a --episode b" in said
    assert "1 of 3 records accepted, 0 refused" in said
    assert "LS362" in said
    assert "no slot of the pool has 77 cores" in said
    assert said.rstrip().endswith("1") or "\n1\n" in said
