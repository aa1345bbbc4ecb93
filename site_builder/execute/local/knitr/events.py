"""From the events of one R process to the records of a document's cells: pieces in their order, figures with their names."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any

from site_builder import files
from site_builder.execute.local.messages import bounded, clean, clean_blocks, mask, with_mark
from site_builder.execute.local.session import SessionPlace
from site_builder.markdown.rmarkdown import KnitrChunk, KnitrText
from site_builder.markdown.tree import Cell, Expression
from site_builder.outputs.storage import MARKDOWN, PLAIN, is_text
from site_builder.records.knitted import from_pieces
from site_builder.records.model import CellRecord, Display, Output, Piece, Raised, Stream
from site_builder.records.r_errors import RError, r_error

CLASS = re.compile(r"^(```+)\s*(?:\{\.(\w+)\}|(\w*))$", re.MULTILINE)
"""How a fence names its class: in braces until knitr 1.45, bare since."""

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """An error, and the lines of the chunk's code before the expression that raised it (None for that of a child)."""

    before: int | None
    error: RError


@dataclass(slots=True)
class Told:
    """What a document's R process has told so far; ``part`` counts from 1 and is 0 before the first one began.

    ``within`` has for each part the chunks that ended in it: its own, and those of children. ``conditions`` has for each part the errors
    that its code raised.
    """

    pieces: dict[int, Event] = field(default_factory=dict)
    chunks: dict[int, Event] = field(default_factory=dict)
    within: dict[int, list[Event]] = field(default_factory=dict)
    begun: dict[int, float] = field(default_factory=dict)
    conditions: dict[int, list[Condition]] = field(default_factory=dict)
    values: list[str] = field(default_factory=list)
    options: list[tuple[int, str]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    parts: Sequence[str] = ()
    markdown: Sequence[str] = ()
    part: int = 0
    knitr: str = ""
    process: int = 0
    heard: int = 0
    loaded: Sequence[tuple[str, str]] = ()
    failed: str | None = None
    done: float | None = None
    questions: list[tuple[int, str]] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    _lines: int = 0
    _last: int = 0

    def hear(self, event: Event) -> None:
        """Take in one event of ``driver.R``."""
        self.heard += 1
        kind = event["event"]
        if kind in ("piece", "chunk"):
            (self.pieces if kind == "piece" else self.chunks)[event["id"]] = event
            if kind == "chunk":
                self.within.setdefault(self.part, []).append(event)
        elif kind == "part":
            self.part, self._lines, self._last = event["number"], 0, 0
            self.begun[self.part] = event["at"]
        elif kind == "expression":
            self._lines, self._last = self._lines + self._last, event["lines"]
        elif kind == "condition":
            before = None if event["child"] else self._lines
            self.conditions.setdefault(self.part, []).append(Condition(before, RError(event["message"], event["call"])))
        elif kind == "inline":
            self.values.append("")
        elif kind == "value" and self.values:
            self.values[-1] = event["text"]
        elif kind == "option":
            self.options.append((event["line"], event["options"]))
        elif kind == "question":
            self.questions.append((event["number"], event["code"]))
        elif kind == "failed":
            self.failed = "; ".join(filter(None, (event["message"], event["warning"])))
        elif kind == "done":
            self.done = event["at"]
        else:
            self._take(event)

    def _take(self, event: Event) -> None:
        if event["event"] == "start":
            self.knitr, self.process = event["knitr"], event["process"]
        elif event["event"] == "warned":
            self.warned.append(event["text"])
        elif event["event"] == "loaded":
            self.loaded = sorted(zip(event["names"], event["versions"], strict=True))
        elif event["event"] == "parts":
            self.labels = event["labels"]
        elif event["event"] == "document":
            self.parts, self.markdown = event["parts"], event["markdown"]

    @property
    def running(self) -> int:
        """The lines of the current chunk's code before the expression that runs, which the chunk itself has."""
        return self._lines

    def seconds(self, number: int) -> float:
        """Return the wall time of a part."""
        begun = self.begun.get(number)
        after = self.begun.get(number + 1, self.done)
        return 0.0 if begun is None or after is None else round(max(0.0, after - begun), 3)


class DocumentRecords:
    """Makes the records of a document that ran to its end."""

    def __init__(self, told: Told, place: SessionPlace, nonce: str, given: Mapping[Path, str]) -> None:
        """Take what was told, where R worked, and the files that it was given by their resolved path, with their digests."""
        self._told, self._place, self._given = told, place, given
        self._token = re.compile(rf"@{nonce}:([0-9]+)@")
        self._left = place.limits.episode_bytes
        self._lost = 0

    def of(self, parts: Sequence[KnitrChunk | KnitrText], cells: Sequence[Cell | Expression]) -> Iterator[CellRecord]:
        """Yield the record of each cell; ``cells`` are the chunks and inline expressions of ``parts`` in their order."""
        waiting, values = iter(cells), iter(self._told.values)
        for number, part in enumerate(parts, 1):
            if isinstance(part, KnitrChunk):
                cell = next(waiting)
                yield self._chunk(cell, part, number)
                continue
            for cell in (next(waiting) for _ in part.inline):
                shown = next(values, "")
                yield CellRecord(cell.identifier, cell.language, cell.source, (Stream("stdout", self._text(shown)),))

    def _chunk(self, cell: Cell | Expression, part: KnitrChunk, number: int) -> CellRecord:
        self._lost = 0
        found = [*self._flat(self._told.parts[number - 1])]
        shown = {item.path for _, item in found if isinstance(item, Display)}
        found += [(Piece.FILE, item) for item in self._figures(number) if item.path not in shown]
        if number == self._told.part < len(self._told.parts):  # knit_exit() leaves out the rest
            found.append((Piece.END, Display({PLAIN: ""})))
        conditions = self._told.conditions.get(number, [])
        if not any(piece is Piece.ERROR for piece, _ in found):  # of a chunk that shows nothing
            errors = [each.error for each in conditions]
            found += [(Piece.ERROR, Raised("Error", self._text(each.message), (self._text(each.words),))) for each in errors]
        raised = lines_of(conditions, part) if len(conditions) == sum(piece is Piece.ERROR for piece, _ in found) else ()
        pieces, outputs = tuple(piece for piece, _ in found), tuple(output for _, output in found)
        record = CellRecord(cell.identifier, cell.language, cell.source, outputs, self._told.seconds(number), (), pieces, raised=raised)
        record, cut = self._bounded(record)
        made = mask(clean_blocks(self._told.markdown[number - 1]), self._place.hidden)
        return record if cut or same_markdown(from_pieces(record), made) else replace(record, markdown=made)

    def _flat(self, text: str) -> Iterator[tuple[Piece, Output]]:
        """Yield the pieces of a chunk, those of children in their place; what stands between tokens is text as it is."""
        position = 0
        for found in self._token.finditer(text):
            yield from self._as_is(text[position : found.start()])
            number = int(found[1])
            if number in self._told.chunks:
                yield from self._flat(self._told.chunks[number]["text"])
            else:
                yield self._piece(self._told.pieces[number])
            position = found.end()
        yield from self._as_is(text[position:])

    def _as_is(self, text: str) -> Iterator[tuple[Piece, Output]]:
        if text.strip():
            yield Piece.AS_IS, Display({MARKDOWN: trimmed(self._text(text))})

    def _piece(self, event: Event) -> tuple[Piece, Output]:
        kind = Piece(event["kind"])
        self._lost += event["lost"]
        text = self._text(event["text"] or "")
        if kind is Piece.SOURCE:
            return kind, Display({PLAIN: text})
        if kind is Piece.AS_IS:
            return kind, Display({MARKDOWN: trimmed(self._text(event["markdown"]))})
        if kind is Piece.PLOT:
            picture = self._picture(event["file"])
            data = {**(picture.data if picture else {}), MARKDOWN: trimmed(self._text(event["markdown"]))}
            return kind, Display(data, path=picture.path if picture else "")
        if kind is Piece.ERROR:
            found = r_error(text)
            return kind, Raised("Error", found.message if found else text.strip(), tuple(text.rstrip("\n").split("\n")))
        return kind, Stream("stdout" if kind is Piece.OUTPUT else "stderr", text)

    def _figures(self, number: int) -> Iterator[Display]:
        """Yield the figures of a part, also those that it does not show: its author may refer to their files."""
        names = dict.fromkeys(name for chunk in self._told.within.get(number, ()) for name in chunk["files"])
        yield from filter(None, map(self._picture, names))

    def _picture(self, name: str) -> Display | None:
        """Return a figure that the document made; one that the lesson has, or that is too large, is not kept."""
        path = (self._place.folder / name).resolve()
        lesson = (self._place.top / "lesson").resolve()
        if not files.is_file(path) or not path.is_relative_to(lesson) or path.stat().st_size > self._place.limits.picture_bytes:
            return None
        data = files.read_bytes(path)
        if self._given.get(path) == hashlib.sha256(data).hexdigest():
            return None
        mime = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        address = PurePath(os.path.relpath(path, self._place.folder.resolve())).as_posix()
        return Display({mime: data.decode("utf-8", "replace") if is_text(mime) else base64.b64encode(data).decode()}, path=address)

    def _bounded(self, record: CellRecord) -> tuple[CellRecord, bool]:
        """Cut text beyond the bounds of the cell and the episode; tell whether there was any."""
        limits = self._place.limits
        allowed = max(0, min(limits.output_bytes, self._left))
        sizes = [len(item.text.encode("utf-8", "replace")) for item in record.outputs if isinstance(item, Stream)]
        self._left -= min(sum(sizes), allowed)
        count = len(record.outputs)
        if sum(sizes) <= allowed and count <= limits.outputs:
            return record, False
        words = f"output cut here: {sum(sizes) + self._lost} bytes in {count} piece{'' if count == 1 else 's'}"
        found: list[tuple[Piece, Output]] = []
        left, cut = allowed, False
        for piece, item in list(zip(record.pieces, record.outputs, strict=True))[: limits.outputs]:
            if not isinstance(item, Stream):
                found.append((piece, item))
            elif not cut and len(item.text.encode("utf-8", "replace")) <= left:
                found.append((piece, item))
                left -= len(item.text.encode("utf-8", "replace"))
            elif not cut:
                found.append((piece, with_mark(bounded([item], left), words)[0]))
                cut = True
        if not cut:
            found.append((Piece.OUTPUT, with_mark((), words)[0]))
        return replace(record, outputs=tuple(item for _, item in found), pieces=tuple(piece for piece, _ in found)), True

    def _text(self, text: str) -> str:
        return mask(clean(text), self._place.hidden)


def lines_of(conditions: Sequence[Condition], part: KnitrChunk) -> tuple[int, ...]:
    """Return for each error the lines of a chunk's code before it; none where code from elsewhere makes them uncertain."""
    before = tuple(each.before for each in conditions if each.before is not None and line_is_known(each.before, part))
    return before if len(before) == len(conditions) else ()


def line_is_known(before: int, part: KnitrChunk) -> bool:
    """Tell whether an expression with so many lines of code before it stands in the chunk itself."""
    return before <= part.last - part.code_line and "<<" not in part.code


def trimmed(markdown: str) -> str:
    """Return Markdown without empty lines around it, but one before it where there was any: it ends the paragraph before."""
    return "\n" * markdown.startswith("\n") + markdown.strip("\n")


def same_markdown(one: str, other: str) -> bool:
    """Tell whether two texts are the same to readers of Markdown, wherever they stand."""
    return squeezed(one) == squeezed(other) and (not one.strip() or one.startswith("\n") == other.startswith("\n"))


def squeezed(markdown: str) -> str:
    """Return Markdown without what is the same to its readers: empty lines around blocks, and which of two ways names a class."""
    text = CLASS.sub(lambda found: f"{found[1]}{found[2] or found[3] or ''}", markdown)
    return re.sub(r"\n{2,}", "\n\n", text).strip("\n")
