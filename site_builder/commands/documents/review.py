"""What ``lesson review`` answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from site_builder.commands.documents.values import Says


@dataclass(frozen=True, slots=True)
class ReviewedCellEntry:
    """A cell whose results differ."""

    cell: Annotated[str, Says("The cell.")]
    note: Annotated[str, Says("What differs, in words; may be empty.")]
    outputs: Annotated[tuple[str, ...], Says("The text of its outputs as lines of a difference.")]


@dataclass(frozen=True, slots=True)
class ReviewedEpisodeEntry:
    """An episode whose results differ."""

    path: Annotated[str, Says("The episode's file.")]
    state: Annotated[str, Says("`changed`, `results added` or `results gone`.")]
    cells: Annotated[tuple[ReviewedCellEntry, ...], Says("Its cells with other results.")]


@dataclass(frozen=True, slots=True)
class ReviewedPagesEntry:
    """Addresses of pages whose text differs."""

    added: Annotated[tuple[str, ...], Says("Pages that the earlier copy does not have.")]
    changed: Annotated[tuple[str, ...], Says("Pages with another text.")]
    removed: Annotated[tuple[str, ...], Says("Pages that the earlier copy alone has.")]


@dataclass(frozen=True, slots=True)
class ReviewDocument:
    """How a lesson differs from an earlier copy of it."""

    episodes: Annotated[tuple[ReviewedEpisodeEntry, ...], Says("Episodes with other results.")]
    pages: Annotated[ReviewedPagesEntry, Says("Pages with another text.")]
    figures: Annotated[int, Says("How many figures differ.")]
