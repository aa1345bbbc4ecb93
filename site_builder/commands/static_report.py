"""What ``lesson verify --static`` found: as lines of text, as a document for machines, and as a Markdown summary for an issue."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from site_builder.commands.documents import verification as documents
from site_builder.operations.verify_static import StaticEpisode, StaticReport
from site_builder.verification.typed.findings import WRONG, Cause, FenceFinding, FenceVerdict

LONGEST, SHOWN = 24, 12
"""Lines on one side of a diff from which on it is shortened, and how many then are shown."""
COLUMNS = ("fences", "same", "differs", "unknown", "nothing typed", "not looked at")
NO_CAUSE = "no release that is known here explains it"
GUARD = {
    True: "Code had no network.",
    False: "Not guarded: this system did not let code run without a network.",
    None: "Code was allowed to use the network.",
}


NETWORK = {True: "none", False: "not guarded", None: "allowed"}
"""Whether code had a network, by `StaticReport.guarded`."""


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one cause: each with its episode, in the lesson's order."""

    cause: Cause
    places: tuple[tuple[StaticEpisode, FenceFinding], ...]

    @property
    def words(self) -> str:
        """The cause, where it begins, and how much follows from it."""
        fences = sum(len(finding.fences) for _, finding in self.places)
        episode, finding = self.places[0]
        root = f"{episode.path}:{self.cause.line or finding.line}"
        more = f" ({fences} fences follow)" if fences > 1 else ""
        return f"{root} {self.cause.words}{more}"


def failed(report: StaticReport, *, strict: bool) -> bool:
    """Tell whether the command fails: something differs; under ``strict`` also something that is unknown, or white space."""
    bad = {*WRONG, *((FenceVerdict.UNKNOWN, FenceVerdict.SPACING) if strict else ())}
    return any(finding.verdict in bad for episode in report.episodes for finding in episode.findings)


def differing(report: StaticReport) -> list[tuple[StaticEpisode, FenceFinding]]:
    """Return what differs, in the lesson's order."""
    return [(episode, finding) for episode in report.episodes for finding in episode.findings if finding.verdict in WRONG]


def unknown(report: StaticReport) -> list[Group]:
    """Return what is unknown, by episode and cause."""
    groups = []
    for episode in report.episodes:
        found = [finding for finding in episode.findings if finding.verdict is FenceVerdict.UNKNOWN and finding.cause]
        for key in dict.fromkeys(finding.cause.key for finding in found if finding.cause):
            same = [finding for finding in found if finding.cause and finding.cause.key == key]
            assert same[0].cause is not None
            groups.append(Group(same[0].cause, tuple((episode, finding) for finding in same)))
    return groups


def drift(report: StaticReport) -> list[tuple[str, int]]:
    """Return what explains the differences, the most frequent first."""
    counts = Counter(cause_words(finding) for _, finding in differing(report))
    return counts.most_common()


def drift_places(report: StaticReport, words: str) -> list[str]:
    """Return where a cause of `drift` shows, each as episode and line."""
    return [f"{episode.path.stem}:{finding.line}" for episode, finding in differing(report) if cause_words(finding) == words]


def readable(difference: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a diff; of a long run of lines that are all typed, or all printed, the first ones and how many more there are.

    So a page that shows the beginning of a long text does not drown its reader in the rest.
    """
    for mark, run in itertools.groupby(difference, key=lambda line: line[:1]):
        lines = list(run)
        if mark in "+-" and len(lines) > LONGEST:
            yield from lines[:SHOWN]
            yield f"{mark}… and {len(lines) - SHOWN} more lines"
        else:
            yield from lines


def cause_words(finding: FenceFinding) -> str:
    """Return why a fence differs, as far as that is known."""
    return finding.cause.words if finding.cause else NO_CAUSE


def table(report: StaticReport) -> list[tuple[str, ...]]:
    """Return a row of counts for each episode, and one for all; each fence is counted once (`COLUMNS`)."""
    rows = [(str(episode.path), *_counts(episode.findings)) for episode in report.episodes]
    total = tuple(str(sum(int(row[column]) for row in rows)) for column in range(1, len(COLUMNS) + 1))
    return [*rows, ("total", *total)]


def _counts(findings: Iterable[FenceFinding]) -> tuple[str, ...]:
    counts: Counter[str] = Counter()
    for finding in findings:
        counts[_column(finding.verdict)] += len(finding.fences)
    return (str(counts.total()), *(str(counts[name]) for name in COLUMNS[1:]))


def _column(verdict: FenceVerdict) -> str:
    if verdict is FenceVerdict.SPACING:
        return "same"
    return "differs" if verdict in WRONG else verdict.value


def lines(report: StaticReport) -> Iterator[str]:
    """Yield the differences with their diffs, what is unknown by its causes, what explains the differences, and the counts."""
    if not report.episodes:
        yield "no fences of Python, R or a shell"
        return
    for episode, finding in differing(report):
        cause = f": {finding.cause.words}" if finding.cause else ""
        yield f"{episode.path}:{finding.line} {finding.verdict.value}{cause}"
        yield from (("  --- typed", "  +++ printed") if finding.difference else ())
        yield from (f"  {line}".rstrip() for line in readable(finding.difference))
    for episode in report.episodes:
        places = [str(finding.line) for finding in episode.findings if finding.verdict is FenceVerdict.SPACING]
        if places:
            yield f"{episode.path}:{places[0]} white space alone differs ({', '.join(places)})"
    if groups := unknown(report):
        yield "unknown, and not counted as differences:"
        yield from (f"  {group.words}" for group in groups)
    if causes := drift(report):
        yield "what explains the differences:"
        yield from (f"  {words}: {number} output{'s' if number > 1 else ''}" for words, number in causes)
    yield from _columns(("", *COLUMNS), table(report))
    yield GUARD[report.guarded]


def _columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    for row in (head, *rows):
        first, *others = row
        yield "  ".join((first.ljust(widths[0]), *(text.rjust(width) for text, width in zip(others, widths[1:], strict=True)))).rstrip()


def document(report: StaticReport) -> documents.VerifyStaticDocument:
    """Return all findings for a machine."""
    pages = (
        documents.TypedEpisodeEntry(str(episode.path), tuple(_finding(finding) for finding in episode.findings))
        for episode in report.episodes
    )
    return documents.VerifyStaticDocument(NETWORK[report.guarded], tuple(pages), (), ())


def _finding(finding: FenceFinding) -> documents.TypedFindingEntry:
    cause = finding.cause
    return documents.TypedFindingEntry(
        finding.verdict.value, finding.line, finding.fences, finding.language,
        documents.TypedCauseEntry(cause.kind, cause.about, cause.words, cause.line) if cause else None, finding.difference, finding.now,
    )  # fmt: skip


def markdown(report: StaticReport) -> str:
    """Return a summary for an issue: the table, what explains the differences, and a task for each difference."""
    rows = table(report)
    made = ["| episode | " + " | ".join(COLUMNS) + " |", "| --- |" + " ---: |" * len(COLUMNS)]
    made += ["| " + " | ".join(row) + " |" for row in rows]
    if causes := drift(report):
        made += ["", "### What explains the differences", ""]
        made += [f"- {words}: {number} ({', '.join(drift_places(report, words))})" for words, number in causes]
    if found := differing(report):
        made += ["", "### Outputs that differ", ""]
        for episode, finding in found:
            made.append(f"- [ ] `{episode.path}:{finding.line}` {finding.verdict.value}: {cause_words(finding)}")
            if finding.difference:
                shown = [*readable(finding.difference)]
                ticks = "`" * max((len(run) + 1 for run in _ticks(shown)), default=3)
                made += ["", f"  {ticks}diff", *(f"  {line}".rstrip() for line in shown), f"  {ticks}", ""]
    if groups := unknown(report):
        made += ["", "### Unknown", "", *(f"- {group.words}" for group in groups)]
    return "\n".join((*made, "", GUARD[report.guarded], ""))


def _ticks(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        stripped = line[1:].lstrip()
        if stripped.startswith("```"):
            yield stripped[: len(stripped) - len(stripped.lstrip("`"))]
