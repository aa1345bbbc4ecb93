"""Finds the folder of a lesson."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from site_builder.errors import ConfigError, LessonFailed
from site_builder.files import real_path

WORK = PurePosixPath(".lesson")
"""Caches, local records and unfinished work of a lesson; never committed."""

MARKERS = ("episodes", "site", "learners", "instructors", "profiles")
"""Folders that a lesson has."""

JEKYLL = ("_episodes", "_episodes_rmd")
"""Folders of the template that came before the Workbench (https://github.com/carpentries/styles)."""

CONVERT = (
    "1. move `_episodes/*.md`, `fig/`, `data/` and `files/` into `episodes/`; 2. `setup.md` and `reference.md` into `learners/`, `_extras/`"
    " into `instructors/`; 3. write `config.yaml` with title, source, contact and the episodes in order; 4. turn the front matter's"
    " questions, objectives and key points, and quotations with `{: .challenge}`, into `:::` blocks; 5. `lesson check` names what is left."
    " https://github.com/carpentries/lesson-transition does most of it"
)


def find_root(start: Path) -> Path:
    """Return the lesson's folder: the nearest ancestor that contains one of the content folders.

    Raises:
        ConfigError: no such folder exists; the message names the folder where the search began.
        LessonFailed: the folder holds a lesson for Jekyll, as The Carpentries wrote them until 2023.
    """
    here = real_path(start)
    if not os.path.exists(here):  # noqa: PTH110  Path.exists of Python 3.11 raises for names that are too long
        raise ConfigError(f"{start} does not exist", hint="give the path of the lesson's folder: `lesson build --lesson PATH`")
    for folder in (here, *here.parents):
        if _for_jekyll(folder):
            raise LessonFailed(f"{folder} is a lesson of the Jekyll template, which has not been converted", hint=CONVERT)
        if any((folder / name).is_dir() for name in MARKERS) and (folder / "config.yaml").is_file():
            return folder
        if any((folder / name).is_dir() for name in ("episodes", "learners", "instructors", "profiles")):
            return folder
    raise ConfigError(
        f"no lesson found in {here} or above it",
        hint="a lesson is a folder with `episodes/` and a `config.yaml` or `mkdocs.yml`; give its path: `--lesson PATH`",
    )


def _for_jekyll(folder: Path) -> bool:
    written = (folder / "_config.yml").is_file() and any((folder / name).is_dir() for name in JEKYLL)
    return written and not (folder / "episodes").is_dir()
