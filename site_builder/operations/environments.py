"""What can be done with a lesson's locked environments without running an episode."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from site_builder import files
from site_builder.environments import machine
from site_builder.environments.installation.installing import Watcher
from site_builder.environments.installation.integrity import Damage
from site_builder.environments.providers import choose
from site_builder.environments.workspace import freshness
from site_builder.environments.workspace.artifacts import Solution, read_solution
from site_builder.environments.workspace.conda_environment import conda_environment
from site_builder.environments.workspace.lock import LockedWorkspace, read_lock
from site_builder.environments.workspace.manifest import read_manifest
from site_builder.errors import ConfigError
from site_builder.lesson.discover import discover
from site_builder.lesson.model import Lesson
from site_builder.lesson.root import WORK, find_root
from site_builder.pipeline.read import read_sources
from site_builder.plan.planner import changed_packages
from site_builder.publish.targets import write_file

if TYPE_CHECKING:
    from site_builder.environments.providers.rattler import RattlerProvider


@dataclass(frozen=True, slots=True)
class Change:
    """An environment whose packages on one platform differ between two locks: what differs, and the episodes that would run again."""

    environment: str
    platform: str
    changes: tuple[str, ...]
    episodes: tuple[str, ...]


INSTALLING = 3600.0
"""Seconds to wait for another process that installs the same environment in a shared folder."""


def install(path: Path, name: str, watcher: Watcher | None = None, folder: Path | None = None) -> tuple[Path, bool]:
    """Install one environment of a lesson's lock with py-rattler; return its folder and whether anything was done.

    No build of the lesson can run meanwhile: it may be using what is replaced. In a shared ``folder`` nothing that is used is replaced:
    what is there has the same packages; processes that install the same wait for each other.

    Raises:
        ConfigError: there is no lesson, or it has no lock.
        EnvironmentUnavailable: the environment cannot be installed here; what was there before is untouched.
        Busy: a build of the lesson runs.
    """
    provider, lock = _installing(path, name, folder)
    with lock:
        return provider.install(name, watcher)


def _installing(path: Path, name: str, folder: Path | None) -> tuple[RattlerProvider, AbstractContextManager[None]]:
    """Return what installs an environment, and the lock under which it does."""
    lesson = _lesson(path)
    provider = choose.rattler_provider(lesson, choose.locked_workspace(lesson), folder)
    if folder is None:
        return provider, files.build_lock(lesson.root / WORK / "lock")
    if provider.installed(name):  # the folder may be read-only
        return provider, nullcontext()
    files.make_folder(folder)
    return provider, files.turn(provider.prefix(name).with_suffix(".lock"), INSTALLING)


def restore(
    path: Path, name: str, watcher: Watcher | None = None, *, digests: bool = False, folder: Path | None = None
) -> tuple[Damage, ...]:
    """Compare the files of an installed environment with its packages and repair it; return what was damaged.

    Without ``digests`` a file counts as whole if it has its size.

    Raises:
        ConfigError: there is no lesson, or it has no lock.
        EnvironmentUnavailable: it cannot be repaired.
        Busy: a build of the lesson runs.
    """
    provider, lock = _installing(path, name, folder)
    with lock:
        return provider.restore(name, watcher, digests=digests)


def stale(path: Path) -> tuple[str, ...]:
    """Return how a lesson's lock differs from its manifest, as far as can be checked without Pixi; nothing without a manifest.

    Raises:
        ConfigError: there is no lesson, or it has no lock.
        EnvironmentUnavailable: manifest or lock cannot be read.
    """
    lesson = _lesson(path)
    if lesson.manifest_file is None:
        return ()
    return freshness.differences(read_manifest(lesson.manifest_file), _lock_path(lesson))


def solution(path: Path, name: str, platform: str | None = None) -> tuple[Solution, str]:
    """Return an environment's packages on a platform (default: this machine's), and the lesson's title.

    Raises:
        ConfigError: there is no lesson, or it has no lock.
        EnvironmentUnavailable: the lock has no such environment or platform.
    """
    lesson = _lesson(path)
    return read_solution(_lock_path(lesson), name, platform or machine.subdir()), lesson.settings.title or lesson.root.name


def requested(path: Path, name: str, platform: str | None = None) -> str:
    """Return conda's ``environment.yml`` with what the manifest asks for in an environment on a platform (default: this machine's).

    Raises:
        ConfigError: there is no lesson, no manifest or no such environment, or the format cannot express a dependency.
        EnvironmentUnavailable: the manifest cannot be read.
    """
    lesson = _lesson(path)
    if lesson.manifest_file is None:
        raise ConfigError("the lesson has no pixi.toml", hint="run `pixi init` there")
    return conda_environment(read_manifest(lesson.manifest_file), name, platform or machine.subdir())


def compare(path: Path, old: Path, new: Path | None = None, platform: str | None = None) -> tuple[Change, ...]:
    """Return the environments that differ between two locks (default: ``old`` and the lesson's own), and the episodes affected.

    Without ``platform`` every platform counts: an episode may run on another machine.

    Raises:
        ConfigError: there is no lesson, or a lock is missing.
        EnvironmentUnavailable: a lock cannot be read.
    """
    lesson = _lesson(path)
    before, after = read_lock(_existing(old)), read_lock(_existing(new) if new else _lock_path(lesson))
    pairs = sorted({(item.environment, item.platform) for lock in (before, after) for item in lock.sets})
    users = _users(lesson)
    found = []
    for environment, subdir in pairs:
        changes = _changes(before, after, environment, subdir)
        if changes and platform in (None, subdir):
            found.append(Change(environment, subdir, changes, users.get(environment, ())))
    return tuple(found)


def write(path: Path, target: Path, text: str, *, force: bool = False) -> None:
    """Write an export, never over somebody else's file.

    Raises:
        ConfigError: there is no lesson.
        OutputRefused: the file was made by somebody else.
        MachineError: it cannot be written.
    """
    write_file(target, find_root(path), text.encode(), force=force)


def _changes(before: LockedWorkspace, after: LockedWorkspace, environment: str, subdir: str) -> tuple[str, ...]:
    """Sets of a system that is declared more than once are ordered for this machine in both locks (`platforms`)."""
    old, new = ([item for item in lock.sets if (item.environment, item.platform) == (environment, subdir)] for lock in (before, after))
    if len(old) != len(new):
        return ("no longer locked",) if not new else ("newly locked",) if not old else (f"{len(old)} platforms -> {len(new)}",)
    pairs = zip(old, new, strict=True)
    return tuple(dict.fromkeys(change for one, other in pairs for change in changed_packages(one, other)))


def _users(lesson: Lesson) -> dict[str, tuple[str, ...]]:
    """Return for each environment the episodes with cells that can run in it."""
    sources, _ = read_sources(lesson)
    found: dict[str, tuple[str, ...]] = {}
    for source in lesson.running:
        document = sources.documents[source.path]
        for name in _named(document.front_matter.environments) if document.cells else ():
            found[name] = (*found.get(name, ()), source.slug)
    return found


def _named(environments: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(environments)) or ("default",)


def _lesson(path: Path) -> Lesson:
    return discover(find_root(path))[0]


def _lock_path(lesson: Lesson) -> Path:
    if lesson.lock_file is None:
        raise ConfigError("the lesson has no pixi.lock", hint="run `pixi lock` and commit the lock")
    return lesson.lock_file


def _existing(path: Path) -> Path:
    if not files.is_file(path):
        raise ConfigError(f"{path} does not exist", hint="get an older lock from Git: `git show main:pixi.lock > old.lock`")
    return path
