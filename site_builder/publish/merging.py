"""What a new site changes where an older one was published: the rule of `foreign`, for a list of files instead of a folder.

Only files of the previous manifest are replaced or removed, and only with the digest that it lists. Everything else stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Generic, TypeVar

from site_builder.publish.foreign import OWN_NAMES, Foreign, Kept, destination
from site_builder.publish.manifest import SiteManifest

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Changes:
    """The paths of a site that are added, changed and removed, sorted; ``kept`` were renamed."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[Kept, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return bool(self.added or self.changed or self.removed or self.kept)

    def within(self, folder: str) -> Changes:
        """Return the same changes of a folder."""
        added, changed, removed = (tuple(f"{folder}/{path}" for path in paths) for paths in (self.added, self.changed, self.removed))
        return Changes(added, changed, removed, tuple(Kept(folder / item.path, folder / item.name) for item in self.kept))


@dataclass(frozen=True, slots=True)
class Merging(Generic[Content]):
    """The files of a place after publishing, by path, and what that changes."""

    files: Mapping[str, Content]
    changes: Changes


def merged(
    there: Mapping[str, Content], manifest: SiteManifest | None, site: Mapping[str, Content], digest: Callable[[Content], str]
) -> Merging[Content]:
    """Return what is in a place after a site is published there: ``there`` are its files before, ``digest`` is the sha256 of one."""
    result = dict(site)
    folders = {parent for path in site for parent in PurePosixPath(path).parents}
    kept = []

    def place(entry: Foreign) -> PurePosixPath | None:
        return destination(
            entry,
            lambda path: str(path) in result or path in folders,
            lambda path: path in folders,
            lambda path: str(path) in result and result[str(path)] == there[str(entry.path)],
        )

    entries = _foreign(there, manifest, digest)

    def put(entry: Foreign, target: PurePosixPath) -> None:
        for path in entries[entry]:
            moved = target / PurePosixPath(path).relative_to(entry.path)
            result[str(moved)] = there[path]
            folders.update(moved.parents)

    later = []
    for entry in entries:
        if entry.edited or place(entry) != entry.path:
            later.append(entry)  # names that end in .kept may be taken by now
        else:
            put(entry, entry.path)
    for entry in later:
        target = place(entry)
        if target is not None:
            put(entry, target)
            kept.append(Kept(entry.path, target))
    return Merging(result, changes_of(there, result, kept))


def _foreign(there: Mapping[str, Content], manifest: SiteManifest | None, digest: Callable[[Content], str]) -> dict[Foreign, list[str]]:
    """Return what no build made, with the files of each entry, as `foreign_entries` finds it: a wholly foreign folder is one."""
    ours = manifest.files if manifest else {}
    own = OWN_NAMES if manifest else frozenset[str]()
    shared = {parent for path in (*ours, *own) for parent in PurePosixPath(path).parents}
    found: dict[Foreign, list[str]] = {}
    for name in sorted(there, key=lambda name: PurePosixPath(name).parts):
        path = PurePosixPath(name)
        if name in own or (name in ours and digest(there[name]) == ours[name]):
            continue
        whole = next((parent for parent in reversed(path.parents[:-1]) if parent not in shared), path)
        found.setdefault(Foreign(whole, edited=name in ours), []).append(name)
    return found


def changes_of(before: Mapping[str, Content], after: Mapping[str, Content], kept: Sequence[Kept] = ()) -> Changes:
    """Return what differs between the files of a place before and after; ``kept`` were renamed."""
    gone, renamed = {item.path for item in kept}, {item.name for item in kept}

    def below(path: str, places: set[PurePosixPath]) -> bool:
        return any(place in places for place in (PurePosixPath(path), *PurePosixPath(path).parents))

    return Changes(
        tuple(sorted(path for path in after if path not in before and not below(path, renamed))),
        tuple(sorted(path for path in after if path in before and after[path] != before[path])),
        tuple(sorted(path for path in before if path not in after and not below(path, gone))),
        tuple(kept),
    )
