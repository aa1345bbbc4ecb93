"""Whether a record's claim that its packages were those of the lock can be true. Pure: what is known of locks is given.

A record says which lock its environment had. That is believed if it is today's, or one in the history of this repository; where no
history can be read, another lock is a difference that is said. Who can write a record can also compute its digests, so that this proves
nothing: it keeps a page from saying more than what can be true.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from site_builder.environments.base import PackageSet
from site_builder.records.model import EpisodeRecord

Compare = Callable[[PackageSet, PackageSet], Sequence[str]]
"""Describes how two package sets differ."""


@dataclass(frozen=True, slots=True)
class Locks:
    """The package sets of today's lock, and whether a digest of one is in the lock's history.

    ``known`` takes environment, platform and digest; it answers None where no history, or only a part of it, can be read.
    """

    today: tuple[PackageSet, ...]
    known: Callable[[str, str, str], bool | None]

    def of(self, environment: str, platform: str) -> tuple[PackageSet, ...]:
        """Return today's sets of an environment on a platform: more than one where a system is declared with and without CUDA."""
        return tuple(item for item in self.today if (item.environment, item.platform) == (environment, platform))


def judged(record: EpisodeRecord, locks: Locks, compare: Compare) -> EpisodeRecord | str:
    """Return a record, with how its packages differ from today's lock if they are those of another; or why its claim cannot be true."""
    provenance = record.provenance
    packages = provenance.packages
    if not provenance.locked:
        return record
    if packages.digest != provenance.lock:
        return "it claims the packages of a lock, and lists others"
    today = locks.of(packages.environment, packages.platform)
    if any(item.digest == provenance.lock for item in today):
        return record
    known = locks.known(packages.environment, packages.platform, provenance.lock)
    if not known and not locks.today:
        return "it claims the packages of a lock, and the lesson has none"
    if known is False and record.origin != "local":
        return "it claims a lock that is neither today's nor in the history of pixi.lock"
    changes = compare(packages, today[0]) if today else ()
    return replace(record, outdated=tuple(changes) or (f"no environment `{packages.environment}` for {packages.platform}",))
