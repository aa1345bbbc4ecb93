"""Folders of records: one notebook per execution, named by episode and key; what cannot be verified counts as missing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from site_builder.errors import MachineError
from site_builder.files import is_file, read_text, remove_file, set_aside, write_text
from site_builder.problems import Location, Problem, Severity
from site_builder.records.model import EpisodeRecord, same_results
from site_builder.records.notebook import dump

LOCAL = PurePosixPath(".lesson/records")
COMMITTED = PurePosixPath("records")
SHARED = PurePosixPath(".lesson/shared")
"""Records that were read from a folder or bucket that machines share."""
KEY_LENGTH = 16
"""Hexadecimal digits of the key in a file name: 64 bits, and the whole key is verified on reading."""
NAME = re.compile(rf"[0-9a-f]{{{KEY_LENGTH}}}\.ipynb")
"""How a record file is named; a notebook with another name is somebody's own."""
REPLACED = "\ufffd"
"""Replaces what UTF-8 cannot encode: a record that contains it is not the one that was written."""
CHECKPOINTS = ".ipynb_checkpoints"
"""Jupyter's copies of opened notebooks, which are not records."""


NEWER = "LS506"
"""The code of a record that a newer builder wrote."""
SIGNATURE = ".sig"
"""Ends the name of a record's signature, which follows that of the record."""
ATTESTATION = ".sigstore.json"
"""Ends the name of a record's attestation, in the same way."""


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A verified record and the file it came from, relative to the lesson."""

    path: PurePosixPath
    record: EpisodeRecord


class RecordStore:
    """The records of one lesson: those of this machine and the committed ones, and those of a ``folder`` that gets new ones instead."""

    def __init__(self, root: Path, folder: Path | None = None) -> None:
        """Remember the lesson's folder; nothing is read yet. The store need not verify again what it wrote itself."""
        self._root = root
        self.folder = LOCAL if folder is None else PurePosixPath(folder.as_posix())
        self._written: dict[PurePosixPath, tuple[bytes, EpisodeRecord]] = {}

    def find(self, episodes: Iterable[str]) -> tuple[tuple[StoredRecord, ...], tuple[Problem, ...]]:
        """Return all verified records of these episodes, and a warning for each file that is damaged."""
        return self.read(self._files(episodes))

    def own(self, episode: str) -> tuple[StoredRecord, ...]:
        """Return the verified records of an episode in the folder that gets new ones."""
        return self.read(self._in(self.folder / episode, "*.ipynb"))[0]

    def read(self, paths: Iterable[PurePosixPath]) -> tuple[tuple[StoredRecord, ...], tuple[Problem, ...]]:
        """Return the verified records of some files of the lesson, and a warning for each that is damaged."""
        read = [self._known(path) or read_record(self._root, path) for path in paths]
        found = tuple(item for item in read if isinstance(item, StoredRecord))
        return found, tuple(item for item in read if isinstance(item, Problem))

    def _known(self, path: PurePosixPath) -> StoredRecord | None:
        """Return a record that this store wrote, if its file still has the same bytes."""
        digest, record = self._written.get(path, (b"", None))
        if record is None or not is_file(self._root / path) or _digest(read_text(self._root / path)[0]) != digest:
            return None
        return StoredRecord(path, record)

    def files(self, folder: PurePosixPath) -> tuple[PurePosixPath, ...]:
        """Return every file in a folder of records, including those of removed episodes."""
        return tuple(self._in(folder, "*/*.ipynb"))

    def _files(self, episodes: Iterable[str]) -> Iterator[PurePosixPath]:
        for episode in episodes:
            for folder in dict.fromkeys((self.folder, LOCAL, SHARED, COMMITTED)):
                yield from self._in(folder / episode, "*.ipynb")

    def _in(self, folder: PurePosixPath, pattern: str) -> Iterator[PurePosixPath]:
        for path in sorted(self._root.joinpath(folder).glob(pattern)):
            if path.parent.name != CHECKPOINTS:
                inside = path.is_relative_to(self._root)
                yield PurePosixPath((path.relative_to(self._root) if inside else path).as_posix())

    def save(self, record: EpisodeRecord, folder: PurePosixPath | None = None) -> PurePosixPath:
        """Write one record atomically and return its path; a file that already has the same bytes is not touched.

        Without ``folder`` it goes to the one that gets new records.

        The signature of a committed record that changes is removed: it is one of another content.

        A file of that name that a newer builder wrote, and a committed one that is no record or was changed by hand, stays beside it as
        ``NAME.kept``.

        Raises:
            MachineError: it cannot be written.
        """
        folder = self.folder if folder is None else folder
        path, text = place_of(record, folder), dump(record)
        there = read_record(self._root, path) if is_file(self._root / path) else None
        if isinstance(there, Problem) and (folder == COMMITTED or there.code == NEWER):
            set_aside(self._root / path)
        if folder == COMMITTED and is_file(self._root / path) and read_text(self._root / path)[0] != text:
            _unsign(self._root / path)
        write_text(self._root / path, text)
        if folder == self.folder and REPLACED not in text:
            self._written[path] = (_digest(text), record)
        return path

    def remove(self, path: PurePosixPath) -> None:
        """Delete one file of records, and its signatures.

        Raises:
            MachineError: it cannot be deleted.
        """
        _unsign(self._root / path)
        remove_file(self._root / path)

    def commit(
        self, records: Iterable[EpisodeRecord], same: Callable[[EpisodeRecord, EpisodeRecord], bool] = same_results
    ) -> tuple[PurePosixPath, ...]:  # fmt: skip
        """Save records to ``records/``, replacing worse ones of the same episode; return the files that changed.

        A committed record that is the ``same`` is left alone, so that running again changes nothing in Git. A notebook that is not a
        record, or was changed by hand, is not deleted either (see `save`).

        Raises:
            MachineError: the folder cannot be written.
        """
        changed: list[PurePosixPath] = []
        for record in records:
            path = place_of(record, COMMITTED)
            there = read_record(self._root, path) if is_file(self._root / path) else None
            if not (isinstance(there, StoredRecord) and same(there.record, record)):
                changed.append(self.save(record, COMMITTED))
            for other in self._in(COMMITTED / record.episode, "*.ipynb"):
                if other != path and isinstance(read_record(self._root, other), StoredRecord):
                    self.remove(other)
                    changed.append(other)
        return tuple(changed)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def place_of_signature(record: Path) -> Path:
    """Return the file of a record's signature."""
    return record.with_name(record.name + SIGNATURE)


def place_of_attestation(record: Path) -> Path:
    """Return the file of a record's attestation."""
    return record.with_name(record.name + ATTESTATION)


def _unsign(record: Path) -> None:
    remove_file(place_of_signature(record))
    remove_file(place_of_attestation(record))


def text_of(record: Path) -> str:
    """Return what is signed of a record: its file's text, whatever a checkout made of its line ends.

    Raises:
        MachineError: it cannot be read.
    """
    return read_text(record)[0].replace("\r\n", "\n")


def place_of(record: EpisodeRecord, folder: PurePosixPath) -> PurePosixPath:
    """Return the file of a record in a folder of records; ``record.episode`` must be the name of an episode of the lesson."""
    return folder / record.episode / f"{record.parts.key[:KEY_LENGTH]}.ipynb"


def read_record(root: Path, path: PurePosixPath) -> StoredRecord | Problem:
    """Read and verify one file, which may be outside the lesson if ``path`` is absolute; never raises because of its content."""
    from site_builder.records.loading import RecordDamaged, RecordNewer, load  # with pydantic's core, which not every command needs

    try:
        text, valid = read_text(root / path)
        if not valid:
            raise RecordDamaged("it is not UTF-8")
        origins = {COMMITTED: "committed", SHARED: "shared"}
        return StoredRecord(path, load(text, next((name for folder, name in origins.items() if path.is_relative_to(folder)), "local")))
    except RecordNewer as error:
        hint = "it stays as it is, and counts as missing here; update the builder (`lesson --version`)"
        return Problem(NEWER, f"the record is of a newer builder: {error}", Location(path), hint, Severity.WARNING)
    except (RecordDamaged, MachineError) as error:
        return damaged(path, str(error), "delete it, or restore it from Git")


def damaged(path: PurePosixPath, fault: str, hint: str) -> Problem:
    """Return the warning that a record cannot be used."""
    return Problem("LS501", f"the record cannot be used: {fault}", Location(path), f"it is treated as missing; {hint}", Severity.WARNING)
