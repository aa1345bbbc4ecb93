"""Files that an episode leaves for those that need it: kept below ``.lesson/passed`` by the key of the run that made them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from site_builder import files
from site_builder.errors import MachineError
from site_builder.lesson.root import WORK
from site_builder.records.model import KeyParts
from site_builder.records.store import KEY_LENGTH

HANDED_OVER = WORK / "passed"
"""Below a lesson's folder."""

APART = ".passed"
"""Below a folder of records that a run writes beside the lesson's own: hidden, so that nothing in it is taken for a record."""

PATIENCE = 60.0
"""Seconds to wait for another run of the same episode that is keeping its files."""


@dataclass(frozen=True, slots=True)
class Handover:
    """Where files that episodes leave are: ``place`` gets new ones, ``further`` places are only read."""

    place: Path
    further: tuple[Path, ...] = ()

    def folder_of(self, episode: str, parts: KeyParts) -> Path:
        """Return the folder of a run's files, or where it would be."""
        name = parts.key[:KEY_LENGTH]
        found = (place / episode / name for place in (self.place, *self.further))
        return next((folder for folder in found if files.is_folder(folder)), self.place / episode / name)

    def is_kept(self, episode: str, parts: KeyParts) -> bool:
        """Tell whether the files of a run with this key exist."""
        return files.is_folder(self.folder_of(episode, parts))

    def keep(self, episode: str, parts: KeyParts, found: Mapping[str, Callable[[Path], None]]) -> None:
        """Keep the files of a run, and delete those of earlier runs of the episode.

        ``found`` maps each path, relative to the lesson, to a function that writes the file. Two runs of one episode take turns.

        Raises:
            MachineError: a file cannot be written, or its path leads out of the folder.
        """
        files.make_folder(self.place)
        with (
            files.turn(self.place / f".{episode[:40]}.lock", PATIENCE),
            files.temporary_folder(self.place, f".{episode[:40]}.") as made,
        ):
            files.make_folder(made / "files")
            for name, write in found.items():
                place = files.safe_join(made / "files", os.path.normpath(name))
                if place is None:
                    raise MachineError(f"{name} is outside the lesson")
                write(place)
            files.remove_folder(self.place / episode)
            files.make_folder(self.place / episode)
            files.move_folder(made / "files", self.place / episode / parts.key[:KEY_LENGTH])


def handover_of(root: Path, records: Path | None = None) -> Handover:
    """Return where a lesson's episodes leave their files: in its own folder, or beside the ``records`` of a run that writes elsewhere."""
    own = root / HANDED_OVER
    return Handover(own) if records is None else Handover(records / APART, (own,))
