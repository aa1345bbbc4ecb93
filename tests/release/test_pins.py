"""The files that installations outside this checkout are made of: complete, and equal to what the tests run with."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

FOLDER = Path(__file__).parents[2] / "requirements"
LINE = re.compile(r"^(?P<requirement>[A-Za-z][^\\\n]*?) \\\n(?P<digests>(?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE)
PLACES = [
    {"python_version": version.rpartition(".")[0], "python_full_version": version, "sys_platform": system, "os_name": name, "platform_system": title,
     "platform_machine": "x86_64", "implementation_name": "cpython", "platform_python_implementation": "CPython", "extra": ""}
    for version in ("3.11.0", "3.11.9", "3.12.0", "3.13.0", "3.14.0")
    for system, name, title in (("linux", "posix", "Linux"), ("darwin", "posix", "Darwin"), ("win32", "nt", "Windows"))
]  # fmt: skip
"""Every Python and system that is supported, as markers see them."""


def pins(name: str) -> set[Requirement]:
    """Return the requirements of a pinned file; a line that is none of the form fails."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    found = [Requirement(match["requirement"]) for match in LINE.finditer(text)]
    assert sum(line[:1].isalpha() for line in text.splitlines()) == len(found)
    return set(found)


def present(name: str, place: dict[str, str]) -> set[str]:
    """Return the names of what a pinned file installs in a place; none comes in two versions."""
    names = [
        canonicalize_name(requirement.name) for requirement in pins(name) if not requirement.marker or requirement.marker.evaluate(place)
    ]
    assert len(names) == len(set(names))
    return set(names)


def needed(roots: list[Requirement], place: dict[str, str]) -> Iterator[str]:
    """Yield everything that requirements bring with them in a place, as the installed packages say."""
    open_, seen = [(requirement, "") for requirement in roots], set()
    while open_:
        requirement, extra = open_.pop()
        if requirement.marker and not requirement.marker.evaluate({**place, "extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        for wanted in ("", *requirement.extras):
            if (name, wanted) in seen:
                continue
            seen.add((name, wanted))
            yield name
            try:
                further = importlib.metadata.requires(name) or []
            except importlib.metadata.PackageNotFoundError:  # of another system: what it needs cannot be seen here
                continue
            open_ += [(Requirement(text), wanted) for text in further]


PLACE = pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place['python_full_version']}-{place['sys_platform']}")


@pytest.mark.parametrize("name", ["lesson.txt", "release.txt"])
def test_what_is_installed_elsewhere_is_what_is_tested_here(name: str) -> None:
    tested = {(canonicalize_name(requirement.name), str(requirement.specifier)) for requirement in pins("all.txt")}
    names = {package for package, _ in tested}
    for requirement in pins(name):
        if requirement.marker and not any(requirement.marker.evaluate(place) for place in PLACES):
            continue  # of PyPy, which the locked environment leaves out
        pin = (canonicalize_name(requirement.name), str(requirement.specifier))
        assert pin[1].startswith("==")
        assert pin in tested or (name == "release.txt" and pin[0] not in names)


@PLACE
def test_the_file_holds_all_that_the_builder_imports(place: dict[str, str]) -> None:
    roots = [Requirement(text) for text in importlib.metadata.requires("lesson-site-builder") or []]
    wanted, found = set(needed(roots, place)), present("lesson.txt", place)
    assert wanted <= found
    assert place["sys_platform"] != "linux" or found == wanted  # what another system's packages bring cannot be seen here


@PLACE
def test_the_file_for_building_holds_the_backend(place: dict[str, str]) -> None:
    """What `build` itself needs is seen where it is installed: tests/release/test_installed.py builds with this file alone."""
    assert set(needed([Requirement("setuptools"), Requirement("build")], place)) <= present("release.txt", place)


def test_the_oldest_versions_that_are_tried_are_those_that_are_allowed() -> None:
    """`floors.txt` is what tests/release/test_installed.py builds a lesson with."""
    tried = {canonicalize_name(requirement.name): str(requirement.specifier).removeprefix("==") for requirement in pins("floors.txt")}
    for text in tomllib.loads((FOLDER.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]:
        allowed = Requirement(text)
        (floor,) = (part.version for part in allowed.specifier if part.operator == ">=")
        assert Version(tried[canonicalize_name(allowed.name)]) == Version(floor), text
