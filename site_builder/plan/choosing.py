"""Which of several records is the one to show, and what happens to one made elsewhere. Pure: no clock, no disk."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from site_builder.markdown.tree import Expression
from site_builder.plan.model import Request
from site_builder.records.model import EpisodeRecord, same_results


class Arrival(Enum):
    """How a record from another machine relates to the existing ones."""

    NEW = "new"
    BETTER = "better"
    EQUAL = "equal"
    WORSE = "worse"


def usable(request: Request, record: EpisodeRecord) -> bool:
    """Tell whether the page can show a record at all: it is of this episode, with equal code and inputs, and all it read is the same."""
    own = record.episode == request.slug and record.parts.code == request.parts.code
    return own and not changed_reads(request, record) and not foreign_sources(request, record)


def foreign_sources(request: Request, record: EpisodeRecord) -> tuple[str, ...]:
    """Return the cells whose code a record shows other than it is in the episode, although the digests are the same: it was changed."""
    written = {cell.identifier: cell.source for cell in request.cells if isinstance(cell, Expression) or cell.knitr is None}
    return tuple(cell.identifier for cell in record.cells if written.get(cell.identifier, cell.source) != cell.source)


def changed_reads(request: Request, record: EpisodeRecord) -> tuple[str, ...]:
    """Return what a record's cells read, or looked for in vain, and would find otherwise today (names of `Provenance.read`)."""
    return tuple(name for name, digest in record.provenance.read if request.present.get(name, "") != digest)


def choose(request: Request, records: Iterable[EpisodeRecord]) -> EpisodeRecord | None:
    """Return the record to show among the usable ones, or None.

    The order: most cells run, then made as today's lock and settings have it, then equal packages (an equal key), then the newest. What ran
    comes before the key, so that a machine without a GPU does not hide a GPU's results with its own record in which less ran.
    """
    return max(
        (record for record in records if usable(request, record)), key=lambda record: rank(record, request.parts.environment), default=None
    )


def rank(record: EpisodeRecord, environment: str) -> tuple[int, bool, bool, str, str]:
    """Return the sort key of records with equal code, the best last; ``environment`` is the digest of the requested packages.

    The last part only makes the order total, so that it does not depend on the order in which records were found.
    """
    same = record.parts.environment == environment
    locked = record.provenance.fixed and not record.outdated and not record.differs
    return len(record.ran), locked, same, record.provenance.started, record.parts.key


def outranks(record: EpisodeRecord, request: Request) -> bool:
    """Tell whether a page would go on to show a record even if the episode ran here now: running it would be in vain."""
    return rank(record, request.parts.environment)[:3] > (len(request.runnable), request.locked, True)


def arrival(incoming: EpisodeRecord, present: Iterable[EpisodeRecord]) -> Arrival:
    """Decide whether to add a record to the existing ones, or to replace one of them.

    Only a record of the same episode and key can be replaced: of different keys each can be the right one for some machine.
    """
    rivals = [record for record in present if (record.episode, record.parts.key) == (incoming.episode, incoming.parts.key)]
    if not rivals:
        return Arrival.NEW
    if any(same_results(incoming, record) for record in rivals):
        return Arrival.EQUAL
    environment = incoming.parts.environment
    outdone = all(rank(incoming, environment) > rank(record, environment) for record in rivals)
    return Arrival.BETTER if outdone else Arrival.WORSE
