"""The same episodes on one process, a Slurm array and HTCondor: seconds from the command until all records are at home.

    python bench/engines.py [--episodes 12 100] [--condor-root FOLDER]

Every episode has one cell that computes for a moment. Slurm is the one of one node that the tests start (`tools/one_node_slurm.py`),
HTCondor a personal pool in a Debian with `minihtcondor`, as the tests have it; each has two cores.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
EPISODE = "---\ntitle: T\nteaching: 1\nexercises: 0\n---\n\n```{{python}}\nprint(sum(i * i for i in range(200_000 + {number})))\n```\n"
SEND = """
begun=$(date +%s.%N)
lesson batch {engine} --environments host --minutes {minutes} > /dev/null 2>&1
for _ in $(seq 1200); do lesson batch status 2> /dev/null | grep -q "records of {count} of {count}" && break; sleep 0.25; done
lesson batch collect --environments host | tail -n 1
echo "took $(echo "$(date +%s.%N) $begun" | awk '{{print $1 - $2}}')"
"""
"""One task has as much as fits into so many minutes, of which each episode that never ran counts as one."""


def make(folder: Path, count: int) -> Path:
    """Write a lesson of so many episodes."""
    (folder / "episodes").mkdir(parents=True)
    (folder / "config.yaml").write_text("title: T\n")
    for number in range(count):
        (folder / f"episodes/unit-{number:03}.md").write_text(EPISODE.format(number=number))
    return folder


def one_process(lesson: Path) -> float:
    """Run all episodes in one command."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "site_builder", "run", "--lesson", str(lesson), "--environments", "host"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - begun


def took(said: subprocess.CompletedProcess[str], count: int) -> float:
    """Read the seconds of a batch; all records have to be there."""
    found = re.search(r"took ([\d.]+)", said.stdout)
    if not found or f"{count} of {count} records accepted" not in said.stdout:
        sys.exit(said.stdout[-2000:] + said.stderr[-2000:])
    return float(found[1])


def slurm(lesson: Path, count: int, minutes: int) -> float:
    """Send them to a Slurm of one node."""
    head = f'cd {lesson}\nexport PYTHONPATH={ROOT}\nlesson() {{ {sys.executable} -m site_builder "$@"; }}\n'
    script = head + SEND.format(engine="--slurm", minutes=minutes, count=count)
    command = [sys.executable, str(ROOT / "tools/one_node_slurm.py"), "bash", "-c", script]
    return took(subprocess.run(command, capture_output=True, text=True, check=False), count)


def condor(lesson: Path, count: int, minutes: int, debian: Path) -> float:
    """Send them to a personal pool, which shares no disk with this machine."""
    script = SEND.format(engine="--condor", minutes=minutes, count=count)
    pool = ROOT / "tests/operations/condor_pool.sh"
    folders = dict.fromkeys((sys.prefix, sys.base_prefix))
    command = ["unshare", "-mpf", "--kill-child", "bash", str(pool), str(debian), str(lesson), script, sys.executable, str(ROOT), *folders]
    return took(subprocess.run(command, capture_output=True, text=True, check=False), count)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--episodes", type=int, nargs="+", default=[12, 100])
    parser.add_argument("--condor-root", type=Path, default=Path(os.environ.get("LESSON_CONDOR_ROOT", "/nowhere")))
    options = parser.parse_args()
    print("| episodes | one process | Slurm, two tasks | Slurm, six tasks | HTCondor, two tasks |\n| --- | --- | --- | --- | --- |")
    for count in options.episodes:
        halves, sixths = -(-count // 2), -(-count // 6)
        cells = []
        for measure in (
            one_process,
            lambda lesson, count=count, minutes=halves: slurm(lesson, count, minutes),
            lambda lesson, count=count, minutes=sixths: slurm(lesson, count, minutes),
            lambda lesson, count=count, minutes=halves: condor(lesson, count, minutes, options.condor_root),
        ):
            with tempfile.TemporaryDirectory(prefix="engines-") as folder:
                cells.append(f"{measure(make(Path(folder) / 'lesson', count)):.1f}")
        print(f"| {count} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
