"""What can be done with a lesson's locked environments without running an episode."""

from __future__ import annotations

from pathlib import Path

from site_builder import files
from site_builder.environments import choose
from site_builder.environments.installing import Watcher
from site_builder.lesson.discover import discover
from site_builder.lesson.root import WORK, find_root


def install(path: Path, name: str, watcher: Watcher | None = None) -> tuple[Path, bool]:
    """Install one environment of a lesson's lock with py-rattler; return its folder and whether anything was done.

    No build of the lesson runs meanwhile: it may be using what is replaced.

    Raises:
        ConfigError: there is no lesson, or it has no lock.
        EnvironmentUnavailable: the environment cannot be had here; what was there before is untouched.
        Busy: a build of the lesson runs.
    """
    root = find_root(path)
    lesson, _ = discover(root)
    provider = choose.rattler_provider(lesson, choose.locked_workspace(lesson))
    with files.build_lock(root / WORK / "lock"):
        return provider.install(name, watcher)
