"""Which episodes share a job: minutes of work each, one environment, GPU or none, and needs kept together where they fit. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from site_builder.batch.model import EpisodeWork, Task


@dataclass(frozen=True, slots=True)
class _Unit:
    """Episodes that go into one task; ``level`` is how many tasks must come before it, at most."""

    pieces: tuple[EpisodeWork, ...]
    level: int

    @property
    def kind(self) -> tuple[int, bool, str]:
        """What tasks have in common."""
        return self.level, self.pieces[0].gpu, self.pieces[0].environment

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return sum(piece.seconds for piece in self.pieces)


def tasks_of(pieces: Sequence[EpisodeWork], seconds: float) -> tuple[Task, ...]:
    """Divide episodes into tasks of about ``seconds`` each; one that takes longer has a task of its own.

    Episodes that need each other share a task if all of them together fit into one; otherwise tasks wait for each other. Needs that are
    not among the ``pieces`` are read only. The needs must not form a circle.
    """
    order = {piece.slug: number for number, piece in enumerate(pieces)}
    bins: list[list[EpisodeWork]] = []
    kinds: dict[tuple[int, bool, str], list[list[EpisodeWork]]] = {}
    for unit in sorted(_units(pieces, seconds), key=lambda unit: (unit.level, -unit.seconds, order[unit.pieces[0].slug])):
        room = kinds.setdefault(unit.kind, [])
        fitting = next((found for found in room if sum(piece.seconds for piece in found) + unit.seconds <= seconds), None)
        if fitting is None:
            fitting = []
            room.append(fitting)
            bins.append(fitting)
        fitting += unit.pieces
    found = [sorted(each, key=lambda piece: order[piece.slug]) for each in bins]
    place = {piece.slug: number for number, each in enumerate(found, 1) for piece in each}
    return tuple(_task(number, each, place) for number, each in enumerate(found, 1))


def _task(number: int, pieces: Sequence[EpisodeWork], place: Mapping[str, int]) -> Task:
    needs = dict.fromkeys(name for piece in pieces for name in piece.needs)
    after = sorted({place[name] for name in needs if name in place} - {number})
    own = {piece.slug for piece in pieces}
    return Task(
        number,
        tuple(piece.slug for piece in pieces),
        pieces[0].environment,
        pieces[0].gpu,
        sum(piece.seconds for piece in pieces),
        all(piece.known for piece in pieces),
        tuple(after),
        tuple(name for name in needs if name not in own),
    )


def _units(pieces: Sequence[EpisodeWork], seconds: float) -> Iterable[_Unit]:
    for group in _connected(pieces):
        alike = len({(piece.gpu, piece.environment) for piece in group}) == 1
        if alike and sum(piece.seconds for piece in group) <= seconds:
            yield _Unit(tuple(group), 0)
            continue
        levels = _levels(group)
        yield from (_Unit((piece,), levels[piece.slug]) for piece in group)


def _connected(pieces: Sequence[EpisodeWork]) -> list[list[EpisodeWork]]:
    """Return the episodes in groups between which nothing is needed, in order."""
    known = {piece.slug for piece in pieces}
    group = {piece.slug: {piece.slug} for piece in pieces}
    for piece in pieces:
        for name in known.intersection(piece.needs):
            joined = group[piece.slug] | group[name]
            for slug in joined:
                group[slug] = joined
    seen: dict[int, list[EpisodeWork]] = {}
    for piece in pieces:
        seen.setdefault(id(group[piece.slug]), []).append(piece)
    return list(seen.values())


def _levels(pieces: Sequence[EpisodeWork]) -> dict[str, int]:
    """Return how long the longest chain of needs before each episode is."""
    known = {piece.slug: piece for piece in pieces}
    found: dict[str, int] = {}

    def level(slug: str) -> int:
        if slug not in found:
            found[slug] = max((level(name) + 1 for name in known[slug].needs if name in known), default=0)
        return found[slug]

    for slug in known:
        level(slug)
    return found
