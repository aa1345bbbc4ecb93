"""What ``lesson verify``, ``verify-site`` and ``convert`` answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from site_builder.commands.documents.values import Says


@dataclass(frozen=True, slots=True)
class DriftEntry:
    """A cell whose output differs from the record's."""

    cell: Annotated[str, Says("The cell.")]
    path: Annotated[str, Says("Its file, relative to the lesson's folder.")]
    line: Annotated[int, Says("Its line.")]
    diff: Annotated[tuple[str, ...], Says("The difference, as lines of a unified diff.")]
    advice: Annotated[tuple[str, ...], Says("What to do about it.")]


@dataclass(frozen=True, slots=True)
class VerifiedEpisodeEntry:
    """How an episode compares with its record."""

    episode: Annotated[str, Says("Its name.")]
    path: Annotated[str, Says("Its file, relative to the lesson's folder.")]
    verdict: Annotated[str, Says("How it compares.", values="site_builder.operations.verify:Verdict")]
    reason: Annotated[str, Says("Why; may be empty.")]
    packages: Annotated[tuple[str, ...], Says("Packages whose versions differ from the record's.")]
    equal: Annotated[tuple[str, ...], Says("Cells that are equal.")]
    drifts: Annotated[tuple[DriftEntry, ...], Says("Cells that differ.")]
    only_recorded: Annotated[tuple[str, ...], Says("Cells that ran in the record alone.")]
    only_now: Annotated[tuple[str, ...], Says("Cells that ran now alone.")]


@dataclass(frozen=True, slots=True)
class VerifyDocument:
    """What `lesson verify` found."""

    episodes: Annotated[tuple[VerifiedEpisodeEntry, ...], Says("The episodes.")]


@dataclass(frozen=True, slots=True)
class TypedCauseEntry:
    """Why an output differs, or could not be compared."""

    kind: Annotated[str, Says("What kind of cause it is.")]
    about: Annotated[str, Says("What it is about, such as a package.")]
    words: Annotated[str, Says("The cause in words.")]
    line: Annotated[int, Says("The line where it begins; 0 if unknown.")]


@dataclass(frozen=True, slots=True)
class TypedFindingEntry:
    """How what is typed below a fence compares with what its code prints."""

    verdict: Annotated[str, Says("How it compares.", values="site_builder.verification.typed.findings:FenceVerdict")]
    line: Annotated[int, Says("The line of the fence.")]
    fences: Annotated[tuple[int, ...], Says("The lines of all fences that this is about.")]
    language: Annotated[str, Says("The language of the code.")]
    cause: Annotated[TypedCauseEntry | None, Says("Why; null if that is unknown, or nothing differs.")]
    diff: Annotated[tuple[str, ...], Says("The difference, as lines of a unified diff.")]
    printed: Annotated[str, Says("What the code prints today.")]


@dataclass(frozen=True, slots=True)
class TypedEpisodeEntry:
    """The findings of one page."""

    path: Annotated[str, Says("The page, relative to the lesson's folder.")]
    findings: Annotated[tuple[TypedFindingEntry, ...], Says("The findings.")]


@dataclass(frozen=True, slots=True)
class FixedFenceEntry:
    """A fence that was not written."""

    place: Annotated[str, Says("The fence, as episode and line.")]
    reason: Annotated[str, Says("Why it is as it was.")]


@dataclass(frozen=True, slots=True)
class VerifyStaticDocument:
    """What `lesson verify --static` found."""

    network: Annotated[str, Says("Whether code had a network: none, not guarded or allowed.")]
    episodes: Annotated[tuple[TypedEpisodeEntry, ...], Says("The pages.")]
    written: Annotated[tuple[str, ...], Says("With `--fix`: the fences that were written.")]
    left: Annotated[tuple[FixedFenceEntry, ...], Says("With `--fix`: the fences that were not written.")]


@dataclass(frozen=True, slots=True)
class VerifySiteDocument:
    """How a copy of a site compares with the manifest of its build."""

    whole: Annotated[bool, Says("Whether no file was changed or is missing.")]
    equal: Annotated[int, Says("How many files are as the manifest says.")]
    changed: Annotated[tuple[str, ...], Says("Files with other bytes.")]
    missing: Annotated[tuple[str, ...], Says("Files that are not there.")]
    foreign: Annotated[tuple[str, ...], Says("Files that no build wrote; folders that hold nothing of the build, with a final slash.")]
    own: Annotated[bool, Says("Whether the manifest is the copy's own.")]
    staged: Annotated[str, Says("The digest of what the site was made from.")]


@dataclass(frozen=True, slots=True)
class NewCellEntry:
    """A fence that becomes a cell."""

    line: Annotated[int, Says("Its line.")]
    language: Annotated[str, Says("Its language.")]
    removed: Annotated[tuple[int, ...], Says("The lines of outputs that were typed below it.")]
    raises: Annotated[bool, Says("Whether it raises an error.")]
    unseen: Annotated[str, Says("Why it runs unseen; empty if it is shown.")]
    picture: Annotated[str, Says("The picture below it, which the cell draws; may be empty.")]


@dataclass(frozen=True, slots=True)
class LeftEntry:
    """Something that stays as it is."""

    line: Annotated[int, Says("Its line.")]
    reason: Annotated[str, Says("Why.")]


@dataclass(frozen=True, slots=True)
class SeenChangeEntry:
    """What readers see change."""

    line: Annotated[int, Says("Its line.")]
    words: Annotated[str, Says("What changes.")]
    diff: Annotated[tuple[str, ...], Says("The difference, as lines of a unified diff.")]


@dataclass(frozen=True, slots=True)
class ConvertedPageEntry:
    """What becomes of a page."""

    path: Annotated[str, Says("The page, relative to the lesson's folder.")]
    changed: Annotated[bool, Says("Whether its text changes.")]
    kept: Annotated[str, Says("Why the whole page stays as it is; empty if it does not.")]
    notes: Annotated[tuple[str, ...], Says("Remarks.")]
    cells: Annotated[tuple[NewCellEntry, ...], Says("Fences that become cells.")]
    plain: Annotated[tuple[LeftEntry, ...], Says("Fences that stay plain.")]
    typed: Annotated[tuple[LeftEntry, ...], Says("Typed outputs that stay.")]
    changes: Annotated[tuple[SeenChangeEntry, ...], Says("What readers see change.")]


@dataclass(frozen=True, slots=True)
class OriginalEntry:
    """A page of which Git does not have what it was."""

    path: Annotated[str, Says("The page.")]
    copy: Annotated[str, Says("Where the page as it was is kept.")]


@dataclass(frozen=True, slots=True)
class ConvertDocument:
    """What `lesson convert` did, or with `--dry-run` would do."""

    RENAMED: ClassVar[dict[str, str]] = {"manifest": "pixi.toml"}

    network: Annotated[str, Says("Whether code had a network: none, not guarded or allowed.")]
    dry_run: Annotated[bool, Says("Whether nothing was written.")]
    pages: Annotated[tuple[ConvertedPageEntry, ...], Says("The pages.")]
    manifest: Annotated[str, Says("The text of the proposed manifest; empty if the lesson needs none.")]
    advice: Annotated[tuple[str, ...], Says("What to do about the environment.")]
    written: Annotated[tuple[str, ...], Says("The files that were written.")]
    originals: Annotated[tuple[OriginalEntry, ...], Says("Copies of what Git does not have.")]
