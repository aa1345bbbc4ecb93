"""The manifest of a site: the file in its root that lists all others with their digests, and the lesson's identity."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePath
from types import MappingProxyType

from site_builder import files
from site_builder.errors import MachineError

MANIFEST = "manifest.json"
"""In the site's root: the sha256 of every file by path, and the digest of its source. Written last."""

SCHEMA = 1

OUTSIDE = frozenset(("", ".", ".."))
"""What no part of a relative path is: an empty one begins an absolute path."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What identifies a lesson's site wherever it is built: its source, its address, else its title."""

    title: str = ""
    source: str = ""
    url: str = ""

    def same_lesson(self, other: Identity) -> bool:
        """Compare by the strongest identifier that both have."""
        if self.source and other.source:
            return self.source == other.source
        if self.url and other.url:
            return self.url == other.url
        return self.title == other.title


@dataclass(frozen=True, slots=True)
class SiteManifest:
    """A site's files (path -> sha256), the digest of the staged folder it was rendered from, those of its parts, and its lesson.

    ``identity`` is None in the manifest of a site that names no lesson.
    """

    files: Mapping[str, str]
    staged: str
    parts: tuple[str, ...] = ()
    identity: Identity | None = None


def write_manifest(site: Path, staged: str, parts: Iterable[str] = (), identity: Identity | None = None) -> SiteManifest:
    """Add the manifest to a rendered folder and return it.

    Raises:
        MachineError: it cannot be written.
    """
    manifest = SiteManifest(digests(site), staged, tuple(parts), identity)
    lesson = {} if identity is None else {"lesson": {"title": identity.title, "source": identity.source, "url": identity.url}}
    content = {"schema": SCHEMA, "staged": staged, "parts": list(manifest.parts), "files": manifest.files, **lesson}
    files.place_text(site / MANIFEST, json.dumps(content, indent=1, sort_keys=True) + "\n")
    return manifest


def read_manifest(site: Path) -> SiteManifest | None:
    """Return a site's manifest, or None if there is no readable one, or its paths lead outside: no build wrote that."""
    try:
        return manifest_from(files.read_bytes(site / MANIFEST))
    except MachineError:
        return None


@lru_cache(maxsize=2)  # a build asks for the one that is there, and for its own, several times each
def manifest_from(data: bytes) -> SiteManifest | None:
    """Return the manifest that a file's bytes are, None as in `read_manifest`."""
    try:
        found = json.loads(data.decode())
        lesson = found.get("lesson")
        identity = Identity(str(lesson["title"]), str(lesson["source"]), str(lesson["url"])) if lesson else None
        listed = {str(name): str(digest) for name, digest in found["files"].items()}
        if not all(map(_is_plain, listed)):
            return None
        return SiteManifest(MappingProxyType(listed), str(found["staged"]), tuple(found.get("parts", ())), identity)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _is_plain(name: str) -> bool:
    """Tell whether a path is written as `digests` writes it: relative, without ``.``, ``..`` or empty parts."""
    return "\0" not in name and OUTSIDE.isdisjoint(name.split("/"))


def is_current(site: Path, staged: str) -> bool:
    """Tell whether a published site was made from these staged bytes and all its files are unchanged; other files do not count."""
    manifest = read_manifest(site)
    return manifest is not None and manifest.staged == staged and is_whole(site, manifest)


def is_whole(site: Path, manifest: SiteManifest) -> bool:
    """Tell whether every file of a manifest exists with its digest."""
    return all(files.known_digest_of(f"{site}/{name}") == digest for name, digest in manifest.files.items())


def digests(folder: Path) -> dict[str, str]:
    """Return the sha256 of every file of a folder by its path there, sorted; the manifest is left out."""
    found = {}
    for place, folders, names in os.walk(folder):
        folders.sort()
        below = PurePath(place).relative_to(folder).as_posix()
        for name in names:
            relative = name if below == "." else f"{below}/{name}"
            if relative != MANIFEST:
                found[relative] = files.known_digest_of(f"{place}/{name}")
    return dict(sorted(found.items()))
