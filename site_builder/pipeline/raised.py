"""Errors of R Markdown that a page shows although nobody said that they belong there: one warning an episode, with the cause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from site_builder import terminal
from site_builder.environments import r
from site_builder.episode import Episode
from site_builder.markdown.tree import Cell
from site_builder.pipeline.causes import bringing, bringing_program, missing_file, missing_package
from site_builder.problems import Location, Problem, Severity
from site_builder.records.knitted import text_of_piece
from site_builder.records.model import CellRecord, EpisodeRecord, Piece, Raised
from site_builder.records.r_errors import r_error

ON_PURPOSE = re.compile(r"stop(?:ifnot)?\(")
"""Code that raises on purpose: the expression does nothing else."""

NAMED = 3
"""Errors of an episode that the warning names; more are counted."""


@dataclass(frozen=True, slots=True)
class _Found:
    """An error: its cell's name, its line, what was said, the file or package that was not there, and what to do about a program."""

    cell: str
    line: int
    words: str
    file: str = ""
    package: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        cause = f"file {self.file}" if self.file else f"R package {self.package}" if self.package else ""
        return f"`{self.cell}` (line {self.line}): {self.words}" + (f" (there is no {cause})" if cause else "")


def raised(episode: Episode, record: EpisodeRecord) -> Iterator[Problem]:
    """Yield one warning where cells of R Markdown raise that may, but did not say so; in a notebook a tag has said it."""
    if episode.path.suffix != ".Rmd":
        return
    found = [
        error
        for cell in episode.cells
        if isinstance(cell, Cell) and cell.options.may_raise and (result := record.by_identifier.get(cell.identifier))
        for error in _errors(cell, result)
    ]
    if not found:
        return
    more = f"; and {len(found) - NAMED} more" if len(found) > NAMED else ""
    message = f"code raises, and the page shows it: {'; '.join(map(str, found[:NAMED]))}{more}"
    stop = "write `error=TRUE` if it belongs there; with `fail_on_error: true` in config.yaml other errors stop the build"
    hint = "; ".join((*_ways(episode, found), stop))
    yield Problem("LS515", message, Location(episode.path, found[0].line), hint, Severity.WARNING)


def _errors(cell: Cell, result: CellRecord) -> Iterator[_Found]:
    """Yield a cell's errors, without those that its code raises on purpose; what R warned of before one may name its cause."""
    source, warnings, number = "", "", 0
    pieces = result.pieces or (Piece.ERROR,) * len(result.outputs)
    for piece, output in zip(pieces, result.outputs, strict=True):
        if piece is Piece.SOURCE:
            source, warnings = text_of_piece(output), ""
        elif piece is Piece.WARNING:
            warnings += text_of_piece(output)
        elif isinstance(output, Raised):
            before = result.raised[number] if number < len(result.raised) else None
            number += 1
            line = cell.line if before is None else cell.source_line + before
            if not ON_PURPOSE.match(_first_call(source if before is None else "\n".join(cell.source.split("\n")[before:]))):
                yield _found(cell.identifier, line, output, warnings)


def _first_call(source: str) -> str:
    """Return code without the comments and empty lines before it."""
    return re.sub(r"\A(?:[ \t]*(?:#.*)?\n)+", "", source).strip()


def _found(cell: str, line: int, error: Raised, warnings: str) -> _Found:
    text = terminal.plain("\n".join(error.traceback) or f"{error.name}: {error.value}")
    found = r_error(text)
    words = found.line if found else _line(text)
    said = f"{words} {_line(warnings)}"
    return _Found(cell, line, words, missing_file(said), missing_package(said), bringing_program(said))


def _line(text: str) -> str:
    return " ".join(terminal.plain(text).split())


def _ways(episode: Episode, found: list[_Found]) -> Iterator[str]:
    """Say what would bring what was not there."""
    for name in dict.fromkeys(error.file for error in found if error.file):
        yield bringing(name, episode.working_files)
    packages = tuple(dict.fromkeys(error.package for error in found if error.package))
    if packages:
        yield f"install what is missing: {r.installing(packages)}"
    yield from dict.fromkeys(error.remedy for error in found if error.remedy)
