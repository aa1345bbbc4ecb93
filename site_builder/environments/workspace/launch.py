"""What activation adds to an environment's packages, as part of a key: the manifest's variables and activation scripts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from site_builder import files
from site_builder.environments.workspace.manifest import read_manifest
from site_builder.errors import EnvironmentUnavailable, MachineError


def launch_digests(manifest: Path | None, environment: str, subdir: str) -> Mapping[str, str]:
    """Return the sha256 of each variable of ``activation.env`` by its name, and of each activation script by its path.

    A manifest in TOML 1.1, which Pixi reads and Python does not, counts as a whole: any change of it is then a change. A script that
    cannot be read counts as absent.
    """
    if manifest is None or not files.is_file(manifest):
        return {}
    try:
        found = read_manifest(manifest)
    except EnvironmentUnavailable:
        return {manifest.name: _of_file(manifest)}
    variables = {name: _digest(value.encode()) for name, value in found.variables(environment, subdir).items()}
    return variables | {name: _of_file(manifest.parent / name) for name in found.scripts(environment, subdir)}


def launch_files(manifest: Path | None, environment: str, subdir: str) -> tuple[Path, ...]:
    """Return the files that `launch_digests` reads."""
    if manifest is None or not files.is_file(manifest):
        return ()
    try:
        return (manifest, *(manifest.parent / name for name in read_manifest(manifest).scripts(environment, subdir)))
    except EnvironmentUnavailable:
        return (manifest,)


def _of_file(path: Path) -> str:
    try:
        return _digest(files.read_bytes(path))
    except MachineError:
        return ""


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
