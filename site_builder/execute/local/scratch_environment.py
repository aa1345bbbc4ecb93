"""A virtual environment of an episode's own, for cells that install packages: the environment itself is never changed.

It sees everything of the environment (PEP 405, https://peps.python.org/pep-0405/), and what is installed goes into it; pip does not
uninstall what is outside. It is gone with the episode's folder, and the record names what was put there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from site_builder import files, processes
from site_builder.markdown.tree import Cell, Expression

INSTALLS = re.compile(
    r"(?:^|[\s;&|!%(`\"'])(?:uv\s+pip|pip[\d.]*|conda|mamba|micromamba)(?:[ \t]+-\S+)*[ \t\"',]+"
    r"(?:install|uninstall|update|upgrade|remove)\b",
    re.MULTILINE,
)
"""How cells call a package manager: ``%pip install``, ``!pip``, ``python -m pip``, ``["pip", "install"]``, in a shell."""

FOLDER = "own"
PATIENCE = 60.0
"""Seconds that an interpreter has to make it."""

METADATA = re.compile(r"(?P<name>.+?)-(?P<version>[^-]+)\.dist-info")
"""The folder that describes an installed distribution
(https://packaging.python.org/en/latest/specifications/recording-installed-packages/).
"""


@dataclass(frozen=True, slots=True)
class ScratchEnvironment:
    """The interpreter that cells run in, and the variables by which their programs find it."""

    python: Path
    packages: Path
    variables: dict[str, str]

    def installed(self) -> tuple[str, ...]:
        """Return what cells have installed, as ``name version``, sorted."""
        found = (METADATA.fullmatch(path.name) for path in self.packages.glob("*.dist-info"))
        return tuple(sorted(f"{match['name']} {match['version']}" for match in found if match))


def installs(cells: Iterable[Cell | Expression]) -> bool:
    """Tell whether a cell calls a package manager to change what is installed."""
    return any(INSTALLS.search(cell.source) for cell in cells)


def make_scratch(top: Path, python: Path, variables: Mapping[str, str]) -> ScratchEnvironment | None:
    """Make the environment below ``top`` with an interpreter's own ``venv``; None where that cannot, or is laid out otherwise (Windows).

    Raises:
        MachineError: it cannot be written.
    """
    own = top / FOLDER
    made = processes.run((str(python), "-m", "venv", "--without-pip", str(own)), environment=dict(variables), timeout=PATIENCE)
    packages = next(iter(sorted(own.glob("lib/python3*/site-packages"))), None)
    if made.status or packages is None:
        return None
    there = python.parent.parent / "lib" / packages.parent.name / "site-packages"
    files.write_text(packages / "environment.pth", f"import site; site.addsitedir({str(there)!r})\n")
    programs = own / "bin"
    for name in ("pip", "pip3"):
        files.write_text(programs / name, f'#!/bin/sh\nexec "{programs / "python"}" -m pip "$@"\n')
        files.copy_permissions(python, programs / name)
    more = {
        "PATH": f"{programs}:{variables.get('PATH', '')}", "VIRTUAL_ENV": str(own), "CONDA_PREFIX": str(own),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore", "PIP_NO_WARN_SCRIPT_LOCATION": "1",
    }  # fmt: skip
    return ScratchEnvironment(programs / "python", packages, more)
