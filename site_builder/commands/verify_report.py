"""What ``lesson verify`` found, as lines of text and as plain values for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

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


def as_data(item: Verified) -> dict[str, Any]:
    """Return an episode's comparison for JSON."""
    drifts = [
        {
            "cell": drift.cell,
            "path": str(drift.location.path),
            "line": drift.location.line,
            "diff": list(drift.difference),
            "advice": list(drift.advice),
        }
        for drift in item.compared.drifts
    ]
    return {
        "episode": item.episode, "path": str(item.path), "verdict": item.verdict.value, "reason": item.reason,
        "packages": list(item.packages), "equal": list(item.compared.equal), "drifts": drifts,
        "only_recorded": list(item.compared.only_recorded), "only_now": list(item.compared.only_now),
    }  # fmt: skip
