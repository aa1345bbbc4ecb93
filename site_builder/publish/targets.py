"""Decide where a command may write: one rule for sites and files. Nothing is replaced that the builder did not make.

A site is known by its manifest and by which lesson made it; a file by the digest of what a command of this lesson wrote there last.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.errors import ConfigError, LessonFailed, MachineError, OutputRefused
from site_builder.lesson.root import WORK, find_root
from site_builder.publish.foreign import OWNER
from site_builder.publish.manifest import MANIFEST, Identity, SiteManifest, read_manifest

SITE = "site"
"""Folder of a lesson's site, unless another is named."""

PREVIEW = WORK / "preview"
"""Folder of a lesson's preview, which nobody publishes."""

BESIDE_A_SITE = frozenset((".git", ".gitattributes", ".gitignore", ".nojekyll", "CNAME"))
"""Entries that a checkout of an empty branch may have as a publishing target."""

WORKBENCH_SITE = frozenset(("DESCRIPTION", "README.md", "_pkgdown.yaml", "_pkgdown.yml", "built", "docs"))
"""What the Workbench commits and builds in a lesson's own ``site/`` (sandpaper, ``create_site``)."""

MADE = WORK / "made"
"""Notes of what commands wrote: named by a digest of the target's path, with the digest of its bytes."""

CONTENT = ("episodes", "learners", "instructors", "profiles", "records")
SINGLE_SOURCES = ("config.yaml", "mkdocs.yml", "pixi.toml", "pixi.lock", "pyproject.toml", "index.md", "links.md", "CITATION.cff")


def check_site(site: Path, root: Path, identity: Identity) -> None:
    """Refuse a site folder that is not free: it has somebody's files, the lesson itself, or the site of another lesson.

    Raises:
        OutputRefused: the message says what is there, the hint what to do.
    """
    elsewhere = "name a new or empty folder with --output"
    if os.path.lexists(site) and (site.is_symlink() or not files.is_folder(site)):
        raise OutputRefused(f"{site} is not a folder", hint=elsewhere)
    if os.path.ismount(site):  # rename(2): EBUSY
        raise OutputRefused(
            f"{site} is a mount point, and a site is put in place as a whole folder", hint=f"name a folder in it: --output {site / SITE}"
        )
    if _below(root, site) or (site != root / PREVIEW and any(_below(site, root / name) for name in (*CONTENT, ".git", WORK))):
        raise OutputRefused(f"{site} contains the lesson's own files; a site there would mix with them", hint=elsewhere)
    if not files.is_folder(site):
        return
    manifest = read_manifest(site)
    if manifest is None:
        names = {entry.name for entry in site.iterdir()}
        refuse_unknown(site, names - (WORKBENCH_SITE if site == root / SITE else frozenset()), elsewhere)
        return
    home = _lesson_around(site)
    if home == root or _is_remembered(root, site / MANIFEST):
        return
    owner = _read(site / OWNER / "owner") or (_name(home) if home and site == home / SITE else "")
    other = owner != _name(root) if owner else manifest.identity is not None and not manifest.identity.same_lesson(identity)
    if other:
        raise other_lesson(site, manifest, elsewhere)


def refuse_unknown(place: Path | str, names: Collection[str], elsewhere: str) -> None:
    """Refuse a place without a manifest that has more than what stands beside a site; ``names`` are those of its entries.

    Raises:
        OutputRefused: the message says what is there.
    """
    foreign = sorted(set(names) - BESIDE_A_SITE)
    if foreign:
        shown = ", ".join(foreign[:3]) + (" …" if len(foreign) > 3 else "")
        raise OutputRefused(
            f"{place} contains files that no build made ({shown}) and is not a site: it has no {MANIFEST}",
            hint=f"{elsewhere}, or move this one away; a Git worktree of an empty branch is fine too",
        )


def other_lesson(place: Path | str, manifest: SiteManifest, elsewhere: str) -> OutputRefused:
    """Return the error that a place has the site of another lesson."""
    title = f" “{manifest.identity.title}”" if manifest.identity else ""
    return OutputRefused(
        f"{place} contains the site of another lesson{title}",
        hint=f"{elsewhere}; if that site is this lesson's, made under another name or in another folder, remove it first",
    )


def mark_site(rendered: Path, site: Path, root: Path) -> None:
    """Note in a finished folder which lesson made it, unless its location already shows that.

    Raises:
        MachineError: the note cannot be written.
    """
    if _lesson_around(site) != root:
        files.place_text(rendered / OWNER / ".gitignore", "*\n")
        files.place_text(rendered / OWNER / "owner", _name(root) + "\n")


def remember(root: Path, path: Path) -> None:
    """Note that a command of this lesson made a file's current content.

    Raises:
        MachineError: the note cannot be written.
    """
    files.ignore_folder(root / WORK)
    files.write_text(root / MADE / _name(path), files.digest_of(path) + "\n")


def file_target(target: Path, root: Path, content: bytes | None = None, *, force: bool = False) -> Path:
    """Return the file that a command may write for ``target``; links are followed.

    An existing file is replaced if a command of this lesson made it and nobody has changed it since, if it already has ``content``,
    or under ``force``. Sources of the lesson, its records and pages of a site are never replaced.

    Raises:
        OutputRefused: the message says what is there, the hint what to do.
    """
    path = files.real_path(target)
    elsewhere = "choose another file with --output"
    there = os.path.lexists(path)  # a loop of links exists, and is not a file
    if there and not files.is_file(path):
        raise OutputRefused(f"{target} is not a regular file", hint=elsewhere)
    if reserved := _reserved(path, root):
        raise OutputRefused(f"{target} {reserved}", hint=elsewhere)
    if not there:
        return path
    site = _site_of(path)
    if (not site and _is_remembered(root, path)) or (content is not None and files.digest_of(path) == hashlib.sha256(content).hexdigest()):
        return path
    if part := site or _part_of(path, root):
        raise OutputRefused(f"{target} {part}", hint=elsewhere)
    if force:
        return path
    raise OutputRefused(f"{target} exists and has other content", hint=f"{elsewhere}, or overwrite it with --force")


def write_file(target: Path, root: Path, content: bytes, *, force: bool = False) -> bool:
    """Write what a command made if `file_target` allows it; return False, touching nothing, if the file already has these bytes.

    Raises:
        OutputRefused: the file may not be replaced.
        MachineError: it cannot be written.
    """
    path = file_target(target, root, content, force=force)
    changed = files.write_bytes(path, content)
    with suppress(MachineError):  # a lesson that may only be read: without a note the file is somebody's own from now on
        remember(root, path)
    return changed


def _reserved(path: Path, root: Path) -> str:
    """Return why nothing may be written at a path, whether it exists or not; empty if it may."""
    if any(part.casefold() == ".git" for part in path.parts):
        return "belongs to Git"
    return "is in the builder's own folder" if _below(path, root / WORK) else ""


def _part_of(path: Path, root: Path) -> str:
    """Return that an existing file is part of a lesson; empty if it is not."""
    own = any(_below(path, root / name) for name in CONTENT) or any(_is(path, root / name) for name in SINGLE_SOURCES)
    return "is part of the lesson" if own else ""


def _site_of(path: Path) -> str:
    """Return which site an existing file is part of; empty if it is part of none."""
    for folder in path.parents:
        manifest = read_manifest(folder)
        if path == folder / MANIFEST and manifest:
            return "is part of a site"
        if manifest and path.relative_to(folder).as_posix() in manifest.files:
            return f"is part of the site in {folder}"
    return ""


def _lesson_around(site: Path) -> Path | None:
    """Return the lesson in whose folder a site lies, None where it lies in none."""
    try:
        return find_root(site.parent)
    except (ConfigError, LessonFailed):
        return None


def _below(path: Path, folder: Path) -> bool:
    """Tell whether a path is a folder or lies in it, also where the file system knows the folder by another spelling of its name."""
    return any(_is(place, folder) for place in (path, *path.parents))


def _is(path: Path, other: Path) -> bool:
    if path == other:
        return True
    try:
        return path.samefile(other)
    except (OSError, ValueError):
        return False


def _is_remembered(root: Path, path: Path) -> bool:
    noted = _read(root / MADE / _name(path))
    return bool(noted) and noted == files.digest_of(path)


def _name(path: Path) -> str:
    """Return a name for a local path that does not reveal the path."""
    return hashlib.sha256(os.fsencode(os.path.realpath(path))).hexdigest()[:32]


def _read(path: Path | PurePosixPath) -> str:
    try:
        return files.read_text(Path(path), 10_000)[0].strip()
    except (MachineError, ValueError):
        return ""
