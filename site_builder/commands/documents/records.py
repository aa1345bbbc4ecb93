"""What ``lesson records`` answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from site_builder.commands.documents.values import Says


@dataclass(frozen=True, slots=True)
class RecordRowEntry:
    """One verified record."""

    episode: Annotated[str, Says("The episode.")]
    path: Annotated[str, Says("Its file, relative to the lesson's folder.")]
    key: Annotated[str, Says("The key of what ran.")]
    cells: Annotated[int, Says("How many cells the episode has.")]
    ran: Annotated[int, Says("How many of them ran.")]
    environment: Annotated[str, Says("The environment that they ran in.")]
    provider: Annotated[str, Says("What provided it: pixi, rattler or host.")]
    platform: Annotated[str, Says("The platform, such as linux-64.")]
    started: Annotated[str, Says("When it began (ISO 8601).")]
    seconds: Annotated[float, Says("How long it took.")]


@dataclass(frozen=True, slots=True)
class RecordsListDocument:
    """What `lesson records list` lists."""

    records: Annotated[tuple[RecordRowEntry, ...], Says("The records.")]


@dataclass(frozen=True, slots=True)
class RecordFactEntry:
    """Something that a record says of how it was made."""

    label: Annotated[str, Says("What it is about.")]
    value: Annotated[str, Says("What it is.")]


@dataclass(frozen=True, slots=True)
class RecordPackageEntry:
    """One package that was there."""

    name: Annotated[str, Says("Its name.")]
    version: Annotated[str, Says("Its version.")]
    build: Annotated[str, Says("Its build; may be empty.")]


@dataclass(frozen=True, slots=True)
class RecordsShowDocument:
    """What `lesson records show` shows."""

    path: Annotated[str, Says("The record's file, relative to the lesson's folder.")]
    key: Annotated[str, Says("The key of what ran.")]
    facts: Annotated[tuple[RecordFactEntry, ...], Says("Where and when it was made.")]
    packages: Annotated[tuple[RecordPackageEntry, ...], Says("The packages; none without `--packages`.")]
    lines: Annotated[tuple[str, ...], Says("Each cell's code and its outputs, as lines of text.")]


@dataclass(frozen=True, slots=True)
class RecordsSaveDocument:
    """What `lesson records save` did."""

    saved: Annotated[tuple[str, ...], Says("The files that changed.")]


@dataclass(frozen=True, slots=True)
class ArrivalEntry:
    """A record that was merged."""

    source: Annotated[str, Says("The file that it came from.")]
    path: Annotated[str, Says("Its file in the lesson.")]
    arrival: Annotated[str, Says("How it compares with the one that was there.", values="site_builder.plan.choosing:Arrival")]


@dataclass(frozen=True, slots=True)
class RecordsMergeDocument:
    """What `lesson records merge` did; refused records are among the problems."""

    records: Annotated[tuple[ArrivalEntry, ...], Says("The records that were accepted.")]
    refused: Annotated[int, Says("How many were refused.")]


@dataclass(frozen=True, slots=True)
class RecordsSignDocument:
    """What `lesson records sign` did."""

    signed: Annotated[tuple[str, ...], Says("The records, relative to the lesson's folder.")]


@dataclass(frozen=True, slots=True)
class SignatureEntry:
    """Who signed a record."""

    path: Annotated[str, Says("The record, relative to the lesson's folder.")]
    signer: Annotated[str, Says("Who signed it; empty if nobody did who may.")]
    fault: Annotated[str, Says("Why the signature does not count; empty if it does.")]


@dataclass(frozen=True, slots=True)
class RecordsVerifyDocument:
    """What `lesson records verify` found."""

    records: Annotated[tuple[SignatureEntry, ...], Says("The records.")]
    damaged: Annotated[tuple[str, ...], Says("Files that are no records any more.")]


@dataclass(frozen=True, slots=True)
class UnusedRecordEntry:
    """A record that no page can show."""

    path: Annotated[str, Says("The record, relative to the lesson's folder.")]
    reason: Annotated[str, Says("Why.")]


@dataclass(frozen=True, slots=True)
class RecordsPruneDocument:
    """What `lesson records prune` removed, or with `--dry-run` would remove."""

    dry_run: Annotated[bool, Says("Whether nothing was removed.")]
    removed: Annotated[tuple[UnusedRecordEntry, ...], Says("The records.")]


@dataclass(frozen=True, slots=True)
class CellChangeEntry:
    """How one cell differs."""

    cell: Annotated[str, Says("The cell.")]
    note: Annotated[str, Says("What is to be said besides; may be empty.")]
    code: Annotated[tuple[str, ...], Says("The difference of the code, as lines of a unified diff.")]
    outputs: Annotated[tuple[str, ...], Says("The difference of the outputs, as lines of a unified diff.")]


@dataclass(frozen=True, slots=True)
class RecordsDiffDocument:
    """What `lesson records diff` found."""

    first: Annotated[str, Says("One record.")]
    second: Annotated[str, Says("The other one.")]
    packages: Annotated[tuple[str, ...], Says("Packages that differ.")]
    machines: Annotated[tuple[str, ...], Says("How the machines differ.")]
    cells: Annotated[tuple[CellChangeEntry, ...], Says("Cells that differ.")]
