"""The kept drawings of a lesson: one SVG file for each diagram, named by the digest of its source; what does not verify is missing.

Builds write to ``.lesson/records/diagrams/``, which Git ignores; `DrawingStore.commit` copies to ``records/diagrams/``, which is committed.
The first line of a file is a comment with its facts and the digest of the rest. A diagram's fault is kept on this machine alone, so that
no browser is started to find it again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from site_builder import files
from site_builder.diagrams.model import DiagramFault, Drawing
from site_builder.diagrams.svg import NotADrawing, parsed
from site_builder.errors import MachineError

LOCAL = PurePosixPath(".lesson/records/diagrams")
COMMITTED = PurePosixPath("records/diagrams")
KEY_LENGTH = 16
"""Hexadecimal digits of the key in a file name; the whole key is verified on reading."""

NAME = re.compile(rf"[0-9a-f]{{{KEY_LENGTH}}}\.(svg|json)")
KEY = re.compile(r"[0-9a-f]{64}")
HEAD = re.compile(r"<!-- lesson-diagram (\{.*\}) -->\n")
REASONS = (MachineError, NotADrawing, ValueError, KeyError, TypeError, AttributeError)
"""What reading a file that is no drawing can raise."""


@dataclass(frozen=True, slots=True)
class KeptDrawing:
    """A drawing or fault that was kept, and the digest of what found it: scripts, Mermaid, configuration."""

    outcome: Drawing | DiagramFault
    made_by: str


class DrawingStore:
    """The drawings of one lesson: those of this machine and the committed ones."""

    def __init__(self, root: Path) -> None:
        """Remember the lesson's folder; nothing is read yet."""
        self._root = root

    def find(self, key: str, made_by: str) -> KeptDrawing | None:
        """Return what is kept of a diagram; of several drawings the one of these scripts, else this machine's."""
        found = [kept for folder in (LOCAL, COMMITTED) if (kept := read_drawing(self._root / place_of(key, folder), key))]
        fault = self._fault(key)
        if fault is not None and fault.made_by == made_by:
            found.append(fault)
        return next((kept for kept in found if kept.made_by == made_by), found[0] if found else None)

    def save(self, key: str, kept: KeptDrawing) -> None:
        """Keep a drawing, or a fault, on this machine.

        Raises:
            MachineError: it cannot be written.
        """
        if isinstance(kept.outcome, Drawing):
            files.write_text(self._root / place_of(key, LOCAL), _text(key, kept.outcome, kept.made_by))
        else:
            told = {"key": key, "made_by": kept.made_by, "message": kept.outcome.message, "line": kept.outcome.line}
            files.write_text(self._fault_place(key), json.dumps(told, indent=1) + "\n")

    def commit(self, keys: Iterable[str], made_by: str) -> tuple[PurePosixPath, ...]:
        """Copy the drawings of these diagrams to ``records/diagrams/`` and return the files that changed.

        A file there that does not verify is somebody's own and stays as ``NAME.kept``.

        Raises:
            MachineError: the folder cannot be written.
        """
        changed = []
        for key in dict.fromkeys(keys):
            kept, place = self.find(key, made_by), place_of(key, COMMITTED)
            if kept is None or not isinstance(kept.outcome, Drawing):
                continue
            there = self._root / place
            if files.is_file(there) and read_drawing(there, key) is None:
                files.set_aside(there)
            if files.write_text(there, _text(key, kept.outcome, kept.made_by)):
                changed.append(place)
        return tuple(changed)

    def take(self, source: Path, made_by: str) -> tuple[PurePosixPath, str] | None:
        """Copy a drawing that was made on another machine to ``records/diagrams/``; None if the file is no drawing.

        Return its place and whether it is ``new``, ``better`` than the one there (which other scripts made, or which is none), ``equal`` or
        ``worse``. A file there that is no drawing stays as ``NAME.kept``.

        Raises:
            MachineError: the folder cannot be written.
        """
        incoming = _read(source)
        if incoming is None:
            return None
        key, kept = incoming
        place = place_of(key, COMMITTED)
        present = read_drawing(self._root / place, key)
        if present == kept:
            return place, "equal"
        if present is not None and (present.made_by == made_by or kept.made_by != made_by):
            return place, "worse"
        known = files.is_file(self._root / place)
        if known and present is None:
            files.set_aside(self._root / place)
        files.write_text(self._root / place, _text(key, kept.outcome, kept.made_by))
        return place, "better" if known else "new"

    def unused(self, keys: Collection[str], folder: PurePosixPath) -> tuple[PurePosixPath, ...]:
        """Return the drawings in a folder, and on this machine the faults, of diagrams that are not among these.

        Committed files that do not verify are somebody's own and are left out.
        """
        wanted = {key[:KEY_LENGTH] for key in keys}
        found = sorted((self._root / folder).glob("*"))
        mine = [path for path in found if path.name.partition(".")[0] not in wanted and self._is_mine(path, folder)]
        return tuple(folder / path.name for path in mine)

    def remove(self, path: PurePosixPath) -> None:
        """Delete one kept file.

        Raises:
            MachineError: it cannot be deleted.
        """
        files.remove_file(self._root / path)

    def _is_mine(self, path: Path, folder: PurePosixPath) -> bool:
        named = NAME.fullmatch(path.name) is not None and files.is_file(path)
        return named and (folder == LOCAL or read_drawing(path) is not None)

    def _fault_place(self, key: str) -> Path:
        return self._root / LOCAL / f"{key[:KEY_LENGTH]}.json"

    def _fault(self, key: str) -> KeptDrawing | None:
        path = self._fault_place(key)
        try:
            told = json.loads(files.read_text(path)[0]) if files.is_file(path) else None
            if told is None or told["key"] != key:
                return None
            return KeptDrawing(DiagramFault(str(told["message"]), int(told["line"])), str(told["made_by"]))
        except REASONS:
            return None


def place_of(key: str, folder: PurePosixPath) -> PurePosixPath:
    """Return the file of a diagram's drawing in a folder of drawings."""
    return folder / f"{key[:KEY_LENGTH]}.svg"


def _text(key: str, drawing: Drawing | DiagramFault, made_by: str) -> str:
    assert isinstance(drawing, Drawing)
    told = {"key": key, "made_by": made_by, "sha256": hashlib.sha256(drawing.svg.encode()).hexdigest(), "dark": drawing.dark}
    told |= {"links": drawing.links, "icons": drawing.icons}
    facts = json.dumps(told).replace("--", "-\\u002d")  # which would end the comment
    return f"<!-- lesson-diagram {facts} -->\n{drawing.svg}\n"


def read_drawing(path: Path, key: str = "") -> KeptDrawing | None:
    """Read and verify one file; None if it is not there, was changed, is no drawing, or is that of another diagram."""
    found = _read(path)
    return found[1] if found and key in ("", found[0]) else None


def _read(path: Path) -> tuple[str, KeptDrawing] | None:
    try:
        text, valid = files.read_text(path) if files.is_file(path) else ("", False)
        head = HEAD.match(text) if valid else None
        if head is None:
            return None
        told: dict[str, Any] = json.loads(head[1])
        svg = text[head.end() :].removesuffix("\n")
        if told["sha256"] != hashlib.sha256(svg.encode()).hexdigest() or not KEY.fullmatch(told["key"]):
            return None
        parsed(svg)
        links = tuple((str(address), str(shown)) for address, shown in told["links"])
        drawing = Drawing(svg, told["dark"] is True, links, tuple(str(name) for name in told["icons"]))
        return told["key"], KeptDrawing(drawing, str(told["made_by"]))
    except REASONS:
        return None
