"""What ``lesson build``, ``publish``, ``zip``, ``pdf`` and ``notebook`` answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from site_builder.commands.documents.outcome import ErrorEntry, ProblemEntry
from site_builder.commands.documents.values import Says


@dataclass(frozen=True, slots=True)
class BuildDocument:
    """The site that `lesson build` made."""

    site: Annotated[str, Says("Its folder.")]
    index: Annotated[str, Says("Its first page.")]
    changed: Annotated[bool, Says("Whether it differs from the one that was there.")]
    pages: Annotated[int, Says("How many pages it has.")]
    ran: Annotated[int, Says("How many episodes ran for it.")]
    tally: Annotated[str, Says("Where the results on its pages come from, in a sentence.")]


@dataclass(frozen=True, slots=True)
class LessonBuildEntry:
    """One of several lessons that `lesson build` was given."""

    lesson: Annotated[str, Says("Its folder, as it was given.")]
    exit_code: Annotated[int, Says("The exit code that building it alone would have.")]
    error: Annotated[ErrorEntry | None, Says("Why it was not built; null if it was.")]
    problems: Annotated[tuple[ProblemEntry, ...], Says("Its problems, by file and line.")]
    built: Annotated[BuildDocument | None, Says("Its site; null if it was not built.")]


@dataclass(frozen=True, slots=True)
class BuildsDocument:
    """The sites that `lesson build` made of several lessons."""

    lessons: Annotated[tuple[LessonBuildEntry, ...], Says("The lessons, in the order in which they were given.")]


@dataclass(frozen=True, slots=True)
class RenamedEntry:
    """A file that is not the builder's, and made room for one of the site."""

    path: Annotated[str, Says("Its path in the place of publication.")]
    name: Annotated[str, Says("The path that it has now.")]


@dataclass(frozen=True, slots=True)
class PublishDocument:
    """What `lesson publish` did, or with `--dry-run` would do."""

    site: Annotated[str, Says("The folder of the site that was built.")]
    folder: Annotated[str | None, Says("The folder in which it was published; null for a branch.")]
    branch: Annotated[str | None, Says("The branch on which it was published; null for a folder.")]
    version: Annotated[str, Says("The name of the copy (`--as`); empty for the newest site.")]
    dry_run: Annotated[bool, Says("Whether nothing was published.")]
    added: Annotated[tuple[str, ...], Says("Files that are new there.")]
    changed: Annotated[tuple[str, ...], Says("Files that are others now.")]
    removed: Annotated[tuple[str, ...], Says("Files that are there no more.")]
    kept: Annotated[tuple[RenamedEntry, ...], Says("Files of others that were renamed.")]
    commit: Annotated[str, Says("The commit on the branch; empty for a folder, and where nothing changed.")]
    remote: Annotated[str, Says("Where the branch was pushed; empty if nowhere.")]


@dataclass(frozen=True, slots=True)
class ZipDocument:
    """The archive that `lesson zip` wrote."""

    path: Annotated[str, Says("The file.")]
    folder: Annotated[str, Says("The folder that it unpacks to.")]
    files: Annotated[int, Says("How many files it has.")]
    bytes: Annotated[int, Says("Its size in bytes.")]
    largest: Annotated[str, Says("Its largest file.")]


@dataclass(frozen=True, slots=True)
class PdfDocument:
    """The file that `lesson pdf` printed."""

    path: Annotated[str, Says("The file.")]
    bytes: Annotated[int, Says("Its size in bytes.")]


@dataclass(frozen=True, slots=True)
class NotebookDocument:
    """The file that `lesson notebook` wrote."""

    path: Annotated[str, Says("The file.")]
    episode: Annotated[str, Says("The episode, as it was named.")]
    kind: Annotated[str, Says("What was exported.", values="site_builder.exporting.notebook:ExportKind")]
