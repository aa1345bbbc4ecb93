"""Which Jupyter kernel runs a language in an environment: read from its kernel specifications (jupyter_client, "Kernel specs")."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from site_builder.environments.base import PackageSet
from site_builder.errors import MachineError
from site_builder.files import read_text

SHELLS = frozenset(("bash", "sh"))
"""Languages of the builder's own shell session."""

BUILT_IN = SHELLS | {"python"}
"""Languages that every environment can run: Python through its ipykernel, and the shell session."""

KERNEL_PACKAGES = {"r": "r-irkernel", "julia": "julia", "octave": "octave_kernel"}
"""Locked package that contains a language's kernel: tells before installation whether an environment will have one."""


KNOWN = BUILT_IN | KERNEL_PACKAGES.keys()
"""Languages whose kernels are known by name; others may have a kernel too."""


def wanted_kernel(language: str) -> str:
    """Return how it is named among what a cell lacks that nothing runs its language."""
    return f"a kernel for {language}"


def data_folders(prefix: Path, *, shared: bool) -> tuple[Path, ...]:
    """Return where kernel specifications are: in the environment, and with ``shared`` in the system's own places (Jupyter's data path)."""
    folders = [prefix / "share/jupyter/kernels"]
    if shared and os.name != "nt":
        folders += [
            Path.home() / ".local/share/jupyter/kernels",
            Path("/usr/local/share/jupyter/kernels"),
            Path("/usr/share/jupyter/kernels"),
        ]
        # Debian's irkernel keeps its specification inside the R library.
        folders += [Path("/usr/lib/R/site-library/IRkernel"), Path("/usr/local/lib/R/site-library/IRkernel")]
    return tuple(folders)


def kernel_command(language: str, folders: Iterable[Path]) -> tuple[str, ...]:
    """Return the command of the first kernel for a language, with ``{connection_file}`` in it; empty if there is none."""
    return next((command for name, command in _specifications(folders) if name == language.lower()), ())


def _specifications(folders: Iterable[Path]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for folder in folders:
        for file in sorted(folder.glob("*/kernel.json")):
            try:
                described = json.loads(read_text(file)[0])
                yield str(described["language"]).lower(), tuple(str(word) for word in described["argv"])
            except (MachineError, ValueError, KeyError, TypeError):
                continue


def has_kernel(language: str, packages: PackageSet, *, shared: bool) -> bool:
    """Tell whether an environment runs a language: by what is installed here if it is ``shared``, else by its locked packages."""
    if language in BUILT_IN:
        return True
    if shared:
        return bool(kernel_command(language, data_folders(Path(sys.prefix), shared=True)))
    return KERNEL_PACKAGES.get(language, "") in {package.name for package in packages.packages}
