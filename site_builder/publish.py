"""Put a finished site in the old one's place: verified by its manifest, exchanged in one step (design 3.11)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from site_builder import files
from site_builder.errors import MachineError, SiteBuilderError

MANIFEST = "manifest.json"
"""In the site's root: the sha256 of every file by path, and the digest of what it was made from. Written last."""


class PublishRefused(SiteBuilderError):
    """The finished folder is not what its manifest says, or the destination holds something that is not a site of ours."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a site consists of (path -> sha256), the digest of the staged folder it was rendered from, and those of the folder's parts."""

    files: tuple[tuple[str, str], ...]
    staged: str
    parts: tuple[str, ...] = ()


def write_manifest(site: Path, staged: str, parts: Iterable[str] = ()) -> Manifest:
    """Add the manifest to a rendered folder and return it.

    Raises:
        MachineError: it cannot be written.
    """
    manifest = Manifest(tuple(_digests(site)), staged, tuple(parts))
    text = (
        json.dumps({"schema": 1, "staged": staged, "parts": list(manifest.parts), "files": dict(manifest.files)}, indent=1, sort_keys=True)
        + "\n"
    )
    files.place_text(site / MANIFEST, text)
    return manifest


def read_manifest(site: Path) -> Manifest | None:
    """Return a published site's manifest, or None where there is none that can be read."""
    try:
        found = json.loads((site / MANIFEST).read_text(encoding="utf-8"))
        return Manifest(tuple(sorted(found["files"].items())), str(found["staged"]), tuple(found.get("parts", ())))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def is_current(site: Path, staged: str) -> bool:
    """Tell whether a published site was made from these staged bytes and is still whole."""
    manifest = read_manifest(site)
    return manifest is not None and manifest.staged == staged and tuple(_digests(site)) == manifest.files


def publish(rendered: Path, site: Path) -> None:
    """Exchange a rendered folder (with manifest) for the site that is there; afterwards ``rendered`` is the old site or gone.

    Raises:
        PublishRefused: the manifest disagrees with the folder, or the destination is a folder of other things.
        MachineError: the folders cannot be exchanged.
    """
    manifest = read_manifest(rendered)
    if manifest is None or tuple(_digests(rendered)) != manifest.files:
        raise PublishRefused("the rendered site does not agree with its manifest", hint="build it again")
    if site.is_symlink() or (site.exists() and not site.is_dir()):
        raise PublishRefused(f"{site} is not a folder", hint="name another output folder")
    if site.is_dir() and any(site.iterdir()) and not _is_site(site):
        raise PublishRefused(f"{site} holds files that no build made", hint="name an empty output folder, or remove them")
    try:
        files.exchange_folders(rendered, site)
    except OSError as error:  # pragma: no cover - exchange_folders translates what the system says
        raise MachineError(str(error)) from error


def _is_site(folder: Path) -> bool:
    """A site of ours has a manifest; the Workbench's build area (``site/README.md`` committed, ``site/docs``) is taken over too."""
    names = {entry.name for entry in folder.iterdir()}
    return read_manifest(folder) is not None or names <= {"README.md", "built", "docs"}


def _digests(folder: Path) -> list[tuple[str, str]]:
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != MANIFEST:
            found.append((name, hashlib.sha256(path.read_bytes()).hexdigest()))
    return sorted(found)
