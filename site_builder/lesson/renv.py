"""The R packages that a lesson pins with renv (https://rstudio.github.io/renv/articles/lockfile.html); only read, never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from site_builder.files import is_file, read_text

PLACES = (PurePosixPath("renv/profiles/lesson-requirements/renv.lock"), PurePosixPath("renv.lock"))
"""Where the Workbench keeps a lesson's lock file, and where renv does by itself."""

OWN = "renv"
"""The package that reads the lock file, which lists it too; episodes do not need it."""


@dataclass(frozen=True, slots=True)
class RenvLock:
    """A lock file: the version of R, and the repository of each package by name (``CRAN``, ``Bioconductor``, ``GitHub``).

    ``lines`` has the line of each package, counted from 1. ``fault`` says why it cannot be read, empty if it can.
    """

    path: PurePosixPath
    r: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    fault: str = ""


def read_renv(root: Path) -> RenvLock | None:
    """Return a lesson's lock file of renv, None where it has none.

    Raises:
        MachineError: it cannot be read.
    """
    path = next((place for place in PLACES if is_file(root / place)), None)
    if path is None:
        return None
    text, valid = read_text(root / path)
    try:
        return _lock(path, text) if valid else RenvLock(path, fault="it is not UTF-8")
    except json.JSONDecodeError as error:
        return RenvLock(path, fault=f"it is no JSON: {error.msg} on line {error.lineno}")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return RenvLock(path, fault="it is not a lock file of renv")


def _lock(path: PurePosixPath, text: str) -> RenvLock:
    read = json.loads(text)
    packages = {name: str(entry.get("Source", "")) for name, entry in read["Packages"].items() if name != OWN}
    written = text.splitlines()
    lines = {name: next((number for number, line in enumerate(written, 1) if f'"{name}": {{' in line), 1) for name in packages}
    return RenvLock(path, str(read.get("R", {}).get("Version", "")), packages, lines)
