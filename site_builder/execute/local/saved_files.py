"""Files that cells save and pages show: which cell wrote each last, and its bytes when the episode is over."""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.execute.local.messages import mask
from site_builder.execute.local.session import SessionPlace
from site_builder.execute.local.working_folder import Stamp
from site_builder.outputs.storage import PLAIN, is_text
from site_builder.records.model import CellRecord, Display, Piece

State = tuple[int, int, int] | None
"""Times of the last changes of a file's content and of the file, and its size; None where there is none."""


class SavedFiles:
    """Looks at the files of a working folder that pages show, before the first cell and after each one."""

    def __init__(self, names: Sequence[str], place: SessionPlace, given: Mapping[Path, Stamp]) -> None:
        """Look for files by the addresses in the site under which pages show them: relative to ``episodes/``, to where cells begin, and to
        the lesson, as in ``../fig/a.png``.
        """
        self._place, self._given = place, given
        folders = dict.fromkeys((place.folder, place.start, place.folder.parent))
        self._files = {name: [folder / name for folder in folders] for name in names}
        self._states = {path: _state(path) for paths in self._files.values() for path in paths}
        self._makers: dict[Path, int] = {}

    def look(self, number: int) -> None:
        """Note what the cell of this number wrote."""
        for path, before in self._states.items():
            now = _state(path)
            if now != before:
                self._states[path] = now
                self._makers[path] = number

    def found(self) -> Iterator[tuple[int, Display]]:
        """Yield the files that were saved, each with the number of the cell that wrote it last.

        Raises:
            MachineError: a file cannot be read.
        """
        for name, paths in self._files.items():
            path = next((path for path in paths if path in self._makers and self._is_new(path)), None)
            if path is not None:
                yield self._makers[path], saved(name, path, self._place)

    def made(self) -> Iterator[Display]:
        """Yield the files that are there and were not given, whoever wrote them.

        Raises:
            MachineError: a file cannot be read.
        """
        for name, paths in self._files.items():
            path = next((path for path in paths if self._is_new(path)), None)
            if path is not None:
                yield saved(name, path, self._place)

    def _is_new(self, path: Path) -> bool:
        real = files.real_path(path)
        if not files.is_file(real) or not real.is_relative_to((self._place.top / "lesson").resolve()):
            return False
        known = self._given.get(real)
        return known is None or known.digest != files.digest_of(real)


def _state(path: Path) -> State:
    try:
        found = path.stat()
    except (OSError, ValueError):  # a name that no file can have, or a folder that nobody may look into
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size


def saved(name: str, path: Path, place: SessionPlace) -> Display:
    """Return a file as it is recorded: text without this machine's folders, all else in base64; its size alone if it is too large.

    Raises:
        MachineError: it cannot be read.
    """
    size, most = path.stat().st_size, place.limits.picture_bytes
    if size * 4 / 3 > most:
        return Display({PLAIN: f"{size} bytes, more than {most} in base64"}, path=name, saved=True)
    data = files.read_bytes(path)
    mime = mimetypes.guess_type(PurePosixPath(name).name)[0] or "application/octet-stream"
    if is_text(mime):
        try:
            return Display({mime: mask(data.decode(), place.hidden)}, path=name, saved=True)
        except UnicodeDecodeError:
            mime = "application/octet-stream"
    return Display({mime: base64.b64encode(data).decode()}, path=name, saved=True)


def with_saved(cells: Sequence[CellRecord], found: Iterator[tuple[int, Display]]) -> list[CellRecord]:
    """Return the records of cells with the files that each saved after its outputs."""
    done = list(cells)
    for number, file in sorted(found, key=lambda pair: pair[1].path):
        cell = done[number]
        pieces = (*cell.pieces, Piece.FILE) if cell.pieces else ()
        done[number] = replace(cell, outputs=(*cell.outputs, file), pieces=pieces)
    return done


def maker_of(name: str, cells: Sequence[CellRecord]) -> int:
    """Return the number of the chunk that most likely saved a file: the first one whose code names it, else the last chunk."""
    bare = PurePosixPath(name).name
    naming = (number for number, cell in enumerate(cells) if cell.pieces and bare in cell.source)
    return next(naming, max((number for number, cell in enumerate(cells) if cell.pieces), default=len(cells) - 1))
