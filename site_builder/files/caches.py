"""Where this user's caches are: what can be had again, at a price, and serves all lessons."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path


def system_caches(variables: Mapping[str, str]) -> Path:
    """Return the system's folder for caches, as rattler and platformdirs find it: ``~/.cache`` on Linux, or ``XDG_CACHE_HOME``."""
    platform: str = sys.platform
    if platform == "win32" and variables.get("LOCALAPPDATA"):
        return Path(variables["LOCALAPPDATA"])
    home = Path(variables.get("HOME") or Path.home())
    if platform == "darwin":
        return home / "Library" / "Caches"
    return Path(variables.get("XDG_CACHE_HOME") or home / ".cache")


DATA = "LESSON_DATA_FOLDER"
"""The variable with the folder of fetched data, such as one that several users share."""


def data_folder(variables: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of fetched data, which may not exist yet: files named by their SHA-256."""
    return Path(variables.get(DATA) or system_caches(variables) / "lesson" / "data").absolute()
