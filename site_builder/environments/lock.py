"""``pixi.lock``: which packages each environment has on each platform (versions 4 to 7, read with py-rattler)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from site_builder.environments.base import Package, PackageSet
from site_builder.errors import EnvironmentUnavailable

if TYPE_CHECKING:
    from rattler import LockFile


@dataclass(frozen=True, slots=True)
class LockedWorkspace:
    """All package sets of a lock file, one for each environment and platform; ``platform`` is the subdir, never a lock's alias."""

    sets: tuple[PackageSet, ...]

    @property
    def environments(self) -> tuple[str, ...]:
        """The names of the environments, sorted."""
        return tuple(sorted({packages.environment for packages in self.sets}))

    def find(self, environment: str, subdir: str) -> PackageSet | None:
        """Return an environment's packages for a system; of several declared platforms the one that asks for least wins."""
        return next((item for item in self.sets if item.environment == environment and item.platform == subdir), None)


def read_lock(path: Path) -> LockedWorkspace:
    """Read a lock file whole.

    Raises:
        EnvironmentUnavailable: it is not a lock file that py-rattler reads.
    """
    from rattler import LockFile

    try:
        lock: LockFile = LockFile.from_path(path)
    except Exception as error:  # py-rattler raises bare Exception subclasses of several modules
        hint = "run `pixi lock` and commit the result"
        raise EnvironmentUnavailable(f"{path.name} cannot be read: {error}", hint=hint) from error
    sets = []
    for name, environment in sorted(lock.environments()):
        for platform in sorted(environment.platforms(), key=_demands):
            rows = tuple(sorted(_package(row) for row in environment.packages(platform) or ()))
            sets.append(PackageSet(name, str(getattr(platform, "subdir", platform.name)), rows))
    return LockedWorkspace(tuple(sets))


def _demands(platform: Any) -> tuple[int, str]:
    """Order platforms by what they ask of a machine: py-rattler gives them in another order on every call."""
    return len(getattr(platform, "virtual_packages", None) or ()), str(getattr(platform, "name", platform))


def _package(row: Any) -> Package:
    """Return the facts of one locked package; conda packages have a build, PyPI packages have none."""
    record = getattr(row, "package_record", None)
    try:
        digest = row.hashes.sha256.hex()
    except AttributeError:  # py-rattler's way of saying that there is none: a folder, or an old lock
        digest = ""
    build = str(record.build) if record is not None else ""
    return Package(str(row.name), str(row.version or ""), build, digest)
