"""``pixi.lock``: which packages each environment has on each platform (versions 4 to 7, read with py-rattler)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from site_builder.environments import machine
from site_builder.environments.base import Package, PackageSet
from site_builder.environments.workspace import platforms
from site_builder.errors import EnvironmentUnavailable
from site_builder.files import read_bytes
from site_builder.lesson.workspace import OWN, manifest_name
from site_builder.problems import did_you_mean

if TYPE_CHECKING:
    from rattler import LockFile

    from site_builder.environments.workspace.manifest import Manifest


@dataclass(frozen=True, slots=True)
class LockedWorkspace:
    """All package sets of a lock file, one for each environment and platform; ``platform`` is the subdir, never a lock's alias."""

    sets: tuple[PackageSet, ...]

    @property
    def environments(self) -> tuple[str, ...]:
        """The names of the environments, sorted."""
        return tuple(sorted({packages.environment for packages in self.sets}))

    def find(self, environment: str, subdir: str) -> PackageSet | None:
        """Return an environment's packages for a system; of several declared platforms the one that Pixi would choose (`platforms`)."""
        return next((item for item in self.sets if item.environment == environment and item.platform == subdir), None)


def read_lock(path: Path) -> LockedWorkspace:
    """Read a lock file whole.

    Raises:
        EnvironmentUnavailable: it is not a lock file that py-rattler reads.
    """
    sets = []
    lock = open_lock(path)
    written = written_versions(path)
    for name in sorted(name for name, _ in lock.environments()):
        for platform, rows in locked_platforms(lock, name, path):
            packages = tuple(sorted(package_of(row, written) for row in rows))
            sets.append(PackageSet(name, platforms.subdir_of(platform), packages))
    return LockedWorkspace(tuple(sets))


def open_lock(path: Path) -> LockFile:
    """Return a lock file as py-rattler's object.

    Raises:
        EnvironmentUnavailable: it is not a lock file that py-rattler reads.
    """
    from rattler import LockFile

    try:
        return LockFile.from_path(path)
    except Exception as error:  # py-rattler raises bare Exception subclasses of several modules
        from site_builder.environments.pixi_errors import in_conflict, unavailable

        conflict = in_conflict(path)
        if conflict:
            raise unavailable(conflict, OWN, path.name) from error
        newer = "newer lockfile format" in str(error)
        hint = "a newer Pixi wrote it: update the builder and its py-rattler" if newer else "run `pixi lock` and commit the result"
        raise EnvironmentUnavailable(f"{path.name} cannot be read: {error}", hint=hint) from error


def locked_platforms(lock: LockFile, environment: str, path: Path) -> Iterator[tuple[Any, list[Any]]]:
    """Yield the platforms of an environment, in the order in which they are tried, with the rows of their packages."""
    found = lock.environment(environment)
    if found is not None:
        for platform in platforms.ordered(found.platforms(), lambda: _manifest_beside(path)):
            yield platform, list(found.packages(platform) or ())


def _manifest_beside(path: Path) -> Manifest | None:
    """The manifest provides only the order of platforms: without a readable one they are ordered by their demands."""
    from site_builder.environments.workspace.manifest import read_manifest  # only where a system is declared twice

    try:
        return read_manifest(path.with_name(manifest_name(path.parent) or OWN))
    except EnvironmentUnavailable:
        return None


ENTRY = re.compile(r"^- (?:kind: )?pypi\b.*(?:\n  .*)*", re.MULTILINE)
"""A package of the Python Package Index among the packages of a lock file."""
ADDRESS = re.compile(r"^(?:- |  )(?:pypi|url|path): ['\"]?([^'\"\n]+)", re.MULTILINE)
VERSION = re.compile(r"^  version: ['\"]?([^'\"\n]+)", re.MULTILINE)


def written_versions(path: Path) -> Mapping[str, str]:
    """Return the versions of a lock's packages of the Python Package Index as they are written, by address.

    py-rattler has the normalised ones alone: ``2026.1.4`` for ``2026.01.04``.

    Raises:
        MachineError: it cannot be read.
    """
    found = {}
    for entry in ENTRY.findall(read_bytes(path).decode(errors="replace")):
        address, version = ADDRESS.search(entry), VERSION.search(entry)
        if address and version:
            found[address[1].strip()] = version[1].strip()
    return found


def package_of(row: Any, written: Mapping[str, str]) -> Package:
    """Return the facts of one locked package; conda packages have a build, PyPI packages have none.

    Its version is the lock's text (`written_versions`), which other tools compare, and not its normal form.
    """
    record = getattr(row, "package_record", None)
    try:
        digest = row.hashes.sha256.hex()
    except AttributeError:  # py-rattler's sign that there is none: a folder, or an old lock
        digest = ""
    build = str(record.build) if record is not None else ""
    version = str(record.version) if record is not None else written.get(str(row.location), str(row.version or ""))
    return Package(str(row.name), version, build, digest)


def locked_packages(lock: LockedWorkspace, environment: str) -> PackageSet:
    """Return an environment's locked packages for this machine's system.

    Raises:
        EnvironmentUnavailable: the lock has no such environment, or not for this system; or there is none.
    """
    if not lock.sets:
        raise EnvironmentUnavailable("pixi.lock is missing or locks no environment", hint="run `pixi lock` and commit the lock")
    found = lock.find(environment, machine.subdir())
    if found is not None:
        return found
    if environment not in lock.environments:
        raise unknown_environment(environment, lock.environments, "pixi.lock")
    hint = "build it on one of its platforms, or show the committed records"
    raise EnvironmentUnavailable(f"environment `{environment}` is not locked for {machine.subdir()}", hint=hint)


def unknown_environment(environment: str, known: Iterable[str], where: str) -> EnvironmentUnavailable:
    """Return the error for a name that a file lacks, with the most similar one it has."""
    names = sorted(known)
    hint = did_you_mean(environment, names) or f"known: {', '.join(names) or 'none'}"
    return EnvironmentUnavailable(f"there is no environment `{environment}` in {where}", hint=hint)
