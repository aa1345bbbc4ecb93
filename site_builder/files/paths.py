"""Paths with their links followed, and paths that stay inside a lesson."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath

DEVICES = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)\d)(?:\..*)?", re.IGNORECASE)
"""Names that no file or folder can have on Windows."""

LONGEST_NAME = 200
"""Bytes of a file name in UTF-8; file systems have room for 255, and copies get endings."""


def unusable_name(name: str) -> str:
    """Return why a file that every system is to have cannot have this name, empty if it can: a plain name, neither hidden nor a path."""
    if not name:
        return "the file has no name"
    if name in (".", "..") or "/" in name or "\\" in name:
        return f"the name must be a plain file name, not a path: {name[:80]!r}"
    if name.startswith("."):
        return f"the name of a hidden file: {name[:80]!r}"
    if not name.isprintable() or re.search(r'[<>:"|?*]', name) or name != name.strip() or name.endswith("."):
        return f"a name that not every system can have: {name[:80]!r}"
    if DEVICES.fullmatch(name):
        return f"the name of a device on Windows: {name!r}"
    if len(name.encode("utf-8", "replace")) > LONGEST_NAME:
        return f"the name is longer than {LONGEST_NAME} bytes: {name[:40]!r}..."
    return ""


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
