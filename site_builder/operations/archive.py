"""The site as one ZIP file that can be read from a folder, without a server or a network."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from site_builder import files
from site_builder.lesson.config import read_settings
from site_builder.lesson.root import find_root
from site_builder.pipeline.build import build
from site_builder.pipeline.model import Built, OnProgress, Options
from site_builder.publish.manifest import MANIFEST, read_manifest
from site_builder.publish.targets import file_target, remember

RECOMMENDED = 15_000_000
"""Bytes that a lesson without videos should not exceed: people download it over conference networks."""


@dataclass(frozen=True, slots=True)
class Archived:
    """An archive: its path, the folder it unpacks to, its files and bytes, its largest file, and the build it contains."""

    path: Path
    folder: str
    files: int
    bytes: int
    largest: str
    built: Built


def archive(path: Path, output: Path | None, options: Options, tell: OnProgress = lambda line: None) -> Archived:
    """Build the lesson at ``path`` and put its site into a ZIP file (default: the lesson's name, in the current folder).

    The archive contains the site's own files, not what others put in its folder.

    Raises:
        OutputRefused: ``output`` is a file that no command of this lesson made.
        SiteBuilderError: what building raises.
    """
    root = find_root(path)
    folder = folder_name(read_settings(root)[0].title)
    named = output or Path(f"{folder}.zip")
    target = file_target(named, root, force=options.force)
    built = build(path, None, replace(options, force=False), tell)
    manifest = read_manifest(built.site)
    found = sorted((name, built.site / name) for name in (*(manifest.files if manifest else ()), MANIFEST))
    files.write_archive(target, ((f"{folder}/{name}", file) for name, file in found))
    remember(root, target)
    largest = max(found, key=lambda item: item[1].stat().st_size)[0]
    return Archived(named, folder, len(found), target.stat().st_size, largest, built)


def folder_name(title: str) -> str:
    """Return a title as the name of a folder on any system: letters, digits and hyphens, at most 60, and no name of a device."""
    name = re.sub(r"[^\w]+|_+", "-", title.lower())[:60].strip("-") or "lesson"
    return f"{name}-lesson" if files.DEVICES.fullmatch(name) else name
