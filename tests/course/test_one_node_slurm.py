"""A Slurm of one node for records and tests: it runs jobs, passes the exit status on, and leaves nothing behind."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[2] / "tools/one_node_slurm.py"
SPECIFICATION = importlib.util.spec_from_file_location("one_node_slurm", PROGRAM)
assert SPECIFICATION is not None
assert SPECIFICATION.loader is not None
slurm = importlib.util.module_from_spec(SPECIFICATION)
sys.modules["one_node_slurm"] = slurm
SPECIFICATION.loader.exec_module(slurm)

installed = sys.platform == "linux" and all(shutil.which(name, path=slurm.SEARCH) for name in slurm.PROGRAMS)
needs_slurm = pytest.mark.skipif(
    not installed and not os.environ.get("LESSON_REQUIRE_SLURM"), reason="needs Debian's packages slurm-wlm and munge"
)

JOBS = """
set -eu
sinfo --noheader --format '%P %T'
sbatch --quiet --wait --array=0-1 --output=job-%a.log --wrap 'echo index $SLURM_ARRAY_TASK_ID'
cat job-0.log job-1.log
sbatch --quiet --output=/dev/null --wrap 'sleep 300.5'
sleep 1
echo "$SLURM_CONF"
exit 7
"""


@needs_slurm
@pytest.mark.world("slurm")
def test_jobs_run_the_status_is_passed_on_and_nothing_is_left(tmp_path: Path) -> None:
    command = [sys.executable, str(PROGRAM), "bash", "-c", JOBS]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 7, done.stderr
    partition, *logs, settings = done.stdout.splitlines()
    assert partition == "short* idle"
    assert logs == ["index 0", "index 1"]
    assert not Path(settings).parent.exists()
    assert [path for path in Path("/proc").glob("[0-9]*/cmdline") if _is_of(path, str(Path(settings).parent))] == []


def _is_of(path: Path, folder: str) -> bool:
    return _has(path, folder) or _has(path, "sleep\x00300.5")


@needs_slurm
@pytest.mark.world("slurm")
def test_a_command_that_cannot_be_found_stops_the_cluster_too(tmp_path: Path) -> None:
    before = _controllers()
    # in a process of its own: it ends every child of the process that it runs in
    done = subprocess.run([sys.executable, str(PROGRAM), "no-such-command"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert "no-such-command" in done.stderr
    end = time.monotonic() + 20
    while _controllers() - before and time.monotonic() < end:
        time.sleep(0.2)
    assert _controllers() - before == set()


@needs_slurm
@pytest.mark.world("slurm")
def test_the_daemons_end_with_a_program_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, str(PROGRAM), "bash", "-c", 'echo "$SLURM_CONF"; kill -KILL "$PPID"']
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == -9
    folder = Path(done.stdout.strip()).parent
    end = time.monotonic() + 20
    while [path for path in Path("/proc").glob("[0-9]*/environ") if _has(path, f"SLURM_CONF={folder}")] and time.monotonic() < end:
        time.sleep(0.2)
    left = [path for path in Path("/proc").glob("[0-9]*/environ") if _has(path, f"SLURM_CONF={folder}")]
    shutil.rmtree(folder)
    assert left == []


def _controllers() -> set[Path]:
    return {path for path in Path("/proc").glob("[0-9]*/cmdline") if _has(path, "slurmctld")}


def _has(path: Path, text: str) -> bool:
    try:
        return text in path.read_text(encoding="utf-8", errors="replace")
    except OSError:  # it ended meanwhile
        return False


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(slurm, "SEARCH", "")
    assert slurm.main(["true"]) == 3
    assert "slurmctld" in capsys.readouterr().err


def test_a_command_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        slurm.main([])
    assert caught.value.code == 2
    assert "which command?" in capsys.readouterr().err


def test_ports_differ_and_can_be_bound() -> None:
    ports = slurm._free_ports(3)
    assert len(set(ports)) == 3
    assert all(1024 <= port < 65536 for port in ports)
