"""Which provider serves a lesson on this machine."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from site_builder.environments.base import EnvironmentProvider
from site_builder.environments.installation.prefix import FOLDER
from site_builder.environments.providers.automatic import AutomaticProvider
from site_builder.environments.providers.host import HostProvider
from site_builder.environments.workspace.lock import LockedWorkspace, read_lock
from site_builder.errors import ConfigError
from site_builder.lesson.model import Lesson
from site_builder.problems import did_you_mean

if TYPE_CHECKING:
    from site_builder.environments.installation.outstanding import InstallationWatcher
    from site_builder.environments.providers.rattler import RattlerProvider

NAMES = ("auto", "pixi", "rattler", "host")


def locked_workspace(lesson: Lesson) -> LockedWorkspace:
    """Read the lesson's lock file; a lesson without one has no locked environments.

    Raises:
        EnvironmentUnavailable: the lock file cannot be read.
    """
    return read_lock(lesson.lock_file) if lesson.lock_file else LockedWorkspace(())


def provider(
    lesson: Lesson, lock: LockedWorkspace, name: str, watcher: InstallationWatcher | None = None, folder: Path | None = None
) -> EnvironmentProvider:
    """Return the named provider; ``auto`` uses Pixi if it is on PATH, else what `lesson environment install` made, else the host.

    ``watcher`` is told how an installation by Pixi goes on. What `lesson environment install` made is in ``folder``, if one is given.

    Raises:
        ConfigError: there is no such provider, or the lesson lacks the manifest or lock that it needs.
    """
    if name not in NAMES:
        raise ConfigError(f"unknown environment provider '{name}'", hint=did_you_mean(name, NAMES) or f"known: {', '.join(NAMES)}")
    if name == "rattler":
        return rattler_provider(lesson, lock, folder)
    if is_host(name, lesson.root, lesson.manifest, lesson.lock, folder):
        return HostProvider()
    if name == "pixi" or (lesson.manifest and shutil.which("pixi")):
        if lesson.manifest_file is None:
            hint = "run `pixi init` there, or use --environments host"
            raise ConfigError("the lesson has no pixi.toml, so Pixi cannot run it", hint=hint)
        from site_builder.environments.providers.pixi import PixiProvider

        frozen = lesson.settings.pixi_frozen
        return PixiProvider(lesson.manifest_file, lock, frozen=frozen, shown=str(lesson.manifest), watcher=watcher)
    return AutomaticProvider(rattler_provider(lesson, lock, folder), HostProvider())


def is_host(name: str, root: Path, manifest: PurePath | None, lock: PurePath | None, folder: Path | None = None) -> bool:
    """Tell whether this machine's own Python serves a lesson with such files, with the named provider."""
    if name == "auto":
        return not (manifest and shutil.which("pixi")) and not (lock and (folder or root / FOLDER).is_dir())
    return name == "host"


def rattler_provider(lesson: Lesson, lock: LockedWorkspace, folder: Path | None = None) -> RattlerProvider:
    """Return the provider that py-rattler serves.

    Raises:
        ConfigError: the lesson has no lock.
    """
    if lesson.lock_file is None:
        raise ConfigError("the lesson has no pixi.lock, so nothing can be installed from it", hint="run `pixi lock` and commit the lock")
    from site_builder.environments.providers.rattler import RattlerProvider  # imported only where it is used

    return RattlerProvider(lesson.root, lesson.manifest_file, lesson.lock_file, lock, folder)


def known_environments(lesson: Lesson, lock: LockedWorkspace) -> tuple[str, ...]:
    """Return the environments that episodes may name: those of the lock, and always ``default``."""
    return tuple(sorted({*lock.environments, "default"}))
