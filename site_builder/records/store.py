"""Folders of records: one notebook an execution, named by episode and key; what cannot be verified counts as missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from site_builder.errors import MachineError
from site_builder.files import read_text, remove_file, write_text
from site_builder.problems import Location, Problem, Severity
from site_builder.records.model import EpisodeRecord

LOCAL = PurePosixPath(".lesson/records")
COMMITTED = PurePosixPath("records")
KEY_LENGTH = 16
"""Hexadecimal digits of the key in a file name: 64 bits, and the whole key is verified on reading."""


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A verified record and the file it came from, relative to the lesson."""

    path: PurePosixPath
    record: EpisodeRecord


class RecordStore:
    """The records of one lesson: those of this machine and the committed ones."""

    def __init__(self, root: Path) -> None:
        """Remember the lesson's folder; nothing is read yet."""
        self._root = root

    def find(self, episodes: Iterable[str]) -> tuple[tuple[StoredRecord, ...], tuple[Problem, ...]]:
        """Return all verified records of these episodes, and a warning for each file that is damaged."""
        read = [self._read(path) for path in self._files(episodes)]
        found = tuple(item for item in read if isinstance(item, StoredRecord))
        return found, tuple(item for item in read if isinstance(item, Problem))

    def _read(self, path: PurePosixPath) -> StoredRecord | Problem:
        from site_builder.records.notebook import RecordDamaged, load  # pydantic takes a tenth of a second to import

        try:
            text, valid = read_text(self._root / path)
            if not valid:
                raise RecordDamaged("it is not UTF-8")
            return StoredRecord(path, load(text, "committed" if path.is_relative_to(COMMITTED) else "local"))
        except (RecordDamaged, MachineError) as error:
            hint = "it is treated as missing; delete it, or restore it from Git"
            return Problem("LS501", f"the record cannot be used: {error}", Location(path), hint, Severity.WARNING)

    def _files(self, episodes: Iterable[str]) -> Iterator[PurePosixPath]:
        for episode in episodes:
            for folder in (LOCAL, COMMITTED):
                for path in sorted(self._root.joinpath(folder, episode).glob("*.ipynb")):
                    yield PurePosixPath(path.relative_to(self._root).as_posix())

    def save(self, record: EpisodeRecord, folder: PurePosixPath = LOCAL) -> PurePosixPath:
        """Write one record whole and return its path; a file that holds the same bytes is not touched.

        Raises:
            MachineError: it cannot be written.
        """
        path = folder / record.episode / f"{record.parts.key[:KEY_LENGTH]}.ipynb"
        write_text(self._root / path, _dump(record))
        return path

    def commit(self, records: Iterable[EpisodeRecord]) -> tuple[PurePosixPath, ...]:
        """Put records under ``records/``, in the place of those of the same episode that they outdo; return the files that changed.

        Raises:
            MachineError: the folder cannot be written.
        """
        changed: list[PurePosixPath] = []
        for record in records:
            path = COMMITTED / record.episode / f"{record.parts.key[:KEY_LENGTH]}.ipynb"
            if write_text(self._root / path, _dump(record)):
                changed.append(path)
            for other in sorted(self._root.joinpath(COMMITTED, record.episode).glob("*.ipynb")):
                if other.name != path.name:
                    remove_file(other)
                    changed.append(PurePosixPath(other.relative_to(self._root).as_posix()))
        return tuple(changed)


def _dump(record: EpisodeRecord) -> str:
    from site_builder.records.notebook import dump

    return dump(record)
