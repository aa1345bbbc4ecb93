"""One release of Pixi is pinned, with its day, and every file that names a release names that one or the oldest that works."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from pathlib import Path

from site_builder.environments.capabilities import PIXI_FLOOR, PIXI_OLDEST, PIXI_PINNED, PIXI_RELEASED, PIXI_TESTED

ROOT = Path(__file__).parents[2]
NAMED = re.compile(
    r"pixi-version: v?(\d[\d.]*\d)|prefix-dev/pixi:(\d[\d.]*\d)|\bpixi: \[v(\d[\d.]*\d), v(\d[\d.]*\d)\]|default: v(\d+\.\d+\.\d+)$"
    r"|requires-pixi = \">=(\d[\d.]*\d)|tried with (\d+\.\d+\.\d+) of|tried with Pixi (\d[\d.]*\d)",
    re.MULTILINE,
)
"""How workflows, images, manifests and pages name a release."""
APART = ("tests/", "records/", "CHANGELOG.md", "docs/facts-of-the-course.md")
"""What says how things were: with which release something was tried, and when."""
SUFFIXES = {".md", ".yml", ".yaml", ".toml", ".py", ".j2", ".sub", ".sh", ".def", ".bad", ""}


def named(names: list[str]) -> dict[str, set[str]]:
    """Return the releases that files of the repository name, by their path."""
    found: dict[str, set[str]] = {}
    for name in names:
        if name.startswith(APART) or Path(name).suffix not in SUFFIXES:
            continue
        text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
        releases = {release for match in NAMED.finditer(text) for release in match.groups() if release}
        found |= {name: releases} if releases else {}
    return found


def test_every_file_names_the_pinned_release_or_the_oldest(source_files: Callable[[], list[str]]) -> None:
    found = named(source_files())
    allowed = {PIXI_PINNED, PIXI_OLDEST, f"{PIXI_OLDEST}.0"}
    assert {name: releases - allowed for name, releases in found.items() if releases - allowed} == {}
    assert {
        ".github/workflows/ci.yml",
        ".github/workflows/records.yml",
        "site_builder/release/lesson.yml",
        "learners/setup.md",
    } <= found.keys()
    assert sum(PIXI_PINNED in releases for releases in found.values()) >= 10


def test_the_pinned_release_has_its_day_in_the_table_of_the_course_s_facts() -> None:
    table = (ROOT / "docs/facts-of-the-course.md").read_text(encoding="utf-8")
    assert f"{PIXI_PINNED} is of {PIXI_RELEASED}" in table
    assert datetime.date.fromisoformat(PIXI_RELEASED) < datetime.date(2100, 1, 1)
    page = (ROOT / "learners/setup.md").read_text(encoding="utf-8")
    assert f"{PIXI_PINNED} of {datetime.date.fromisoformat(PIXI_RELEASED):%B %Y}" in page


def test_the_numbers_are_those_of_the_pinned_release() -> None:
    assert ".".join(map(str, PIXI_TESTED)) == PIXI_PINNED.rpartition(".")[0]
    assert PIXI_FLOOR <= PIXI_TESTED
