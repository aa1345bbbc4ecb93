"""As many episodes run at once as a scheduler, a container or a control group granted cores and memory for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from site_builder.execute.local.granted import PLENTY, Places, available_memory, cores, job
from tests.conftest import MakeLesson

MIB = 1 << 20


def system(folder: Path, own: str, files: dict[str, str], available: int = 64 << 10) -> Places:
    """Write what a system reports, with so many MiB available."""
    for name, text in {"meminfo": f"MemTotal: 9 kB\nMemAvailable:  {available << 10} kB\n", "own": own, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return Places(folder / "meminfo", folder / "own", folder / "groups")


def second(path: str, limit: str, used: int, cache: int = 0) -> dict[str, str]:
    stat = f"anon 1\ninactive_file {cache}\n"
    return {f"groups{path}/memory.max": limit, f"groups{path}/memory.current": str(used), f"groups{path}/memory.stat": stat}


@pytest.mark.parametrize(
    ("own", "files", "left"),
    [
        ("0::/\n", {}, 64 << 30),
        ("0::/\n", second("", "max", 5), 64 << 30),
        ("0::/\n", second("", str(600 * MIB), 100 * MIB), 500 * MIB),
        ("0::/job/step\n", second("/job/step", "max", 7) | second("/job", str(600 * MIB), 100 * MIB), 500 * MIB),
        ("0::/job\n", second("/job", str(600 * MIB), 400 * MIB, cache=300 * MIB), 500 * MIB),
        ("0::/elsewhere\n", second("", str(600 * MIB), 0), 600 * MIB),
        ("4:memory:/job\n0::/\n", {"groups/memory/job/memory.limit_in_bytes": str(600 * MIB), "groups/memory/job/memory.usage_in_bytes": str(100 * MIB),
         "groups/memory/job/memory.stat": f"total_inactive_file {50 * MIB}\n"}, 550 * MIB),
        ("4:memory:/job\n", {"groups/memory/job/memory.limit_in_bytes": "9223372036854771712", "groups/memory/job/memory.usage_in_bytes": "1"}, 64 << 30),
        ("nonsense", {"groups/memory.max": "nonsense"}, 64 << 30),
    ],
)  # fmt: skip
def test_memory_is_what_every_group_of_this_process_has_left(tmp_path: Path, own: str, files: dict[str, str], left: int) -> None:
    assert available_memory(system(tmp_path, own, files)) == left


def test_a_system_that_reports_nothing_holds_nothing_back(tmp_path: Path) -> None:
    nowhere = Places(*(tmp_path / name for name in "abc"))
    assert available_memory(nowhere) == PLENTY
    assert cores({}, nowhere) == len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("files", "variables", "number"),
    [
        ({"groups/job/cpu.max": "max 100000"}, {}, 64),
        ({"groups/job/cpu.max": "150000 100000"}, {}, 2),
        ({"groups/job/cpu.max": "20000 100000"}, {}, 1),
        ({"groups/cpu/job/cpu.cfs_quota_us": "300000", "groups/cpu/job/cpu.cfs_period_us": "100000"}, {}, 3),
        ({"groups/cpu/job/cpu.cfs_quota_us": "-1", "groups/cpu/job/cpu.cfs_period_us": "100000"}, {}, 64),
        ({}, {"SLURM_CPUS_PER_TASK": "4"}, 4),
        ({}, {"SLURM_CPUS_PER_TASK": "many"}, 64),
        ({"ad": "Memory = 512\nCpus = 5\n"}, {"_CONDOR_MACHINE_AD": "ad"}, 5),
        ({"groups/job/cpu.max": "150000 100000"}, {"SLURM_CPUS_PER_TASK": "4"}, 2),
    ],
)
def test_cores_are_those_that_were_granted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], variables: dict[str, str], number: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(64)), raising=False)
    places = system(tmp_path, "3:cpu,cpuacct:/job\n0::/job\n", {"groups/job/x": "", **files})
    assert cores({name: str(tmp_path / value) if value == "ad" else value for name, value in variables.items()}, places) == number


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({}, ""),
        ({"SLURM_JOB_ID": "42", "SLURM_JOB_PARTITION": "gpu"}, "Slurm job 42, partition gpu"),
        ({"SLURM_JOB_ID": "45", "SLURM_ARRAY_JOB_ID": "42", "SLURM_ARRAY_TASK_ID": "3"}, "Slurm job 42_3"),
        ({"_CONDOR_JOB_AD": "ad"}, "HTCondor job 7.1"),
        ({"_CONDOR_JOB_AD": "missing"}, ""),
    ],
)
def test_the_job_is_named(tmp_path: Path, variables: dict[str, str], words: str) -> None:
    (tmp_path / "ad").write_text('ClusterId = 7\nProcId = 1\nCmd = "x"\n')
    assert job({name: str(tmp_path / value) if name.startswith("_") else value for name, value in variables.items()}) == words


UNIT = "---\ntitle: Unit {n}\nteaching: 1\nexercises: 1\n---\n\n```{{python}}\nimport time\nblock = bytearray(120 << 20)\nblock[::4096] = b'x' * len(block[::4096])\ntime.sleep(1)\nprint({n})\n```\n"
GRANT = 600 * MIB


@pytest.fixture
def group() -> Iterator[Path]:
    """A control group (version 1) with less memory than eight episodes need."""
    own = next((line.split(":")[2] for line in Path("/proc/self/cgroup").read_text().splitlines() if ":memory:" in line), None)
    top = Path("/sys/fs/cgroup/memory")
    if own is None or not os.access(top, os.W_OK):
        pytest.skip("needs control groups of version 1, and the right to make one")
    folder = top / own.lstrip("/") if (top / own.lstrip("/")).is_dir() else top
    made = folder / f"lesson-test-{os.getpid()}"
    try:
        made.mkdir()
        (made / "memory.limit_in_bytes").write_text(str(GRANT))
    except OSError as error:
        pytest.skip(f"no control group can be made here: {error.strerror}")
    try:
        yield made
    finally:
        made.rmdir()


@pytest.mark.slow
def test_eight_episodes_stay_within_what_was_granted(make_lesson: MakeLesson, group: Path) -> None:
    names = [f"unit-{number}.md" for number in range(8)]
    pages = {f"episodes/{name}": UNIT.format(n=number) for number, name in enumerate(names)}
    root = make_lesson({"config.yaml": f"title: L\nepisodes: [{', '.join(names)}]\n", "index.md": "Hi.\n", **pages})
    command = f"echo $$ > {group}/cgroup.procs; exec {sys.executable} -m site_builder run --jobs 8 --environments host --lesson {root}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "8 episodes run" in done.stdout + done.stderr
    assert len(list((root / ".lesson/records").rglob("*.ipynb"))) == 8
    assert int((group / "memory.max_usage_in_bytes").read_text()) < GRANT
    assert int((group / "memory.failcnt").read_text()) == 0
