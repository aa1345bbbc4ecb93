"""Which records of a lesson are believed: what they say of their lock is compared with today's lock and its history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from site_builder.environments.workspace.launch import launch_digests
from site_builder.environments.workspace.lock import LockedWorkspace
from site_builder.environments.workspace.lock_history import LockHistory
from site_builder.episode import Episode
from site_builder.lesson.model import Lesson
from site_builder.lesson.root import WORK
from site_builder.plan.choosing import foreign_sources
from site_builder.plan.differences import differences
from site_builder.plan.model import Request
from site_builder.plan.planner import changed_packages
from site_builder.problems import Location, Problem, Severity
from site_builder.records.evidence import Locks, judged
from site_builder.records.model import EpisodeRecord
from site_builder.records.store import StoredRecord

LOCKS = WORK / "locks.json"
"""What was read of earlier versions of the lock."""


def believed(lesson: Lesson, lock: LockedWorkspace, found: Iterable[StoredRecord]) -> tuple[tuple[StoredRecord, ...], tuple[Problem, ...]]:
    """Return the records whose claims can be true, and a warning for each of the others, which counts as missing."""
    history = LockHistory(lesson.lock_file or lesson.root / "pixi.lock", lesson.root / LOCKS)
    locks = Locks(lock.sets, history.known)
    kept: list[StoredRecord] = []
    refused: list[Problem] = []
    for stored in found:
        record = judged(stored.record, locks, changed_packages)
        if isinstance(record, str):
            hint = "make it again, and look at who changed it: `git log -- " + str(stored.path) + "`"
            refused.append(Problem("LS519", f"the record is not believed: {record}", Location(stored.path), hint, Severity.WARNING))
        else:
            kept.append(replace(stored, record=record))
    return tuple(kept), tuple(refused)


def tampered(requests: Iterable[Request], found: Iterable[StoredRecord]) -> Iterator[Problem]:
    """Warn of records that have the digests of an episode's cells and the code of others."""
    by_slug = {request.slug: request for request in requests}
    for stored in found:
        request = by_slug.get(stored.record.episode)
        if request and stored.record.parts.code == request.parts.code and (cells := foreign_sources(request, stored.record)):
            message = f"the record is not believed: it has other code than the episode in {', '.join(cells)}"
            yield Problem("LS519", message, Location(stored.path), "make it again, and look at who changed it", Severity.WARNING)


def compared(lesson: Lesson, requests: Iterable[Request], found: Iterable[StoredRecord]) -> tuple[StoredRecord, ...]:
    """Return the records with what was otherwise when they were made: environment, variables and scripts of activation."""
    by_slug = {request.slug: request for request in requests}
    launches: dict[tuple[str, str], Mapping[str, str]] = {}
    made = []
    for stored in found:
        request, packages = by_slug.get(stored.record.episode), stored.record.provenance.packages
        if request is not None:
            where = packages.environment, packages.platform
            if where not in launches:
                launches[where] = launch_digests(lesson.manifest_file, *where)
            stored = replace(stored, record=replace(stored.record, differs=differences(request, stored.record, launches[where])))
        made.append(stored)
    return tuple(made)


def outdated(episode: Episode, record: EpisodeRecord) -> Iterator[Problem]:
    """Warn that a page shows results that were made with another lock than today's, or otherwise than today."""
    if record.otherwise:
        message = f"its results were {record.otherwise}"
        hint = f"run it where its environment is: `lesson run {episode.slug}`"
        yield Problem("LS520", message, episode.place("environment"), hint, Severity.WARNING)
