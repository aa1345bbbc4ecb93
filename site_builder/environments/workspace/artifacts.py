"""The locked packages of one environment and platform with all that the lock records of each: source, size, licence, dependencies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from site_builder.environments.base import Package, PackageSet
from site_builder.environments.workspace.lock import locked_platforms, open_lock, package_of, unknown_environment, written_versions
from site_builder.environments.workspace.platforms import demands_of, subdir_of
from site_builder.errors import EnvironmentUnavailable


@dataclass(frozen=True, slots=True)
class Artifact:
    """One locked package; digests in hexadecimal, empty if the lock has none; ``size`` in bytes, 0 if unknown."""

    package: Package
    address: str
    md5: str = ""
    size: int = 0
    license: str = ""
    depends: tuple[str, ...] = ()
    subdir: str = ""

    @property
    def kind(self) -> str:
        """``conda``, or ``pypi`` for a package from the Python Package Index."""
        return "conda" if self.package.build else "pypi"


@dataclass(frozen=True, slots=True)
class Solution:
    """What one environment has on one platform; ``demands`` are the virtual packages that the platform declares, such as ``__cuda=12``."""

    packages: PackageSet
    demands: tuple[str, ...]
    artifacts: tuple[Artifact, ...]


def read_solution(lock: Path, environment: str, subdir: str) -> Solution:
    """Return an environment's packages on a platform, sorted by name.

    Raises:
        EnvironmentUnavailable: the lock cannot be read, or has no such environment or platform; the hint lists what it has.
    """
    opened = open_lock(lock)
    names = [name for name, _ in opened.environments()]
    if environment not in names:
        raise unknown_environment(environment, names, lock.name)
    known: list[str] = []
    written = written_versions(lock)
    for platform, rows in locked_platforms(opened, environment, lock):
        known.append(subdir_of(platform))
        if subdir_of(platform) == subdir:
            artifacts = tuple(sorted((_artifact(row, written) for row in rows), key=lambda item: item.package))
            packages = PackageSet(environment, subdir, tuple(item.package for item in artifacts))
            return Solution(packages, demands_of(platform), artifacts)
    hint = f"locked for: {', '.join(sorted(set(known))) or 'no platform'}"
    raise EnvironmentUnavailable(f"environment `{environment}` is not locked for {subdir}", hint=hint)


def _artifact(row: Any, written: Mapping[str, str]) -> Artifact:
    record = getattr(row, "package_record", None)
    needs = record.depends if record is not None else getattr(row, "requires_dist", None)
    return Artifact(
        package_of(row, written),
        str(row.location),
        _md5(row),
        int(getattr(record, "size", None) or 0),
        str(getattr(record, "license", None) or ""),
        tuple(str(item) for item in needs or ()),
        str(getattr(record, "subdir", None) or ""),
    )


def _md5(row: Any) -> str:
    try:
        return str(row.hashes.md5.hex())
    except AttributeError:  # as in `package_of`
        return ""
