"""The files of a new lesson and of a new episode, as texts; ``skeleton/`` has them with names between at signs for what differs."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from site_builder.authoring.listing import text_of
from site_builder.authoring.slugs import slug

SKELETON = Path(__file__).with_name("skeleton")
PLACE = re.compile("@([a-z]+)@")
LANGUAGES = ("python", "r", "bash")
"""Languages that a skeleton can begin with: those whose cells need no kernel beyond what the environments name."""

SUFFIX = {"r": ".Rmd"}
"""Ending of an episode's file, where it is not ``.md``: knitr runs R."""

SOFTWARE = {
    "python": "Install [Python](https://www.python.org) 3.11 or newer. To run the code as this site shows it, install [Pixi](https://pixi.sh).",
    "r": "Install [R](https://www.r-project.org). To run the code as this site shows it, install [Pixi](https://pixi.sh).",
    "bash": "Linux and macOS have a terminal with Bash. On Windows install [Git for Windows](https://gitforwindows.org), which brings one.",
}
DATA = """
## Data

The episodes use one small file, [temperatures.csv](data/temperatures.csv): the temperature at noon of seven days, in degrees Celsius.
"""
CELLS = {
    "python": "```{python}\n#| label: first\nprint(6 * 7)\n```",
    "r": "```{r first}\n6 * 7\n```",
    "bash": "```{bash}\n#| label: first\necho $((6 * 7))\n```",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a lesson without asking: its title, the day it begins (ISO), and its repository's address, empty if unknown."""

    title: str
    created: str
    source: str = ""


def lesson_files(language: str, facts: Facts, settings: PurePosixPath, *, whole: bool = True) -> Mapping[PurePosixPath, str]:
    """Return the files of a lesson by their paths in it; ``settings`` is the file that has its settings.

    If not all of them will be there (``whole``), none refers to another.
    """
    values = {
        "title": html.escape(facts.title, quote=False),
        "name": slug(facts.title) or "lesson",
        "software": SOFTWARE[language],
        "settings": str(settings),
        "data": DATA if whole else "",
    }
    found = {PurePosixPath("config.yaml"): _settings(language, facts)}
    for part in ("common", language):
        for path in sorted((SKELETON / part).rglob("*")):
            if path.is_file():
                place = PurePosixPath(path.relative_to(SKELETON / part).as_posix())
                name = place.with_name(".gitignore") if place.name == "gitignore" else place  # installers leave out hidden files
                found[name] = filled(path, values)
    return found


def episode_text(title: str, language: str) -> str:
    """Return a new episode."""
    return filled(SKELETON / "episode.md", {"title": text_of({"title": title}).rstrip("\n"), "cell": CELLS[language]})


def filled(path: Path, values: Mapping[str, str]) -> str:
    """Return a file of the skeleton with its values; each is put in once, whatever it holds."""
    return PLACE.sub(lambda found: values[found[1]], path.read_text(encoding="utf-8"))


def _settings(language: str, facts: Facts) -> str:
    """Return ``config.yaml``."""
    known = {"title": facts.title, "license": "CC-BY 4.0", "life_cycle": "pre-alpha"}
    source = text_of({"source": facts.source}) if facts.source else "# source: https://github.com/OWNER/NAME   # the repository's address\n"
    return (
        "# The settings of the lesson. Paths are relative to this file.\n"
        f"{text_of(known)}created: {facts.created}\n{source}"
        "# contact: somebody@example.org   # an address that readers can write to\n\n"
        f"episodes: # in their order\n- introduction{SUFFIX.get(language, '.md')}\n\n"
        "learners:\n- setup.md\n- reference.md\n\ninstructors:\n- instructor-notes.md\n\nprofiles:\n- learner-profiles.md\n"
    )
