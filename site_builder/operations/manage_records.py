"""List, save, merge and prune the records of a lesson."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from site_builder import files, withheld
from site_builder.check.secrets import secret_values, secrets_of_record
from site_builder.errors import ConfigError
from site_builder.lesson.discover import discover
from site_builder.lesson.root import WORK, find_root
from site_builder.operations.manage_drawings import ENDING, drawing_folders, merge_drawing, save_drawings, unused_drawings
from site_builder.pipeline.model import Options
from site_builder.pipeline.plan import PlannedLesson, open_lesson, refuse_errors
from site_builder.pipeline.secrets import secrets_shown
from site_builder.plan.choosing import Arrival, arrival, usable
from site_builder.problems import Location, Problem, Report, Severity, did_you_mean
from site_builder.records.model import EpisodeRecord
from site_builder.records.store import (
    CHECKPOINTS,
    COMMITTED,
    LOCAL,
    NEWER,
    SHARED,
    RecordStore,
    StoredRecord,
    place_of,
    place_of_attestation,
    place_of_signature,
    read_record,
    text_of,
)
from site_builder.verification.noise import only_noise


@dataclass(frozen=True, slots=True)
class Merged:
    """The outcome for each merged record: its source file, the lesson's file, and how they compare."""

    arrivals: tuple[tuple[Path, PurePosixPath, Arrival], ...]
    refused: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Unused:
    """A record file that no page can show, relative to the lesson, and why."""

    path: PurePosixPath
    reason: str


def records(path: Path) -> tuple[tuple[StoredRecord, ...], tuple[Problem, ...]]:
    """Return all verified records of a lesson's episodes, and a warning for each damaged one.

    Raises:
        ConfigError: there is no lesson, or its settings cannot be read.
    """
    root = find_root(path)
    lesson, _ = discover(root)
    return RecordStore(root).find(source.slug for source in lesson.running)


def save_records(path: Path, options: Options) -> tuple[PurePosixPath, ...]:
    """Copy the records, and the drawings of diagrams, that a lesson's pages show to ``records/`` and return the files that changed.

    Raises:
        LessonFailed: an output holds a secret; nothing is saved.
        SiteBuilderError: the lesson cannot be read, or the folder not written.
    """
    planned = open_lesson(path, options)
    refuse_errors(secrets_shown(planned))
    shown = [step.record for step in planned.plan.steps if step.record]
    cells = {episode.slug: episode.cells for episode in planned.episodes}

    def same(old: EpisodeRecord, new: EpisodeRecord) -> bool:
        return only_noise(cells[new.episode], old, new)

    return (*RecordStore(planned.lesson.root).commit(shown, same), *save_drawings(planned))


def merge_records(path: Path, sources: Iterable[Path]) -> Merged:
    """Copy records and drawings that were made elsewhere to ``records/``: files, or folders with notebooks and drawings at any depth.

    Each is verified first; one that is damaged, of no episode of this lesson, or contains a secret is refused by name, and the others are
    still merged.

    Raises:
        ConfigError: there is no lesson, or a source does not exist or contains neither.
        Busy: another build is running.
        MachineError: the folder cannot be written.
    """
    root = find_root(path)
    lesson, _ = discover(root)
    known = {source.slug for source in lesson.running}
    candidates = [file for source in sources for file in _candidates(source)]
    store = RecordStore(root)
    arrivals: list[tuple[Path, PurePosixPath, Arrival]] = []
    refused: list[Problem] = []
    with files.build_lock(root / WORK / "lock"):
        for file in candidates:
            if file.suffix == ENDING:
                merged = merge_drawing(root, file)
                if isinstance(merged, Problem):
                    refused.append(merged)
                else:
                    arrivals.append(merged)
                continue
            read = read_record(Path(), PurePosixPath(file.as_posix()))
            wrong = _refused(read, known)
            refused += wrong
            if isinstance(read, StoredRecord) and not wrong:
                place, compared = _take(store, read)
                _sign(root, file, place)
                arrivals.append((file, place, compared))
    return Merged(tuple(arrivals), tuple(refused))


def _refused(read: StoredRecord | Problem, known: Collection[str]) -> tuple[Problem, ...]:
    if isinstance(read, Problem):
        return (replace(read, hint="it was not merged; copy it again from the machine that made it"),)
    if read.record.episode not in known:
        hint = did_you_mean(read.record.episode, known) or "merge records into the lesson that they were made from"
        return (Problem("LS502", f"the lesson has no episode '{read.record.episode}'", Location(read.path), hint, Severity.WARNING),)
    return secrets_of_record(read.record, read.path, {}, secret_values(withheld.variables()))


def _take(store: RecordStore, incoming: StoredRecord) -> tuple[PurePosixPath, Arrival]:
    place = place_of(incoming.record, COMMITTED)
    present, _ = store.find([incoming.record.episode])
    compared = arrival(incoming.record, [item.record for item in present if item.path == place])
    if compared in (Arrival.NEW, Arrival.BETTER):
        store.save(incoming.record, COMMITTED)
    return place, compared


def _sign(root: Path, source: Path, place: PurePosixPath) -> None:
    """Take the signatures along that came with a record, if the lesson's record is the one that was signed."""
    if text_of(source) != text_of(root / place):
        return
    for place_for in (place_of_signature, place_of_attestation):
        signature, there = place_for(source), place_for(root / place)
        if files.is_file(signature) and not files.is_file(there):
            files.write_text(there, files.read_text(signature)[0])


def _candidates(source: Path) -> list[Path]:
    below = sorted(path for ending in (".ipynb", ENDING) for path in source.rglob(f"*{ending}")) if files.is_folder(source) else []
    found = [source] if files.is_file(source) else below
    found = [file for file in found if CHECKPOINTS not in file.parts]
    if not found:
        hint = "give files or folders of records, such as .lesson/records from the machine that made them"
        raise ConfigError(f"{source} is neither a record nor a folder with records", hint=hint)
    return found


def prune_records(path: Path, options: Options, *, committed: bool = False, dry_run: bool = False) -> tuple[Unused, ...]:
    """Delete the local and the shared records that no episode's current source can use, optionally the committed ones too, and the drawings
    of diagrams that are gone; return them with the reason.

    A record of equal code and inputs is kept, whatever its environment, and so is a committed file that does not verify. With
    ``dry_run`` nothing is deleted.

    Raises:
        LessonFailed: the lesson has errors, so its episodes' needs are unknown.
        Busy: another build is running.
        MachineError: a file cannot be deleted.
    """
    with files.build_lock(find_root(path) / WORK / "lock"):
        planned = open_lesson(path, options)
        refuse_errors(Report(planned.report.errors))
        store = RecordStore(planned.lesson.root)
        unused = tuple(item for folder in (LOCAL, SHARED, *((COMMITTED,) if committed else ())) for item in _unused(planned, store, folder))
        drawings = unused_drawings(planned, drawing_folders(committed=committed))
        unused += tuple(Unused(path, "no page has this diagram") for path in drawings)
        for item in () if dry_run else unused:
            store.remove(item.path)
    return unused


def _unused(planned: PlannedLesson, store: RecordStore, folder: PurePosixPath) -> Iterable[Unused]:
    wanted = {step.request.slug: step.request for step in planned.plan.steps}
    for path in store.files(folder):
        read = read_record(planned.lesson.root, path)
        slug = path.parent.name
        if isinstance(read, Problem):
            if folder != COMMITTED and read.code != NEWER:  # a committed file that is no record, or changed by hand, is somebody's own
                yield Unused(path, read.message)
        elif read.record.episode != slug or slug not in wanted:
            yield Unused(path, "no episode of that name has cells")
        elif not usable(wanted[slug], read.record):
            yield Unused(path, "made from other code or inputs than the episode's")
