"""Files that an episode leaves for those that need it: kept below ``.lesson/passed`` by the key of the run that made them."""

from __future__ import annotations

from pathlib import Path

from site_builder import files
from site_builder.lesson.root import WORK
from site_builder.records.model import KeyParts
from site_builder.records.store import KEY_LENGTH

HANDED_OVER = WORK / "passed"


def folder_of(root: Path, episode: str, parts: KeyParts) -> Path:
    """Return where the files of a run lie, whether they are there or not."""
    return root / HANDED_OVER / episode / parts.key[:KEY_LENGTH]


def is_kept(root: Path, episode: str, parts: KeyParts) -> bool:
    """Tell whether the files of a run with this key are there."""
    return files.is_folder(folder_of(root, episode, parts))


def keep(root: Path, episode: str, parts: KeyParts, found: Path) -> None:
    """Copy a folder of files to its place, and delete those of earlier runs of the episode.

    Raises:
        MachineError: it cannot be written.
    """
    target = folder_of(root, episode, parts)
    files.remove_folder(target.parent)
    with files.temporary_folder(root / HANDED_OVER, f".{episode[:40]}.") as made:
        for file in files.files_below(found):
            files.place_copy(file, made / "files" / file.relative_to(found))
        files.make_folder(made / "files")
        files.make_folder(target.parent)
        files.move_folder(made / "files", target)
