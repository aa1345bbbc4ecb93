"""Read a lesson's settings from ``config.yaml`` or from ``extra.lesson`` of ``mkdocs.yml``."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import site_builder
from site_builder.errors import ConfigError
from site_builder.files import read_text
from site_builder.lesson.requirement import check_builder
from site_builder.problems import Location, Problem
from site_builder.settings.advice import advice
from site_builder.settings.checking import At, check, read_mapping
from site_builder.settings.keys import label
from site_builder.settings.lesson import RULES, Settings
from site_builder.settings.places import KeyPath, Mark, place_of
from site_builder.settings.workshop import settled
from site_builder.settings.yaml_loader import TextLoader
from site_builder.settings.yaml_reading import Yaml

CONFIG = PurePosixPath("config.yaml")
MKDOCS = PurePosixPath("mkdocs.yml")
BLOCK: KeyPath = ("extra", "lesson")
"""Path of the settings in MkDocs' own file."""

SITE_KEYS = {"site_name": "title", "site_url": "url", "repo_url": "source"}
"""Key of MkDocs -> the setting that it provides where the block does not set it."""


def read_settings(root: Path) -> tuple[Settings, tuple[Problem, ...]]:
    """Read a lesson's settings; without a file, or without ``extra.lesson``, they are the defaults.

    Raises:
        ConfigError: the file is not YAML or not a mapping, or requires another version of the builder (``requires-lesson``), which
            is checked before everything else; its problem has line and column.
    """
    path = next((name for name in (CONFIG, MKDOCS) if (root / name).is_file()), None)
    if path is None:
        return Settings(), ()
    return settings_from(read_text(root / path)[0], path)


def settings_from(text: str, path: PurePosixPath) -> tuple[Settings, tuple[Problem, ...]]:
    """Read settings from the text of a file; each unusable value is a problem, and its default applies.

    Raises:
        ConfigError: as `read_settings`.
    """

    def at(mark: Mark) -> Location:
        return Location(path, *mark)

    document, problems = _mapping(text, at, str(path))
    if path == MKDOCS:
        document = _lesson_block(document)
        if not isinstance(document.value, dict):
            message = f"`{label(BLOCK)}` is not a mapping of keys to values"
            problem = Problem(RULES.shape, message, at(place_of(document.marks, BLOCK)), "write its keys below it, indented")
            raise ConfigError(f"{path} cannot be read", problems=(*problems, problem))
    asked = check_builder(document.value, lambda key: at(place_of(document.marks, (key,))), site_builder.__version__)
    read, found = check(Settings, document, at, RULES)
    found = [problem for problem in found if problem.location not in {each.location for each in asked}]
    settings = replace(
        read,
        source=read.source.rstrip("/"),
        url=_address(read.url, read.source.rstrip("/")),
        workshop=settled(read.workshop),
        path=path,
        values=MappingProxyType(document.value),
        marks=MappingProxyType(document.marks),
    )
    return settings, tuple(sorted((*problems, *asked, *found, *advice(settings)), key=lambda problem: problem.location))


def _mapping(text: str, at: At, name: str, loader: type[TextLoader] | None = None) -> tuple[Yaml, list[Problem]]:
    document, problems = read_mapping(text, at, RULES, name, loader)
    if not isinstance(document.value, dict):
        raise ConfigError(f"{name} cannot be read", problems=problems)
    return document, problems


def parse_mapping(text: str, path: PurePosixPath, loader: type[TextLoader] | None = None) -> dict[str, Any]:
    """Return a YAML mapping of settings that belong to MkDocs rather than to the lesson.

    Raises:
        ConfigError: not YAML, or not a mapping; its problem has line and column.
    """
    values: dict[str, Any] = _mapping(text, lambda mark: Location(path, *mark), str(path), loader)[0].value
    return values


def _lesson_block(document: Yaml) -> Yaml:
    """Return the settings block of MkDocs' file, with the settings that MkDocs' own keys provide; without ``extra``, there is no block."""
    extra = document.value.get(BLOCK[0])
    written = extra.get(BLOCK[1]) if isinstance(extra, dict) else None
    marks = {path[2:]: mark for path, mark in document.marks.items() if path[:2] == BLOCK}
    if written is not None and not isinstance(written, dict):
        return Yaml(written, document.marks)
    site = {name: document.value[key] for key, name in SITE_KEYS.items() if document.value.get(key) is not None}
    places = {(name,): place_of(document.marks, (key,)) for key, name in SITE_KEYS.items() if name in site}
    return Yaml(site | (written or {}), places | marks)


def _address(url: str, source: str) -> str:
    """Derive the site's address from the repository where no address is set: ``https://owner.github.io/repository/``."""
    found = re.search(r"github\.com/([^/]+)/([^/]+?)(?:\.git)?$", source)
    if not url and found:
        url = f"https://{found[1]}.github.io/{found[2]}/"
    url = quote(url, safe="/:?#[]@!$&'()*+,;=%~")  # it goes into attributes of every page
    return url if not url or url.endswith("/") else url + "/"
