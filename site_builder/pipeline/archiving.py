"""The site as one ZIP file that can be read from a folder, without a server or a network."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from site_builder import files
from site_builder.errors import ConfigError
from site_builder.lesson.config import read_settings
from site_builder.lesson.root import find_root
from site_builder.pipeline.building import build
from site_builder.pipeline.model import Built, Options, Told

RECOMMENDED = 15_000_000
"""Bytes that a lesson without videos should not exceed: people fetch it over a conference's network."""

DEVICES = re.compile(r"con|prn|aux|nul|(?:com|lpt)\d")
"""Names that no folder can have on Windows."""


@dataclass(frozen=True, slots=True)
class Archived:
    """An archive: where it is, the folder that it unpacks to, its files and bytes, the largest file in it, and the build it holds."""

    path: Path
    folder: str
    files: int
    bytes: int
    largest: str
    built: Built


def archive(path: Path, output: Path | None, options: Options, tell: Told = lambda line: None) -> Archived:
    """Build the lesson at ``path`` and put its site into a ZIP file (default: the lesson's name, in the current folder).

    Raises:
        ConfigError: ``output`` lies in the site, or is a file that is no ZIP file.
        SiteBuilderError: what building raises.
    """
    root = find_root(path)
    folder = folder_name(read_settings(root)[0].title)
    target = output or Path(f"{folder}.zip")
    _refuse(target, root / "site")
    built = build(path, None, options, tell)
    found = sorted((file.relative_to(built.site).as_posix(), file) for file in files.files_below(built.site))
    files.write_archive(target, ((f"{folder}/{name}", file) for name, file in found))
    largest = max(found, key=lambda item: item[1].stat().st_size)[0]
    return Archived(target, folder, len(found), target.stat().st_size, largest, built)


def folder_name(title: str) -> str:
    """Return a title as the name of a folder on any system: letters, digits and hyphens, at most 60, and no name of a device."""
    name = re.sub(r"[^\w]+|_+", "-", title.lower())[:60].strip("-") or "lesson"
    return f"{name}-lesson" if DEVICES.fullmatch(name) else name


def _refuse(target: Path, site: Path) -> None:
    if target.resolve().is_relative_to(site.resolve()):
        raise ConfigError(f"{target} lies in the site itself", hint="choose another place with --output")
    if target.is_dir() or (files.is_file(target) and not zipfile.is_zipfile(target)):
        raise ConfigError(f"{target} exists and is no ZIP file", hint="choose another name with --output")
