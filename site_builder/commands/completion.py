"""What a shell completes beside commands and options: names of episodes and of environments, read from the lesson's folder.

A shell asks at each press of a key, so that nothing is read but names of files and the manifest; a lesson that cannot be read completes
nothing, and says nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

import click

from site_builder.commands.shared import console_of

SUFFIXES = (".md", ".Rmd", ".ipynb", ".py")
"""Endings of files that can be episodes (`site_builder.lesson.discover`, which takes longer to import than there is time)."""


def episode_names(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of episodes that begin so."""
    folder = (console_of(context).lesson or Path()) / "episodes"
    try:
        return _beginning((path.stem for path in folder.iterdir() if path.suffix in SUFFIXES), incomplete)
    except OSError:
        return []


def environment_names(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of the manifest's environments that begin so."""
    root = console_of(context).lesson or Path()
    try:
        manifest = tomllib.loads((root / "pixi.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    named = manifest.get("environments")
    return _beginning(("default", *(named if isinstance(named, dict) else ())), incomplete)


def _beginning(names: Iterable[str], incomplete: str) -> list[str]:
    return sorted({name for name in names if name.startswith(incomplete)})
