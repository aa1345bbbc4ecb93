"""Which files describe a lesson's Pixi workspace: its own, those of the project that it is part of, or those that the settings name.

Pixi itself looks upward without end (https://pixi.prefix.dev/latest/workspace/); here the repository's root is the last folder, so that
no stranger's file in a home folder changes a lesson.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from site_builder.files import is_file, read_text

OWN = "pixi.toml"
PYTHON = "pyproject.toml"
"""A Python project's file, which defines a workspace if it has a table ``[tool.pixi]`` (https://pixi.prefix.dev/latest/python/pyproject_toml/)."""

LOCK = "pixi.lock"


def workspace_folders(root: Path) -> tuple[Path, ...]:
    """Return the lesson's folder and those above it up to the repository's root; the lesson's alone where there is no repository."""
    above = (root, *root.parents)
    last = next((index for index, folder in enumerate(above) if os.path.lexists(folder / ".git")), 0)
    return above[: last + 1]


def find_manifest(root: Path) -> PurePosixPath | None:
    """Return the manifest of the nearest workspace relative to the lesson (``../pixi.toml``); None where there is none.

    A lesson with a lock of its own and no manifest belongs to no workspace above it.

    Raises:
        MachineError: an existing file cannot be read.
    """
    for folder in workspace_folders(root):
        name = manifest_name(folder)
        if name is not None:
            return PurePosixPath(Path(os.path.relpath(folder / name, root)).as_posix())
        if folder == root and is_file(root / LOCK):
            return None
    return None


def lock_beside(manifest: PurePosixPath | None) -> PurePosixPath:
    """Return the path of the lock that belongs to a manifest; without one, that of the lesson's own."""
    return manifest.with_name(LOCK) if manifest else PurePosixPath(LOCK)


def workspace_files(root: Path) -> Iterator[str]:
    """Yield the paths, relative to the lesson, of files above it that make it part of a workspace, whether they exist or not."""
    for folder in workspace_folders(root)[1:]:
        yield from (Path(os.path.relpath(folder / name, root)).as_posix() for name in (OWN, PYTHON, LOCK))


def manifest_name(folder: Path) -> str | None:
    """Return the name of the workspace's manifest in a folder, ``pixi.toml`` before ``pyproject.toml``; None where neither exists.

    Raises:
        MachineError: an existing file cannot be read.
    """
    if is_file(folder / OWN):
        return OWN
    return PYTHON if is_file(folder / PYTHON) and _pixi_table(read_text(folder / PYTHON)[0]) else None


def _pixi_table(text: str) -> bool:
    if "tool.pixi" not in text and "[tool" not in text:
        return False
    import tomllib  # few lessons have such a file

    try:
        tables: Any = tomllib.loads(text)
        return bool(tables["tool"]["pixi"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError):
        return False
