"""What an installation has still to do: which packages of the lock are not linked yet, and how many bytes of them must be downloaded."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from site_builder.environments.workspace.artifacts import Artifact
from site_builder.errors import EnvironmentUnavailable

META = "conda-meta"
"""The folder of a prefix with a JSON file for each installed conda package (https://docs.conda.io/projects/conda/en/stable/dev-guide/deep-dives/)."""


class InstallationWatcher(Protocol):
    """Shows that a program installs an environment, which can take minutes."""

    def begins(self, environment: str, outstanding: Outstanding) -> None:
        """Receive what there is to do."""
        ...

    def goes_on(self, installed: int, seconds: float) -> None:
        """Receive, about once a second, how many of the packages are installed and how long it has taken."""
        ...

    def ends(self, seconds: float, *, whole: bool) -> None:
        """Receive that it has ended, and whether the environment is ``whole``."""
        ...


@dataclass(frozen=True, slots=True)
class Outstanding:
    """Packages to install, how many of them are in the cache, and the bytes of the others, as far as the lock has sizes."""

    packages: tuple[str, ...]
    cached: int
    size: int


def outstanding(artifacts: Sequence[Artifact], prefix: Path, cache: Path) -> Outstanding:
    """Return what is missing in a prefix; ``cache`` is the folder of unpacked packages. Packages of the Python index are not looked for."""
    conda = {_name(item): item for item in artifacts if item.kind == "conda"}
    there = installed(prefix)
    missing = tuple(name for name in conda if name not in there)
    absent = [name for name in missing if not (cache / name).is_dir()]
    return Outstanding(missing, len(missing) - len(absent), sum(conda[name].size for name in absent))


def installed(prefix: Path) -> frozenset[str]:
    """Return the conda packages that a prefix lists, as ``name-version-build``."""
    folder = prefix / META
    return frozenset(path.stem for path in folder.glob("*.json")) if folder.is_dir() else frozenset()


def require_room(environment: str, found: Outstanding, prefix: Path) -> None:
    """Refuse an installation that the disk cannot hold even before anything is unpacked.

    Raises:
        EnvironmentUnavailable: less is free than the packages' files take; they need about four times that when they are unpacked.
    """
    place = next(folder for folder in (prefix, *prefix.parents) if folder.is_dir())
    free = shutil.disk_usage(place).free
    if free < found.size:
        message = f"environment `{environment}` needs {megabytes(found.size)} to download, and {place} has {megabytes(free)} left"
        raise EnvironmentUnavailable(message, hint="free some space; unpacked packages take about four times as much")


def megabytes(size: int) -> str:
    """Return a number of bytes as people read it."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def _name(item: Artifact) -> str:
    return f"{item.package.name}-{item.package.version}-{item.package.build}"
