"""Files in a site that the builder did not make: found by the site's own manifest, and moved to the site that replaces it."""

from __future__ import annotations

import filecmp
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.errors import MachineError
from site_builder.publish.manifest import MANIFEST, SiteManifest, read_manifest

OWNER = PurePosixPath(".lesson")
"""Folder in a site outside its lesson that records which lesson made it; Git ignores it."""

OWN_NAMES = frozenset({MANIFEST, f"{OWNER}/.gitignore", f"{OWNER}/owner"})
"""The builder's own files that no manifest lists."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """An entry of a site that no build made, relative to the site: a file, a link or a whole folder.

    ``edited`` is true for a file that a build made and somebody has changed since.
    """

    path: PurePosixPath
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry that was renamed because the new site has one of that name, both relative to the site."""

    path: PurePosixPath
    name: PurePosixPath


def foreign_entries(site: Path, manifest: SiteManifest | None) -> tuple[Foreign, ...]:
    """Return what is in a site besides the files of its manifest; a wholly foreign folder is one entry. Links are not followed.

    Raises:
        OSError: a folder cannot be read.
    """
    ours = manifest.files if manifest else {}
    known = {*ours, *(OWN_NAMES if manifest else ())}
    shared = {name[:end] for name in known for end in range(len(name)) if name[end] == "/"}
    return tuple(_entries(f"{site}/", "", ours, shared, known))


def _entries(site: str, folder: str, ours: Mapping[str, str], shared: Collection[str], known: Collection[str]) -> Iterator[Foreign]:
    with os.scandir(site + folder) as listing:
        entries = sorted(listing, key=lambda entry: entry.name)
    for entry in entries:
        path = folder + entry.name
        if entry.is_dir(follow_symlinks=False):
            if path in shared:
                yield from _entries(site, f"{path}/", ours, shared, known)
            else:
                yield Foreign(PurePosixPath(path))
        elif path not in known:
            yield Foreign(PurePosixPath(path))
        elif path not in OWN_NAMES and files.known_digest_of(site + path) != ours[path]:
            yield Foreign(PurePosixPath(path), edited=True)


def carry_over(old: Path, site: Path) -> tuple[Kept, ...]:
    """Move everything foreign from a replaced site into its replacement; return what was renamed there.

    What remains in ``old`` is the builder's own. Called again after an interruption, it moves the rest.

    Raises:
        MachineError: something cannot be moved; it is still in ``old``.
    """
    try:
        return tuple(_carried(old, site))
    except MachineError as error:
        hint = f"then build again: what was in the site beside the builder's own files is in {old} until it can be moved"
        raise MachineError(error.message, hint=f"{error.hint}, {hint}" if error.hint else hint) from error


def _carried(old: Path, site: Path) -> Iterator[Kept]:
    with files.machine_errors(site):
        later = []
        for entry in foreign_entries(old, read_manifest(old)):
            if entry.edited or _destination(old, site, entry) != entry.path:
                later.append(entry)  # names that end in .kept may be taken by now
            else:
                _move(old, site, entry.path, entry.path)
        for entry in later:
            target = _destination(old, site, entry)
            if target is not None:
                _move(old, site, entry.path, target)
                yield Kept(entry.path, target)


def _move(old: Path, site: Path, path: PurePosixPath, target: PurePosixPath) -> None:
    """Move an entry; the folders above it get the permissions that they had."""
    for parent in reversed(target.parents):
        if not (site / parent).is_dir():
            files.make_folder(site / parent)
        if (old / parent).is_dir():
            files.copy_permissions(old / parent, site / parent)
    files.move_folder(old / path, site / target)


def destination(
    entry: Foreign,
    exists: Callable[[PurePosixPath], bool],
    is_folder: Callable[[PurePosixPath], bool],
    same: Callable[[PurePosixPath], bool],
) -> PurePosixPath | None:
    """Return where a foreign entry goes in a new site, or None if the site or an earlier copy already has the same edited content.

    What the site has is asked of it: whether a name exists, is a folder (no link to one), or has the content of the entry.
    """
    path = entry.path
    for parent in reversed(path.parents[:-1]):  # a folder that is a file of the new site
        if exists(parent) and not is_folder(parent):
            path = parent.with_name(parent.name + files.KEPT_ENDING) / path.relative_to(parent)
            break
    if path == entry.path and not entry.edited and not exists(path):
        return path
    if entry.edited and same(entry.path):
        return None  # what somebody wrote into the site is now in the lesson
    if path == entry.path:
        path = path.with_name(path.name + files.KEPT_ENDING)
    candidate, number = path, 2
    while exists(candidate):
        if entry.edited and same(candidate):
            return None
        candidate, number = path.with_name(f"{path.name}-{number}"), number + 1
    return candidate


def _destination(old: Path, site: Path, entry: Foreign) -> PurePosixPath | None:
    return destination(
        entry,
        lambda path: os.path.lexists(site / path),
        lambda path: (site / path).is_dir() and not (site / path).is_symlink(),
        lambda path: _same(old / entry.path, site / path),
    )


def _same(one: Path, other: Path) -> bool:
    """Tell whether two paths have the same content: regular files with equal bytes, or links with equal targets."""
    if one.is_symlink() or other.is_symlink():
        return one.is_symlink() and other.is_symlink() and one.readlink() == other.readlink()
    try:
        return one.is_file() and other.is_file() and filecmp.cmp(one, other, shallow=False)
    except OSError:
        return False
