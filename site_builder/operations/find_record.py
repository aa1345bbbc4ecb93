"""Find a record by the name that a person uses: an episode, a file, or the first digits of a key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.errors import ConfigError
from site_builder.lesson.discover import discover
from site_builder.lesson.root import find_root
from site_builder.pipeline.model import Options
from site_builder.pipeline.plan import PlannedLesson, open_lesson
from site_builder.pipeline.secrets import record_without_secrets
from site_builder.plan.choosing import choose
from site_builder.problems import Problem, did_you_mean
from site_builder.records.store import RecordStore, StoredRecord, read_record

SHORTEST_KEY = 4
"""Minimum length in hexadecimal digits of an abbreviated key, as in Git."""


def find_record(path: Path, name: str, options: Options) -> StoredRecord:
    """Return one record by its file, by the first digits of its key, or by the name of an episode: then the one that its page shows.

    Secrets in its outputs are three stars.

    Raises:
        ConfigError: there is none of that name, or more than one key begins so.
        MachineError: outputs cannot be searched for secrets.
    """
    return _shown(_found(path, name, options))


def _shown(stored: StoredRecord) -> StoredRecord:
    return replace(stored, record=record_without_secrets(stored.record))


def _found(path: Path, name: str, options: Options) -> StoredRecord:
    file = _record_file(find_root(path), name)
    if file is not None:
        return _file(file)
    planned = open_lesson(path, options)
    known = {step.request.slug: step for step in planned.plan.steps}
    stored, _ = RecordStore(planned.lesson.root).find(source.slug for source in planned.lesson.running)
    slug = PurePosixPath(name).stem
    if slug in known:
        shown = [item for item in stored if item.record is known[slug].record or item.record == known[slug].record]
        if shown:
            return shown[0]
        raise ConfigError(f"the page of `{slug}` shows no record: {known[slug].reason}", hint="`lesson records list` lists all records")
    return _by_key(stored, name, known)


def _record_file(root: Path, name: str) -> Path | None:
    """Return the file of a name, from here or from the lesson; an episode's name means its record, even if the episode is a notebook."""
    sources = {(root / source.path).resolve() for source in discover(root)[0].sources}
    return next((file for file in (Path(name), root / name) if files.is_file(file) and files.real_path(file) not in sources), None)


def _by_key(stored: Iterable[StoredRecord], name: str, known: Iterable[str]) -> StoredRecord:
    found = {item.record.parts.key: item for item in stored if len(name) >= SHORTEST_KEY and item.record.parts.key.startswith(name)}
    if len(found) > 1:
        raise ConfigError(f"{len(found)} records have keys that begin with {name}", hint="give more digits, or the file")
    for item in found.values():
        return item
    hint = did_you_mean(PurePosixPath(name).stem, known) or "give an episode, a file, or the first digits of a key"
    raise ConfigError(f"there is no record `{name}`", hint=hint)


def _file(file: Path) -> StoredRecord:
    read = read_record(Path(), PurePosixPath(file.as_posix()))
    if isinstance(read, Problem):
        raise ConfigError(f"{file}: {read.message}", hint="restore it from Git, or make it again with `lesson run`")
    return read


def find_pair(path: Path, names: tuple[str, ...], options: Options) -> tuple[StoredRecord, StoredRecord]:
    """Return the two records named, or for one episode the committed and the local one: the best of each kind, else the newest.

    Secrets in their outputs are three stars.

    Raises:
        ConfigError: a name is unknown, or the episode lacks one of the two.
        MachineError: outputs cannot be searched for secrets.
    """
    if len(names) == 2:
        return find_record(path, names[0], options), find_record(path, names[1], options)
    planned = open_lesson(path, options)
    slug = PurePosixPath(names[0]).stem
    stored, _ = RecordStore(planned.lesson.root).find([slug])
    return _shown(_best(planned, slug, stored, "committed")), _shown(_best(planned, slug, stored, "local"))


def _best(planned: PlannedLesson, slug: str, stored: Iterable[StoredRecord], origin: str) -> StoredRecord:
    found = [item for item in stored if item.record.origin == origin]
    if not found:
        raise ConfigError(f"`{slug}` has no {origin} record", hint="name two records: their files, or the first digits of their keys")
    wanted = next((step.request for step in planned.plan.steps if step.request.slug == slug), None)
    best = choose(wanted, [item.record for item in found]) if wanted else None
    newest = max(found, key=lambda item: item.record.provenance.started)
    return next((item for item in found if item.record is best), newest)
