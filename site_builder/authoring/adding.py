"""Add files to a folder: all that are missing or none, and never over one that is there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.errors import OutputRefused


@dataclass(frozen=True, slots=True)
class Added:
    """What was written, and what was there and left alone, relative to the folder."""

    written: tuple[PurePosixPath, ...]
    kept: tuple[PurePosixPath, ...]


def add(root: Path, wanted: Mapping[PurePosixPath, str], *, dry_run: bool = False) -> Added:
    """Write the files that are missing in a folder, which is made if need be; with ``dry_run`` only tell.

    If one of them cannot be written, those written before are removed again, and so are the folders made for them.

    Raises:
        OutputRefused: a folder that is needed is a file, or a link that leads out of ``root``.
        MachineError: the disk is full, or the folder cannot be written.
    """
    for place in (*reversed(root.parents), root, *(root / parent for path in wanted for parent in reversed(path.parents[:-1]))):
        if os.path.lexists(place) and not files.is_folder(place):
            raise OutputRefused(f"{place} is not a folder", hint="move it away, or choose another place; nothing was written")
    outside = [path for path in wanted if files.safe_join(root, path.parent) is None]
    if outside:
        raise OutputRefused(
            f"{root / outside[0].parent} is a link that leads out of {root}",
            hint="replace it by a folder, or choose another place; nothing was written",
        )
    kept = tuple(path for path in sorted(wanted) if os.path.lexists(root / path))
    missing = tuple(path for path in sorted(wanted) if path not in kept)
    if not dry_run:
        _write(root, {path: wanted[path] for path in missing})
    return Added(missing, kept)


def _write(root: Path, wanted: Mapping[PurePosixPath, str]) -> None:
    made: list[Path] = []
    folders: list[Path] = []
    try:
        for path, text in wanted.items():
            target = root / path
            new = [folder for folder in target.parents if not os.path.lexists(folder)]
            folders += reversed(new)
            files.make_folder(target.parent)
            if not files.create_text(target, text):
                raise OutputRefused(f"{target} appeared while this command ran", hint="start it again; nothing was written")
            made.append(target)
    except BaseException:
        for target in reversed(made):
            files.remove_file(target)
        for folder in reversed(folders):
            files.remove_if_empty(folder)
        raise
