"""What ``lesson verify`` found, as lines of text and as a document for machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from site_builder.commands.documents import verification as documents
from site_builder.operations.verify import Verdict, Verified


def failed(item: Verified, *, strict: bool) -> bool:
    """Tell whether an episode fails the command; under ``strict`` everything must have been compared."""
    one_sided = item.compared.only_recorded or item.compared.only_now
    return item.verdict in (Verdict.DRIFTED, Verdict.FAILED) or (strict and (item.verdict is not Verdict.SAME or bool(one_sided)))


def lines(done: Iterable[Verified]) -> Iterator[str]:
    """Yield a line for each episode, and below it each difference as a unified diff with its place."""
    for item in done:
        yield f"{item.verdict.value:<16}{item.episode:<32} {_detail(item)}".rstrip()
        if item.packages:
            yield f"  package versions differ from the record's: {', '.join(item.packages)}"
        for drift in item.compared.drifts:
            yield f"  {drift.location} cell {drift.cell}"
            yield from ("    --- recorded", "    +++ now")
            yield from (f"    {line}" for line in drift.difference)
        for names, said in ((item.compared.only_recorded, "ran only in the record"), (item.compared.only_now, "ran only now")):
            if names:
                yield f"  not compared, {said}: {', '.join(names)}"


def _detail(item: Verified) -> str:
    if item.verdict in (Verdict.SAME, Verdict.DRIFTED):
        count = len(item.compared.equal)
        return f"{count} of {count + len(item.compared.drifts)} cells match the record"
    return item.reason


def document(done: Iterable[Verified]) -> documents.VerifyDocument:
    """Return the comparison of all episodes for a machine."""
    return documents.VerifyDocument(tuple(_episode(item) for item in done))


def _episode(item: Verified) -> documents.VerifiedEpisodeEntry:
    drifts = (
        documents.DriftEntry(each.cell, str(each.location.path), each.location.line, tuple(each.difference), tuple(each.advice))
        for each in item.compared.drifts
    )
    return documents.VerifiedEpisodeEntry(
        item.episode, str(item.path), item.verdict.value, item.reason, tuple(item.packages), tuple(item.compared.equal), tuple(drifts),
        tuple(item.compared.only_recorded), tuple(item.compared.only_now),
    )  # fmt: skip
