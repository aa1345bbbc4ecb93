"""Files that an episode leaves for those that need it: kept below ``.lesson/passed`` by the key of the run that made them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from site_builder import files
from site_builder.errors import MachineError
from site_builder.lesson.root import WORK
from site_builder.records.model import KeyParts
from site_builder.records.store import KEY_LENGTH

HANDED_OVER = WORK / "passed"


def folder_of(root: Path, episode: str, parts: KeyParts) -> Path:
    """Return the folder of a run's files, whether they exist or not."""
    return root / HANDED_OVER / episode / parts.key[:KEY_LENGTH]


def is_kept(root: Path, episode: str, parts: KeyParts) -> bool:
    """Tell whether the files of a run with this key exist."""
    return files.is_folder(folder_of(root, episode, parts))


def keep(target: Path, found: Mapping[str, Callable[[Path], None]]) -> None:
    """Put files into the folder of a run (`folder_of`), and delete those of earlier runs of the episode.

    ``found`` maps each path, relative to the lesson, to a function that writes the file.

    Raises:
        MachineError: a file cannot be written, or its path leads out of the folder.
    """
    files.remove_folder(target.parent)
    with files.temporary_folder(target.parent.parent, f".{target.parent.name[:40]}.") as made:
        files.make_folder(made / "files")
        for name, write in found.items():
            place = files.safe_join(made / "files", os.path.normpath(name))
            if place is None:
                raise MachineError(f"{name} is outside the lesson")
            write(place)
        files.make_folder(target.parent)
        files.move_folder(made / "files", target)
