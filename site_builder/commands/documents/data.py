"""What ``lesson data`` answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from site_builder.commands.documents.values import Says


@dataclass(frozen=True, slots=True)
class DataFileEntry:
    """One file that the lesson names and does not hold itself."""

    path: Annotated[str, Says("Where cells find it.")]
    origin: Annotated[str, Says("Where it comes from: an address, or a DOI and a name.")]
    place: Annotated[str, Says("Where the lesson names it, as path and line.")]
    state: Annotated[str, Says("How it is.", values="site_builder.operations.data:DataState")]
    sha256: Annotated[str, Says("Its digest in hexadecimal; may be empty.")]
    size: Annotated[int | None, Says("Its size in bytes; null if unknown.")]
    file: Annotated[str | None, Says("Where it is kept; null if it is not here.")]


@dataclass(frozen=True, slots=True)
class DataFetchDocument:
    """What `lesson data fetch` fetched."""

    data: Annotated[tuple[DataFileEntry, ...], Says("The files.")]
    lines: Annotated[tuple[str, ...], Says("With `--print-digests`: the lines that entries lack.")]


@dataclass(frozen=True, slots=True)
class DataVerifyDocument:
    """What `lesson data verify` found."""

    data: Annotated[tuple[DataFileEntry, ...], Says("The files.")]
