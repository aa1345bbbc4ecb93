"""Find, commit, merge and tidy up the records of a lesson."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.errors import ConfigError
from site_builder.lesson.discover import discover
from site_builder.lesson.root import WORK, find_root
from site_builder.pipeline.model import Options
from site_builder.pipeline.opening import Opened, open_lesson, refuse_errors
from site_builder.plan.choosing import Arrival, arrival, choose, usable
from site_builder.problems import Location, Problem, Report, did_you_mean
from site_builder.records.store import CHECKPOINTS, COMMITTED, LOCAL, RecordStore, StoredRecord, place_of, read_record

SHORTEST_KEY = 4
"""Hexadecimal digits of a key from which on a name can be one; Git's own rule for its names."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of each record that was brought: the file it came from, the lesson's file, and how they compare."""

    arrivals: tuple[tuple[Path, PurePosixPath, Arrival], ...]
    refused: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Unused:
    """A file of records that no page can show, and why; relative to the lesson."""

    path: PurePosixPath
    reason: str


def records(path: Path) -> tuple[tuple[StoredRecord, ...], tuple[Problem, ...]]:
    """Return all verified records of a lesson's episodes, and a warning for each damaged one.

    Raises:
        ConfigError: there is no lesson, or its settings cannot be read.
    """
    root = find_root(path)
    lesson, _ = discover(root)
    return RecordStore(root).find(source.slug for source in lesson.episodes)


def save_records(path: Path) -> tuple[PurePosixPath, ...]:
    """Copy the records that a lesson's pages show to ``records/`` and return the files that changed.

    Raises:
        SiteBuilderError: the lesson cannot be read, or the folder not written.
    """
    opened = open_lesson(path, Options())
    shown = [step.record for step in opened.plan.steps if step.record]
    return RecordStore(opened.lesson.root).commit(shown)


def find_record(path: Path, name: str, options: Options) -> StoredRecord:
    """Return one record by its file, by the first digits of its key, or by the name of an episode: then the one that its page shows.

    Raises:
        ConfigError: there is none of that name, or more than one key begins so.
    """
    file = next((place for place in (Path(name), find_root(path) / name) if files.is_file(place)), None)
    if file is not None:
        return _file(file)
    opened = open_lesson(path, options)
    known = {step.wanted.slug: step for step in opened.plan.steps}
    stored, _ = RecordStore(opened.lesson.root).find(source.slug for source in opened.lesson.episodes)
    slug = PurePosixPath(name).stem
    if slug in known:
        shown = [item for item in stored if item.record is known[slug].record or item.record == known[slug].record]
        if shown:
            return shown[0]
        raise ConfigError(
            f"the page of `{slug}` shows no record: {known[slug].reason}", hint="`lesson records ls` lists those that there are"
        )
    return _by_key(stored, name, known)


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
    """Return the two records named, or for one episode the committed one and the local one: the best of each kind, else the newest.

    Raises:
        ConfigError: a name is unknown, or the episode lacks one of the two.
    """
    if len(names) == 2:
        return find_record(path, names[0], options), find_record(path, names[1], options)
    opened = open_lesson(path, options)
    slug = PurePosixPath(names[0]).stem
    stored, _ = RecordStore(opened.lesson.root).find([slug])
    return _best(opened, slug, stored, "committed"), _best(opened, slug, stored, "local")


def _best(opened: Opened, slug: str, stored: Iterable[StoredRecord], origin: str) -> StoredRecord:
    found = [item for item in stored if item.record.origin == origin]
    if not found:
        raise ConfigError(f"`{slug}` has no {origin} record", hint="name two records: their files, or the first digits of their keys")
    wanted = next((step.wanted for step in opened.plan.steps if step.wanted.slug == slug), None)
    best = choose(wanted, [item.record for item in found]) if wanted else None
    newest = max(found, key=lambda item: item.record.provenance.started)
    return next((item for item in found if item.record is best), newest)


def merge_records(path: Path, sources: Iterable[Path]) -> Merged:
    """Bring records that were made elsewhere under ``records/``: files, or folders with notebooks at any depth.

    Each is verified first; one that is damaged or of no episode of this lesson is refused by name, and the others are taken all the same.

    Raises:
        ConfigError: there is no lesson, or a source does not exist or holds no notebook.
        Busy: another build is running.
        MachineError: the folder cannot be written.
    """
    root = find_root(path)
    lesson, _ = discover(root)
    known = {source.slug for source in lesson.episodes}
    candidates = [file for source in sources for file in _notebooks(source)]
    store = RecordStore(root)
    arrivals: list[tuple[Path, PurePosixPath, Arrival]] = []
    refused: list[Problem] = []
    with files.build_lock(root / WORK / "lock"):
        for file in candidates:
            read = read_record(Path(), PurePosixPath(file.as_posix()))
            if isinstance(read, Problem):
                refused.append(replace(read, hint="it is not taken in; copy it again from the machine that made it"))
            elif read.record.episode not in known:
                hint = did_you_mean(read.record.episode, known) or "records are merged into the lesson that they were made of"
                refused.append(Problem("LS502", f"the lesson has no episode '{read.record.episode}'", Location(read.path), hint))
            else:
                arrivals.append((file, *_take(store, read)))
    return Merged(tuple(arrivals), tuple(refused))


def _take(store: RecordStore, incoming: StoredRecord) -> tuple[PurePosixPath, Arrival]:
    place = place_of(incoming.record, COMMITTED)
    present, _ = store.find([incoming.record.episode])
    compared = arrival(incoming.record, [item.record for item in present if item.path == place])
    if compared in (Arrival.NEW, Arrival.BETTER):
        store.save(incoming.record, COMMITTED)
    return place, compared


def _notebooks(source: Path) -> list[Path]:
    found = [source] if files.is_file(source) else sorted(source.rglob("*.ipynb")) if files.is_folder(source) else []
    found = [file for file in found if CHECKPOINTS not in file.parts]
    if not found:
        hint = "give files or folders of records, such as .lesson/records of the machine that made them"
        raise ConfigError(f"{source} is neither a record nor a folder with records", hint=hint)
    return found


def prune_records(path: Path, options: Options, *, committed: bool = False, dry_run: bool = False) -> tuple[Unused, ...]:
    """Delete the local records, and on demand the committed ones, that no episode's present source can use; return them with the reason.

    A record of equal code and inputs is kept whatever environment it was made in. With ``dry_run`` nothing is deleted.

    Raises:
        LessonFailed: the lesson has errors, so that what its episodes need is not known.
        Busy: another build is running.
        MachineError: a file cannot be deleted.
    """
    with files.build_lock(find_root(path) / WORK / "lock"):
        opened = open_lesson(path, options)
        refuse_errors(Report(opened.report.errors))
        store = RecordStore(opened.lesson.root)
        unused = tuple(item for folder in (LOCAL, *((COMMITTED,) if committed else ())) for item in _unused(opened, store, folder))
        for item in () if dry_run else unused:
            store.remove(item.path)
    return unused


def _unused(opened: Opened, store: RecordStore, folder: PurePosixPath) -> Iterable[Unused]:
    wanted = {step.wanted.slug: step.wanted for step in opened.plan.steps}
    for path in store.files(folder):
        read = read_record(opened.lesson.root, path)
        slug = path.parent.name
        if isinstance(read, Problem):
            yield Unused(path, read.message)
        elif read.record.episode != slug or slug not in wanted:
            yield Unused(path, "no episode of that name has cells")
        elif not usable(wanted[slug], read.record):
            yield Unused(path, "made of other code or inputs than the episode's")
