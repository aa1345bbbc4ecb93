"""Records that machines share in a folder or a bucket: read when an episode has none here, verified like all others, written when asked.

A record is there as ``EPISODE/CODE-KEY.ipynb``, with the first 16 digits of the digest of its code and inputs and of its key, and a
signature beside it, if it has one. What is read is kept below ``.lesson/shared``, and counts as made elsewhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from site_builder import files, withheld
from site_builder.episode import Episode
from site_builder.errors import MachineError
from site_builder.pipeline.model import OnProgress, Options
from site_builder.pipeline.plan import PlannedLesson, replanned
from site_builder.plan.choosing import Arrival, arrival
from site_builder.plan.model import Action
from site_builder.problems import Problem, Report
from site_builder.records.model import EpisodeRecord
from site_builder.records.notebook import dump
from site_builder.records.store import KEY_LENGTH, SHARED, SIGNATURE, damaged, place_of, place_of_signature

if TYPE_CHECKING:
    from site_builder.fetching.distant import DistantFolder

NAME = re.compile(rf"([0-9a-f]{{{KEY_LENGTH}}})-([0-9a-f]{{{KEY_LENGTH}}})\.ipynb")
STATES = SHARED / "states.json"
"""What the place said of the files that were read, by their names: one that is the same is not read again."""

MOST = 20
"""Records of one episode with equal code and inputs that are read: of as many environments and machines."""


def with_shared_records(planned: PlannedLesson, options: Options, tell: OnProgress) -> PlannedLesson:
    """Read the shared records of the episodes that have no complete one here, and return the lesson planned with them.

    A place that cannot be reached, or a folder that is not there, is told, and costs nothing but time.

    Raises:
        ConfigError: nothing is installed that reaches the place.
        MachineError: a record cannot be written here.
    """
    wanted = [episode for episode in planned.episodes if episode.request is not None and not _is_complete(episode)]
    if options.shared_records is None or not wanted:
        return planned
    known = _states(planned)
    problems: list[Problem] = []
    before = dict(known)
    try:
        folder = _folder(options.shared_records)
        if folder.is_missing:
            if not options.share:  # which makes it
                tell(f"warning: no shared records: the folder {options.shared_records} does not exist")
            return planned
        for episode in wanted:
            problems += _read(planned, episode, folder, known)
    except MachineError as error:
        tell(f"no shared records: {error.message}")
    if known == before and not problems:
        return planned
    files.write_text(planned.lesson.root / STATES, json.dumps(known, indent=1, sort_keys=True))
    again = replanned(planned)
    found = Report(tuple(problems))
    return replace(again, read=again.read + found, report=again.report + found)


def share_records(planned: PlannedLesson, options: Options, tell: OnProgress) -> int:
    """Put the records that pages show and this machine made where others find them, and return how many are new there.

    One that is there is replaced only by a better one of the same key (`plan.choosing.arrival`).

    Raises:
        ConfigError: nothing is installed that reaches the place.
        MachineError: it cannot be written.
    """
    own = [episode.record for episode in planned.episodes if episode.record is not None and episode.record.origin == "local"]
    if options.shared_records is None or not options.share or not own:
        return 0
    folder = _folder(options.shared_records)
    count = 0
    for record in own:
        if _is_wanted(folder, record):
            folder.write(place_there(record), dump(record).encode())
            count += 1
            tell(f"shared the record of {record.episode}")
    return count


def place_there(record: EpisodeRecord) -> str:
    """Return the name of a record's file in a shared folder."""
    return f"{record.episode}/{record.parts.code[:KEY_LENGTH]}-{record.parts.key[:KEY_LENGTH]}.ipynb"


def is_incomplete(planned: PlannedLesson) -> bool:
    """Tell whether an episode could gain by a record that somebody shares later."""
    return any(episode.request is not None and not _is_complete(episode) for episode in planned.episodes)


def _is_complete(episode: Episode) -> bool:
    """Tell whether an episode has a record of its key in which every cell ran: none from elsewhere can be better."""
    if episode.step is None or episode.step.action is not Action.REUSE or episode.record is None:
        return False
    return all(cell.ran for cell in episode.record.cells)


def _folder(address: str) -> DistantFolder:
    from site_builder.fetching.distant import DistantFolder

    return DistantFolder(address, withheld.variables())


def _states(planned: PlannedLesson) -> dict[str, str]:
    found = files.read_json(planned.lesson.root / STATES)
    return {str(name): str(state) for name, state in found.items()} if isinstance(found, dict) else {}


def _read(planned: PlannedLesson, episode: Episode, folder: DistantFolder, known: dict[str, str]) -> Iterator[Problem]:
    """Take over the records of an episode's code that are new or others than when they were read, and yield what is wrong with them."""
    from site_builder.records.loading import RecordDamaged, load  # with pydantic's core, which not every command needs

    assert episode.request is not None
    there = folder.states(episode.slug)
    code = episode.request.parts.code[:KEY_LENGTH]
    named = {name: found[2] for name in sorted(there) if (found := NAME.fullmatch(name)) and found[1] == code}
    for name, key in [*named.items()][:MOST]:
        place = SHARED / episode.slug / f"{key}.ipynb"
        full, state = f"{episode.slug}/{name}", f"{there[name]} {there.get(name + SIGNATURE, '')}".strip()
        if known.get(full) == state and files.is_file(planned.lesson.root / place):
            continue
        data = folder.read(full, files.LARGEST_TEXT)
        known[full] = state
        try:
            if data is None:
                raise RecordDamaged("it is gone, or larger than any record")
            text = data.decode()
            record = load(text, "shared")
            if place_there(record) != full or place_of(record, SHARED) != place:
                raise RecordDamaged("its name is that of another record")
        except (RecordDamaged, UnicodeDecodeError) as error:
            yield damaged(
                PurePosixPath(full),
                "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error),
                f"it is in {folder.address}",
            )
            continue
        files.write_text(planned.lesson.root / place, text)
        _take_signature(planned, place, folder.read(full + SIGNATURE, files.LARGEST_TEXT) if name + SIGNATURE in there else None)


def _take_signature(planned: PlannedLesson, place: PurePosixPath, data: bytes | None) -> None:
    """Put a record's signature beside it, or remove the one of an earlier record of that name."""
    signature = place_of_signature(planned.lesson.root / place)
    if data is not None:
        files.write_bytes(signature, data)
    elif files.is_file(signature):
        files.remove_file(signature)


def _is_wanted(folder: DistantFolder, record: EpisodeRecord) -> bool:
    """Tell whether a record is to be put there: what is there is worse, or no record."""
    name = place_there(record)
    if name.rpartition("/")[2] not in folder.states(record.episode):
        return True
    data = folder.read(name, files.LARGEST_TEXT)
    return arrival(record, _loaded(data)) in (Arrival.NEW, Arrival.BETTER)


def _loaded(data: bytes | None) -> Iterable[EpisodeRecord]:
    from site_builder.records.loading import RecordDamaged, load

    try:
        return (load((data or b"").decode(), "shared"),)
    except (RecordDamaged, UnicodeDecodeError):
        return ()
