"""Delete what builds and runs that were killed left behind."""

from __future__ import annotations

from pathlib import Path

from site_builder import files
from site_builder.lesson.root import WORK
from site_builder.pipeline.model import STAGE


def remove_leftovers(root: Path) -> None:
    """Delete staged folders and working folders of dead processes; to be called with the lesson's lock held, when no other is alive.

    Raises:
        MachineError: there is no place for working folders.
    """
    files.remove_dead_scratch(root)
    work = root / WORK
    found = [*work.glob(f"{STAGE}*"), *files.scratch_folder(root).glob("*")]
    for folder in found:
        if files.is_temporary(folder):
            files.remove_folder(folder)
