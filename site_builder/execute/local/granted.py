"""What this process may use of its machine: cores and memory that a scheduler, a container or a control group granted.

Sources: sched_getaffinity(2); cgroups(7) and https://docs.kernel.org/admin-guide/cgroup-v2.html; sbatch(1) for ``SLURM_CPUS_PER_TASK``;
HTCondor's machine ad (https://htcondor.readthedocs.io/en/latest/users-manual/services-for-jobs.html).
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

PLENTY = 1 << 62
"""Returned if the system does not report it: nothing is held back then. Version 1 of control groups has such a number for no limit."""

GROUPS = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Places:
    """Where the system reports: free memory, the groups of this process, and the tree of control groups."""

    memory: Path = Path("/proc/meminfo")
    own: Path = Path("/proc/self/cgroup")
    groups: Path = GROUPS


HERE = Places()


def available_memory(places: Places = HERE) -> int:
    """Return the bytes that new processes can have: what Linux calls available, within the limits of this process's control groups."""
    return min(_system(places.memory), *(_left(folder) for folder in _folders(places, "memory")), PLENTY)


def cores(variables: Mapping[str, str] = os.environ, places: Places = HERE) -> int:
    """Return how many cores this process may keep busy, at least one."""
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    granted = [affinity, *(_quota(folder) for folder in _folders(places, "cpu"))]
    granted += [int(found) for found in (variables.get("SLURM_CPUS_PER_TASK", ""), _of_condor(variables)) if found.isdecimal()]
    return max(1, min(granted))


def job(variables: Mapping[str, str] = os.environ) -> str:
    """Return the scheduler's job that this process runs in, in words (``Slurm job 42, partition gpu``); empty outside of one."""
    number, task = variables.get("SLURM_JOB_ID", ""), variables.get("SLURM_ARRAY_TASK_ID", "")
    if number:
        number = f"{variables.get('SLURM_ARRAY_JOB_ID', number)}_{task}" if task else number
        partition = variables.get("SLURM_JOB_PARTITION", "")
        return f"Slurm job {number}" + (f", partition {partition}" if partition else "")
    text = _text(Path(variables["_CONDOR_JOB_AD"])) if variables.get("_CONDOR_JOB_AD") else ""
    found = [re.search(rf"^{name}\s*=\s*(\d+)\s*$", text, re.MULTILINE | re.IGNORECASE) for name in ("ClusterId", "ProcId")]
    return f"HTCondor job {'.'.join(part[1] for part in found if part)}" if all(found) else ""


def _of_condor(variables: Mapping[str, str]) -> str:
    """Return the cores that HTCondor's machine ad has for this job, as text; empty without one."""
    text = _text(Path(variables["_CONDOR_MACHINE_AD"])) if variables.get("_CONDOR_MACHINE_AD") else ""
    found = re.search(r"^Cpus\s*=\s*(\d+)\s*$", text, re.MULTILINE | re.IGNORECASE)
    return found[1] if found else ""


def _folders(places: Places, controller: str) -> Iterator[Path]:
    """Yield the folders of the groups that this process is in, of both versions, and of those around them: each may have a limit."""
    for line in _text(places.own).splitlines():
        _, names, path = [*line.split(":", 2), "", ""][:3]
        if names and controller not in names.split(","):
            continue
        tops = [places.groups, places.groups / "unified"] if not names else [places.groups / names, places.groups / controller]
        for top in tops:
            inner = top / path.lstrip("/")  # in a container, its own group is the root
            folder = inner if inner.is_dir() else top
            yield from (place for place in (folder, *folder.parents) if place.is_relative_to(top))


def _system(meminfo: Path) -> int:
    found = re.search(r"^MemAvailable:\s+(\d+)", _text(meminfo), re.MULTILINE)
    return int(found[1]) * 1024 if found else PLENTY


def _left(folder: Path) -> int:
    """Return the bytes that a group has left; files that were only read give way, so that they do not count."""
    for limit, usage, cache in (
        ("memory.max", "memory.current", "inactive_file"),
        ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    ):
        most, used = _text(folder / limit).strip(), _text(folder / usage).strip()
        if most.isdecimal() and used.isdecimal():
            found = re.search(rf"^{cache} (\d+)$", _text(folder / "memory.stat"), re.MULTILINE)
            return int(most) - max(0, int(used) - (int(found[1]) if found else 0))
    return PLENTY


def _quota(folder: Path) -> int:
    """Return the cores that a group's quota is worth, rounded up."""
    quota, period = [*_text(folder / "cpu.max").split(), "", ""][:2]
    if not quota:
        quota, period = _text(folder / "cpu.cfs_quota_us").strip(), _text(folder / "cpu.cfs_period_us").strip()
    return math.ceil(int(quota) / int(period)) if quota.isdecimal() and period.isdecimal() and int(period) else PLENTY


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
