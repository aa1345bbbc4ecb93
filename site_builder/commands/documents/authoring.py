"""What ``lesson new``, ``container`` and ``workflow`` answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from site_builder.commands.documents.values import Says


@dataclass(frozen=True, slots=True)
class NewLessonDocument:
    """What `lesson new lesson` wrote, or with `--dry-run` would write."""

    folder: Annotated[str, Says("The lesson's folder.")]
    language: Annotated[str, Says("The language of its first episode.")]
    dry_run: Annotated[bool, Says("Whether nothing was written.")]
    written: Annotated[tuple[str, ...], Says("Files, relative to the folder.")]
    left_alone: Annotated[tuple[str, ...], Says("Files that were there.")]
    notes: Annotated[tuple[str, ...], Says("Remarks for the author.")]


@dataclass(frozen=True, slots=True)
class NewEpisodeDocument:
    """What `lesson new episode` wrote, or with `--dry-run` would write."""

    path: Annotated[str, Says("The episode's file, relative to the lesson's folder.")]
    settings: Annotated[str | None, Says("The settings that list it now; null if they have no list.")]
    after: Annotated[str, Says("The file of the episode before it; empty if it is the first.")]
    dry_run: Annotated[bool, Says("Whether nothing was written.")]


@dataclass(frozen=True, slots=True)
class ContainerFileEntry:
    """One file that builds an image."""

    path: Annotated[str, Says("The file.")]
    changed: Annotated[bool, Says("Whether it was written; otherwise it was there with the same text.")]


@dataclass(frozen=True, slots=True)
class ContainerDocument:
    """What `lesson container` wrote."""

    environment: Annotated[str, Says("The environment of the image.")]
    platform: Annotated[str, Says("The platform of the image.")]
    files: Annotated[tuple[ContainerFileEntry, ...], Says("The files.")]


@dataclass(frozen=True, slots=True)
class WorkflowDocument:
    """The workflow that `lesson workflow` prints."""

    path: Annotated[str, Says("Where a lesson has it.")]
    text: Annotated[str, Says("Its text.")]
