"""Bring the records of a batch home: each is verified, and accepted once; then the lesson is planned again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath

from site_builder import files, withheld
from site_builder.check.secrets import secret_values, secrets_of_record
from site_builder.lesson.root import WORK
from site_builder.operations.batch.folder import BatchFolder
from site_builder.pipeline.model import Options
from site_builder.pipeline.plan import PlannedLesson, open_lesson
from site_builder.plan.choosing import Arrival, arrival
from site_builder.plan.model import Action
from site_builder.problems import Location, Problem, Severity
from site_builder.records.handover import Handover, handover_of
from site_builder.records.model import EpisodeRecord
from site_builder.records.store import LOCAL, RecordStore, StoredRecord, place_of, read_record

FOREIGN = "LS363"
"""A record came home that the batch did not ask for."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What came home: the episodes whose records were accepted, those that had been before, the records that were refused, and the
    episodes of the batch that would still run, with the reason.
    """

    accepted: tuple[str, ...]
    before: tuple[str, ...]
    refused: tuple[Problem, ...]
    again: Mapping[str, str] = field(default_factory=dict)


def collect(found: BatchFolder, options: Options, further: Iterable[Path] = ()) -> Collected:
    """Accept the records of a batch, and plan the lesson again; ``further`` are folders that were brought by hand.

    A record that is damaged, holds a secret, or is of no episode of the batch is refused by name. Of two of one key the first counts, so
    that a job which ran twice, or came late, changes nothing.

    Raises:
        Busy: a build of the lesson runs.
        MachineError: the lesson's folder cannot be written.
    """
    accepted: list[str] = []
    before: list[str] = []
    refused: list[Problem] = []
    taken = dict(found.batch.collected)
    with files.build_lock(found.root / WORK / "lock"):
        store = RecordStore(found.root)
        for source in dict.fromkeys((*found.sources, *further)):
            for path in RecordStore(found.root, source.absolute()).files(PurePosixPath(source.absolute().as_posix())):
                read = read_record(found.root, path)
                wrong = _refused(read, path, found)
                refused += wrong
                if wrong or isinstance(read, Problem):
                    continue
                record = read.record
                if taken.get(record.episode) == record.parts.key:
                    before.append(record.episode)
                    continue
                if _accept(store, record):
                    accepted.append(record.episode)
                else:
                    before.append(record.episode)
                taken[record.episode] = record.parts.key
                _take_files(handover_of(found.root, source), handover_of(found.root), record)
        found.save(replace(found.batch, collected=taken))
    planned = open_lesson(found.root, options)
    home = [slug for slug in dict.fromkeys(before) if slug not in accepted]
    return Collected(tuple(dict.fromkeys(accepted)), tuple(home), tuple(dict.fromkeys(refused)), _again(planned, found.batch.episodes))


def _accept(store: RecordStore, record: EpisodeRecord) -> bool:
    """Save a record unless the lesson has one with its key that is as good."""
    present = [item.record for item in store.own(record.episode) if item.path == place_of(record, LOCAL)]
    if any(record.ran <= other.ran for other in present) and arrival(record, present) is not Arrival.NEW:
        return False
    store.save(record)
    return True


def _take_files(source: Handover, target: Handover, record: EpisodeRecord) -> None:
    """Keep the files that an episode left for others, as its own run would have."""
    folder = source.folder_of(record.episode, record.parts)
    if files.is_folder(folder) and not folder.is_relative_to(target.place):
        left = {file.relative_to(folder).as_posix(): partial(files.place_copy, file) for file in files.files_below(folder)}
        target.keep(record.episode, record.parts, left)


def _refused(read: StoredRecord | Problem, path: PurePosixPath, found: BatchFolder) -> Sequence[Problem]:
    if isinstance(read, Problem):
        return (replace(read, hint="it was not accepted; run the episode again"),)
    if read.record.episode not in found.batch.episodes:
        message = f"the batch did not ask for a record of '{read.record.episode}'"
        return (Problem(FOREIGN, message, Location(path), "`lesson records merge` takes records of other runs", Severity.WARNING),)
    return secrets_of_record(read.record, read.path, {}, secret_values(withheld.variables()))


def _again(planned: PlannedLesson, slugs: Iterable[str]) -> dict[str, str]:
    wanted = set(slugs)
    return {
        step.request.slug: step.reason
        for step in planned.plan.steps
        if step.request.slug in wanted and step.action in (Action.RUN, Action.SKIP)
    }
