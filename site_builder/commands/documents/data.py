"""What ``lesson data`` answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from site_builder.commands.documents.values import Says


@dataclass(frozen=True, slots=True)
class DataFileEntry:
    """One file that the lesson names and does not hold itself."""

    path: Annotated[str, Says("Where cells find it, relative to `episodes/`.")]
    origin: Annotated[str, Says("Its address, or that of its DOI.")]
    place: Annotated[str, Says("The file and line of the lesson that name it.")]
    state: Annotated[str, Says("Whether it is here.", "site_builder.operations.data:DataState")]
    sha256: Annotated[str, Says("The SHA-256 of what is here, else that of the entry; empty where neither is known.")]
    size: Annotated[int | None, Says("Its size in bytes; null where it is not known.")]
    file: Annotated[str | None, Says("Where it is kept; null where it is not here.")]


@dataclass(frozen=True, slots=True)
class DataFetchDocument:
    """What `lesson data fetch` fetched, and what was here."""

    data: Annotated[tuple[DataFileEntry, ...], Says("Each file.")]


@dataclass(frozen=True, slots=True)
class DataVerifyDocument:
    """What `lesson data verify` found."""

    data: Annotated[tuple[DataFileEntry, ...], Says("Each file.")]
