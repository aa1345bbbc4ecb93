"""Which files of a lesson's folder a build can read. Content folders count as a whole; tools and the builder's own folders do not."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.lesson.root import WORK

CONTENT = ("episodes", "learners", "instructors", "profiles", "data", "fig", "files")
"""Folders whose every file can be a page, an asset or an input, whatever its name and those of the folders above it."""

TOOLS = frozenset(("node_modules", "renv", "env", "venv"))
"""Folders in a lesson's root that hold installed packages."""

COMPILED = "__pycache__"
"""Compiled modules outside the content folders change although their sources do not."""

WORKBENCH_BUILT = PurePosixPath("site/built")
"""Where the Workbench keeps the digests by which pages are dated."""


def lesson_files(root: Path, sites: Iterable[Path] = ()) -> Iterator[Path]:
    """Yield every file of a lesson that a build can read, sorted by folder; ``sites`` are folders of built sites, which are left out.

    Hidden entries of the root are left out; an episode that depends on one declares it.
    """
    for entry in entries(root, sites):
        yield from _whole(entry, frozenset() if entry.name in CONTENT else frozenset((COMPILED,)))
    yield from _whole(root / WORKBENCH_BUILT)


def entries(root: Path, sites: Iterable[Path] = ()) -> Iterator[Path]:
    """Yield the files and folders in a lesson's root that have what a build can read, sorted."""
    left_out = {files.real_path(site) for site in (*sites, root / "site")}
    for entry in sorted(root.iterdir()):
        tool = entry.name.startswith(".") or entry.name in TOOLS
        if entry.name in CONTENT or not (tool or files.real_path(entry) in left_out or _is_environment(entry)):
            yield entry


def existing(root: Path, names: Iterable[str]) -> Iterator[Path]:
    """Yield the files at some paths, relative to a lesson or absolute; a folder means all files in it."""
    for name in names:
        yield from _whole(Path(os.path.normpath(root / name)))


def local_records(root: Path) -> Iterator[Path]:
    """Yield the records of this machine."""
    yield from _whole(root / WORK / "records")


def _whole(top: Path, without: frozenset[str] = frozenset()) -> Iterator[Path]:
    if files.is_file(top):
        yield top
    elif files.is_folder(top):
        yield from map(Path, _below(str(top), without))


def _below(folder: str, without: frozenset[str]) -> Iterator[str]:
    """Yield the regular files of a folder by name, then those of its folders; of links those that lead to files."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:
        return
    yield from (entry.path for entry in entries if _is_file(entry))
    for entry in entries:
        if entry.is_dir(follow_symlinks=False) and entry.name not in without:
            yield from _below(entry.path, without)


def _is_environment(folder: Path) -> bool:
    """A virtual environment has the file that PEP 405 asks for, a conda environment its metadata."""
    return files.is_file(folder / "pyvenv.cfg") or files.is_folder(folder / "conda-meta")


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads to itself
        return False
