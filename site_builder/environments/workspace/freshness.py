"""Whether ``pixi.lock`` matches ``pixi.toml``: checked by Pixi if installed, else as far as possible without it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from site_builder import files, processes, withheld
from site_builder.environments.pixi_errors import LOCK, RELOCK, Concern, Explanation, because, explain, unavailable
from site_builder.environments.variables import PLAIN, scrubbed
from site_builder.environments.workspace.lock import open_lock
from site_builder.environments.workspace.manifest import Manifest, read_manifest
from site_builder.environments.workspace.platforms import subdir_of
from site_builder.errors import EnvironmentUnavailable
from site_builder.lesson.workspace import LOCK as LOCK_FILE

CHECK_SECONDS = 120.0

SHOWN = 5
"""How many differences between manifest and lock are listed."""

CURRENT = 7
"""The version of lock files that Pixi writes; `pixi lock --check` counts an older lock as changed."""


def objection(manifest: Path | None, lock: Path | None, shown: str) -> EnvironmentUnavailable | None:
    """Return how a lock does not fit its manifest, as far as this machine can tell; None where nothing is known to be wrong.

    ``shown`` is the path of the manifest as messages show it.

    Raises:
        EnvironmentUnavailable: manifest or lock cannot be read.
    """
    if manifest is None or lock is None:
        return None
    shown_lock = str(PurePosixPath(shown).with_name(LOCK_FILE))
    program = shutil.which("pixi")
    if program is not None:
        found = objection_of_pixi(program, manifest)
        return unavailable(found, shown, shown_lock) if found else None
    unmet = differences(read_manifest(manifest), lock)
    more = f" and {len(unmet) - SHOWN} more" if len(unmet) > SHOWN else ""
    stale = Explanation("; ".join(unmet[:SHOWN]) + more, "run `pixi lock` and commit the lock", Concern.STALE)
    return unavailable(stale, shown, shown_lock) if unmet else None


def objection_of_pixi(program: str, manifest: Path) -> Explanation | None:
    """Return what Pixi objects to in manifest and lock, None if nothing.

    Nothing is written (``--dry-run``), but Pixi may need the network to give a reason.
    """
    command = (program, "lock", "--check", "--dry-run", "-v", "--manifest-path", str(manifest))
    done = processes.run(command, environment=scrubbed(withheld.variables()) | PLAIN, timeout=CHECK_SECONDS)
    if done.status == 0:
        return None
    stale = Explanation(f"pixi.lock does not match {manifest.name}", LOCK, Concern.STALE)
    found = explain(done.errors, manifest.name, done.status) if done.errors.strip() else stale
    if found.concern is not Concern.STALE:
        return found
    version = _version(manifest.with_name("pixi.lock"))
    if 0 < version < CURRENT:
        message = f"pixi.lock has version {version}, which Pixi rewrites before it compares: it may or may not match {manifest.name}"
        return Explanation(message, RELOCK, Concern.STALE)
    return because(found, done.errors)


def another_generation(manifest: Path) -> Explanation | None:
    """Explain a lock that Pixi refuses although it has all that the manifest asks for; None if something plainly differs."""
    try:
        if differences(read_manifest(manifest), manifest.with_name("pixi.lock")):
            return None
    except EnvironmentUnavailable:
        return None
    message = f"pixi.lock was written by another generation of Pixi: it has all that {manifest.name} asks for, and Pixi wants to rewrite it"
    return Explanation(message, "run `pixi lock` and commit it, or use the release of Pixi that wrote it", Concern.STALE)


def _version(lock: Path) -> int:
    """Return the version of a lock file's format, 0 if there is none."""
    found = re.match(rb"\s*version:\s*(\d+)", files.read_bytes(lock)) if files.is_file(lock) else None
    return int(found[1]) if found else 0


def differences(manifest: Manifest, lock: Path) -> tuple[str, ...]:
    """Return what a lock lacks of its manifest: environments, and direct dependencies that no locked package satisfies.

    Not checked: channels, constraints, dependencies of dependencies. An empty result does not prove that a lock is up to date.

    Raises:
        EnvironmentUnavailable: the lock cannot be read.
    """
    locked = dict(open_lock(lock).environments())
    wanted = manifest.environments
    found = [f"environment `{name}` is not locked" for name in wanted if name not in locked]
    found += [f"environment `{name}` is locked but not in {manifest.path.name}" for name in sorted(locked) if name not in wanted]
    for name in wanted:
        if name in locked:
            found += _unsatisfied(manifest, name, locked[name])
    return tuple(dict.fromkeys(found))


def _unsatisfied(manifest: Manifest, name: str, environment: Any) -> Iterator[str]:
    for platform in environment.platforms():
        subdir = subdir_of(platform)
        rows = {str(row.name): row for row in environment.packages(platform) or ()}
        for package, spec in manifest.dependencies(name, subdir):
            if package not in rows:
                yield f"environment `{name}` on {subdir}: {package} is not locked"
            elif not _satisfies(rows[package], package, spec):
                yield f"environment `{name}` on {subdir}: {package} {rows[package].version} is locked, but the manifest requires {spec}"


def _satisfies(row: Any, package: str, spec: object) -> bool:
    """Tell whether a locked conda package meets a spec; specs that only Pixi understands count as met."""
    from rattler import MatchSpec

    version = spec.get("version") if isinstance(spec, Mapping) else spec
    if not isinstance(version, str) or not hasattr(row, "package_record"):
        return True
    try:
        return bool(row.satisfies(MatchSpec(f"{package} {version}")))
    except Exception:  # py-rattler's parser raises its own classes for specs that it does not support
        return True
