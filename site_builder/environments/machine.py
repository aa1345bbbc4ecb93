"""Facts of this machine that a reader of a result may need: system, processor, GPU, and the variables that processes may see."""

from __future__ import annotations

import functools
import os
import platform
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from site_builder import processes
from site_builder.environments.base import Gpu

SUBDIRS = {
    ("linux", "x86_64"): "linux-64",
    ("linux", "aarch64"): "linux-aarch64",
    ("darwin", "x86_64"): "osx-64",
    ("darwin", "arm64"): "osx-arm64",
    ("win32", "amd64"): "win-64",
    ("win32", "arm64"): "win-arm64",
}
"""conda's names of systems, by ``sys.platform`` and processor."""

PROCESSORS = Path("/proc/cpuinfo")

ALLOWED = frozenset(
    [
        "PATH",
        "LANG",
        "LANGUAGE",
        "TZ",
        "TERM",
        "TMPDIR",
        "TEMP",
        "TMP",
        "SYSTEMROOT",
        "WINDIR",
        "COMSPEC",
        "PATHEXT",
        "NUMBER_OF_PROCESSORS",
        "PROCESSOR_ARCHITECTURE",
        "LD_LIBRARY_PATH",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
    ]
)
ALLOWED_PREFIXES = ("LC_", "CUDA_", "NVIDIA_", "OMP_", "OPENBLAS_", "MKL_", "SLURM_CONF")
"""What an episode's processes inherit: an allow-list, so that no secret of a build can reach a page."""


def subdir(system: str = sys.platform, processor: str | None = None) -> str:
    """Return conda's name of a system (``linux-64``); an unknown one is ``system-processor``."""
    chip = (processor or platform.machine()).lower()
    return SUBDIRS.get((system, chip), f"{system}-{chip}")


def allowed_variables(variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the variables that an episode's processes may inherit from the builder's."""
    source = os.environ if variables is None else variables
    return {name: value for name, value in source.items() if name in ALLOWED or name.startswith(ALLOWED_PREFIXES)}


@functools.cache
def processor() -> str:
    """Return the processor's name, or its architecture if the system has no name."""
    if PROCESSORS.is_file():
        for line in PROCESSORS.read_text(errors="replace").splitlines():
            if line.startswith(("model name", "Model")):
                return " ".join(line.partition(":")[2].split())
    return platform.processor() or platform.machine()


def description() -> str:
    """Return one line for readers: system, processor and number of cores; no host name, no user name."""
    return f"{platform.system()} {platform.machine()}, {processor()}, {os.cpu_count() or 1} cores"


@functools.cache
def gpu() -> Gpu | None:
    """Return the first GPU that cells can use, as the NVIDIA driver reports it, or None.

    Only a driver that answers counts, never a variable; but ``CUDA_VISIBLE_DEVICES`` can hide what is there from every process.
    """
    first_visible = os.environ.get("CUDA_VISIBLE_DEVICES", "all").split(",")[0].strip()
    if first_visible in ("", "-1", "NoDevFiles"):
        return None
    # Numbers are left out: CUDA and nvidia-smi may count in different orders.
    chosen = (f"--id={first_visible}",) if first_visible.startswith("GPU-") else ()
    query = processes.run(("nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader", *chosen), timeout=20)
    first = query.output.strip().splitlines()[:1]
    if query.status or not first or "," not in first[0]:
        return None
    name, _, driver = (part.strip() for part in first[0].partition(","))
    found = re.search(r"CUDA (?:UMD )?Version:\s*([\d.]+)", processes.run(("nvidia-smi",), timeout=20).output)
    return Gpu(name, driver, found[1] if found else "")


def joined_path(first: str, rest: str) -> str:
    """Put a folder first in a ``PATH``, once."""
    folders = [folder for folder in rest.split(os.pathsep) if folder and folder != first]
    return os.pathsep.join([first, *folders])
