"""Errors of R Markdown that a page shows although nobody said that they belong there: one warning an episode, with the cause."""

from __future__ import annotations

import re
from collections.abc import Iterator

from site_builder.episode import Episode
from site_builder.markdown.tree import Cell
from site_builder.problems import Location, Problem, Severity
from site_builder.records.knitted import text_of_piece
from site_builder.records.model import CellRecord, EpisodeRecord, Piece, Raised

NO_FILE = re.compile(r"cannot open (?:compressed )?file '([^']+)'")
"""R's warning beside the error that a connection cannot be opened."""

ON_PURPOSE = re.compile(r"stop(?:ifnot)?\(")
"""Code that raises on purpose: it does nothing else."""

NAMED = 3
"""Errors of an episode that the warning names; more are counted."""


def raised(episode: Episode, record: EpisodeRecord) -> Iterator[Problem]:
    """Yield one warning where cells of an episode raise that may, but did not say so."""
    found = [
        (cell, error, result)
        for cell in episode.cells
        if isinstance(cell, Cell) and cell.options.may_raise and (result := record.by_identifier.get(cell.identifier))
        for error in _errors(result)
    ]
    if not found:
        return
    told = [f"`{cell.identifier}` (line {cell.line}): {_said(error)}{_cause(result)}" for cell, error, result in found[:NAMED]]
    more = f"; and {len(found) - NAMED} more" if len(found) > NAMED else ""
    lost = any(_cause(result) for _, _, result in found)
    hint = "write `error=TRUE` if it belongs there; with `fail_on_error: true` in config.yaml other errors stop the build"
    if lost:
        hint = f"put the file below episodes/data, or say `needs: [...]` for the episode that writes it; {hint}"
    message = f"code raises, and the page shows it: {'; '.join(told)}{more}"
    yield Problem("LS515", message, Location(episode.path, found[0][0].line), hint, Severity.WARNING)


def _errors(result: CellRecord) -> Iterator[Raised]:
    """Yield a cell's errors, without those that its code raises on purpose."""
    source = ""
    pieces = result.pieces or (Piece.ERROR,) * len(result.outputs)
    for piece, output in zip(pieces, result.outputs, strict=True):
        if piece is Piece.SOURCE:
            source = text_of_piece(output)
        elif isinstance(output, Raised) and not ON_PURPOSE.match(source.strip()):
            yield output


def _said(error: Raised) -> str:
    return f"{error.name}: {' '.join(error.value.split())}".strip(": ")


def _cause(result: CellRecord) -> str:
    """Name the file that was not there, where the error is that one cannot be opened."""
    said = " ".join(text_of_piece(output) for piece, output in zip(result.pieces, result.outputs, strict=False) if piece is Piece.WARNING)
    found = NO_FILE.search(" ".join(said.split()))
    return f" (there is no file {found[1]})" if found else ""
