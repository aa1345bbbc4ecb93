"""What knitr made of a chunk, as Markdown: written from its pieces where they say all of it, else as knitr wrote it."""

from __future__ import annotations

import re

from site_builder.outputs.storage import MARKDOWN, PLAIN
from site_builder.records.model import CellRecord, Display, Output, Piece, Raised, Stream

CLASSES = {Piece.OUTPUT: "output", Piece.MESSAGE: "output", Piece.WARNING: "warning", Piece.ERROR: "error"}
"""Classes of the blocks, as the Workbench sets them."""

SHOWN = frozenset(Piece) - {Piece.SOURCE, Piece.FILE, Piece.END}
"""Pieces that are results."""


def markdown_of(cell: CellRecord) -> str:
    """Return what stands in the document for a chunk that knitr ran."""
    return from_pieces(cell) if cell.markdown is None else cell.markdown


def from_pieces(cell: CellRecord) -> str:
    """Return the pieces of a chunk one after the other, each in a block of its class.

    A block has an empty line before it. Text as it is and figures have not, as in knitr: they go on with the paragraph before the chunk.
    """
    shown = [each for each in zip(cell.pieces, cell.outputs, strict=True) if each[0] not in (Piece.FILE, Piece.END)]
    text = "\n\n".join(_block(piece, output, cell.language) for piece, output in shown)
    return f"\n{text}" if shown and shown[0][0] not in (Piece.PLOT, Piece.AS_IS) else text


def results_of(cell: CellRecord) -> tuple[Output, ...]:
    """Return a cell's results without the parts of its code between them and the files that it saved, as a notebook shows them."""
    if not cell.pieces:
        return tuple(output for output in cell.outputs if not isinstance(output, Display) or not output.saved)
    return tuple(output for piece, output in zip(cell.pieces, cell.outputs, strict=True) if piece in SHOWN)


def text_of_piece(output: Output) -> str:
    """Return the text of a piece that has one."""
    if isinstance(output, Stream):
        return output.text
    if isinstance(output, Raised):
        return "\n".join(output.traceback)
    return output.data.get(PLAIN, "")


def _block(piece: Piece, output: Output, language: str) -> str:
    if piece in (Piece.PLOT, Piece.AS_IS):
        assert isinstance(output, Display)
        return output.data.get(MARKDOWN, "").rstrip("\n")
    text = text_of_piece(output).removesuffix("\n")
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"^[ \t]*(`{3,})", text, re.MULTILINE)), 3)
    name = language if piece is Piece.SOURCE else f"{{.{CLASSES[piece]}}}"
    return f"{fence}{name}\n{text}\n{fence}"
