"""Paths with their links followed, and paths that stay inside a lesson."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath


def real_path(path: Path) -> Path:
    """Return an absolute path with its links followed; a loop of links, at which `Path.resolve` raises, stays what it is."""
    return Path(os.path.realpath(path))


def safe_join(root: Path, relative: str | PurePosixPath) -> Path | None:
    """Return the path of a lesson's file, or None if it would leave the lesson: absolute, ``..``, a drive, NUL or a link outside.

    A link to itself is None too; a name too long for the file system is a path like any other, where nothing exists.
    """
    text = str(relative)
    if "\0" in text or text.startswith(("/", "\\")) or (len(text) > 1 and text[1] == ":"):
        return None
    base = root.resolve()
    try:
        path = (base / text).resolve()
    except (OSError, RuntimeError, ValueError):
        return None
    return path if path.is_relative_to(base) else None
