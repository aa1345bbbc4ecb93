"""How much memory is free, to decide whether another episode may start."""

from __future__ import annotations

from pathlib import Path

PLENTY = 1 << 62
"""Returned if the system does not report it: nothing is held back then."""


def available_memory(proc: Path = Path("/proc/meminfo"), group: Path = Path("/sys/fs/cgroup")) -> int:
    """Return the bytes that new processes can have: what Linux calls available, within the limit of the control group (version 2)."""
    return min(_system(proc), _group(group))


def _system(proc: Path) -> int:
    try:
        lines = proc.read_text().splitlines()
    except OSError:
        return PLENTY
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), PLENTY)


def _group(group: Path) -> int:
    try:
        most, used = (group / "memory.max").read_text().strip(), (group / "memory.current").read_text().strip()
        return int(most) - int(used) if most != "max" else PLENTY
    except (OSError, ValueError):
        return PLENTY
