"""The text of a ``pixi.toml`` for a lesson that has none (https://pixi.prefix.dev/latest/reference/pixi_manifest/). Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PLATFORMS = ("linux-64", "osx-arm64", "osx-64", "win-64")
BARE = re.compile(r"[A-Za-z0-9_-]+")
NO_VERSION = "*"


@dataclass(frozen=True, slots=True)
class Requirement:
    """A package, the versions of it that are allowed, and why it is there. With ``pypi`` it comes from the Python Package Index."""

    name: str
    spec: str = NO_VERSION
    reason: str = ""
    pypi: bool = False


def manifest(name: str, requirements: Iterable[Requirement], channels: Sequence[str] = ("conda-forge",)) -> str:
    """Return the manifest of a workspace with one environment."""
    known = sorted(_once(requirements), key=lambda each: each.name)
    conda = [each for each in known if not each.pypi]
    pypi = [each for each in known if each.pypi]
    lines = ["[workspace]", f"name = {json.dumps(_plain(name))}", f"channels = {json.dumps(list(channels))}"]
    lines += [f"platforms = {json.dumps(list(PLATFORMS))}", "", "[dependencies]", *map(_line, conda)]
    lines += ["", "[pypi-dependencies]", *map(_line, pypi)] if pypi else []
    return "\n".join(lines) + "\n"


def _once(requirements: Iterable[Requirement]) -> list[Requirement]:
    """Keep the first one of a name, which may say more about versions."""
    found: dict[str, Requirement] = {}
    for each in requirements:
        found.setdefault(each.name, each)
    return list(found.values())


def _line(requirement: Requirement) -> str:
    name = requirement.name if BARE.fullmatch(requirement.name) else json.dumps(requirement.name)
    why = f"  # {requirement.reason}" if requirement.reason else ""
    return f"{name} = {json.dumps(requirement.spec)}{why}"


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "lesson"
