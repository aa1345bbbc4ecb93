"""Where a lesson begins."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from site_builder.errors import ConfigError
from site_builder.files import real_path

WORK = PurePosixPath(".lesson")
"""Caches, local records and unfinished work of a lesson; never committed."""

MARKERS = ("episodes", "site", "learners", "instructors", "profiles")
"""Folders that a lesson has."""


def find_root(start: Path) -> Path:
    """Return the lesson's folder: the nearest ancestor that holds one of the content folders.

    Raises:
        ConfigError: there is none; the message says where it looked.
    """
    here = real_path(start)
    if not os.path.exists(here):  # noqa: PTH110  Path.exists of Python 3.11 raises for names that are too long
        raise ConfigError(f"{start} does not exist", hint="name the lesson's folder: `lesson build PATH`")
    for folder in (here, *here.parents):
        if any((folder / name).is_dir() for name in MARKERS) and (folder / "config.yaml").is_file():
            return folder
        if any((folder / name).is_dir() for name in ("episodes", "learners", "instructors", "profiles")):
            return folder
    raise ConfigError(
        f"no lesson found in {here} or above it",
        hint="a lesson is a folder with `episodes/` and a `config.yaml` or `mkdocs.yml`; name it: `lesson build PATH`",
    )
