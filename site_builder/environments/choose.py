"""Which provider serves a lesson on this machine (design 3.3)."""

from __future__ import annotations

import shutil

from site_builder.environments.base import EnvironmentProvider
from site_builder.environments.host import HostProvider
from site_builder.environments.lock import LockedWorkspace, read_lock
from site_builder.environments.pixi import PixiProvider
from site_builder.errors import ConfigError
from site_builder.lesson.model import Lesson
from site_builder.problems import did_you_mean

NAMES = ("auto", "pixi", "host")


def locked_workspace(lesson: Lesson) -> LockedWorkspace:
    """Read the lesson's lock file; a lesson without one has no locked environments.

    Raises:
        EnvironmentUnavailable: the lock file cannot be read.
    """
    return read_lock(lesson.root / lesson.lock) if lesson.lock else LockedWorkspace(())


def provider(lesson: Lesson, lock: LockedWorkspace, name: str) -> EnvironmentProvider:
    """Return the provider asked for; ``auto`` takes Pixi where it is on PATH and the lesson has a manifest, else the host.

    Raises:
        ConfigError: there is no such provider, or Pixi is asked for and the lesson has no manifest.
    """
    if name not in NAMES:
        raise ConfigError(f"there is no environment provider '{name}'", hint=did_you_mean(name, NAMES) or f"known: {', '.join(NAMES)}")
    if name == "pixi" or (name == "auto" and lesson.manifest and shutil.which("pixi")):
        if lesson.manifest is None:
            raise ConfigError(
                "the lesson has no pixi.toml, so Pixi cannot run it", hint="run `pixi init` there, or use --environments host"
            )
        return PixiProvider(lesson.root / lesson.manifest, lock)
    return HostProvider()


def known_environments(lesson: Lesson, lock: LockedWorkspace) -> tuple[str, ...]:
    """Return the environments that episodes may name: those of the lock, and always ``default``."""
    return tuple(sorted({*lock.environments, "default"}))
