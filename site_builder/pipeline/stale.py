"""The last results of episodes that would run again: a preview shows them, marked with why they are not those of the present code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import partial
from types import MappingProxyType

from site_builder.episode import Episode
from site_builder.markdown.tree import Cell, Expression
from site_builder.pipeline.evidence import believed
from site_builder.pipeline.plan import PlannedLesson
from site_builder.plan.model import Action, Request, Step
from site_builder.records.model import CellRecord, EpisodeRecord

CHANGED = "this cell changed after it ran"
NEVER = "it has not run yet"


@dataclass(frozen=True, slots=True)
class Stale:
    """Why results are not those of the present code: of the whole episode, and of each cell by its identifier."""

    reason: str
    cells: Mapping[str, str]


NOT_STALE = Stale("", MappingProxyType({}))
NOTHING_STALE: Mapping[str, Stale] = MappingProxyType({})


def with_last_results(planned: PlannedLesson) -> tuple[PlannedLesson, Mapping[str, Stale]]:
    """Return the lesson with the likeliest record of each episode that would run, and what is stale in it, by slug.

    A record is fitted to the present cells: one keeps its results if its code is the same, wherever it now stands, or if it stands where
    another one was.
    """
    waiting = [episode for episode in planned.episodes if episode.step and episode.step.action is Action.RUN]
    if not waiting:
        return planned, {}
    found, _ = believed(planned.lesson, planned.lock, planned.store.find(episode.slug for episode in waiting)[0])
    made: dict[str, tuple[Step, Stale]] = {}
    for episode in waiting:
        assert episode.step is not None
        own = [stored.record for stored in found if stored.record.episode == episode.slug]
        made[episode.slug] = _fitted(episode.step, max(own, key=partial(_likeness, episode.step.request), default=None))
    episodes = tuple(_with_step(episode, made) for episode in planned.episodes)
    return replace(planned, episodes=episodes), {slug: stale for slug, (_, stale) in made.items()}


def _with_step(episode: Episode, made: Mapping[str, tuple[Step, Stale]]) -> Episode:
    return replace(episode, step=made[episode.slug][0]) if episode.slug in made else episode


def _likeness(request: Request, record: EpisodeRecord) -> tuple[int, str]:
    """Return the sort key of records, the best last: most cells with the present code, then the newest."""
    now = {(cell.language, cell.source) for cell in request.cells}
    return sum((cell.language, cell.source) in now for cell in record.cells), record.provenance.started


def _fitted(step: Step, record: EpisodeRecord | None) -> tuple[Step, Stale]:
    if record is None:
        return step, Stale(NEVER, {})
    cells, changed = _paired(step.request, record)
    fitted = replace(record, cells=tuple(cells.values()))
    return replace(step, record=fitted), Stale(step.reason, dict(_reasons(step, cells, changed)))


def _paired(request: Request, record: EpisodeRecord) -> tuple[dict[str, CellRecord], set[str]]:
    """Return the results by the identifiers of today's cells, and the cells whose code is another one or new."""
    now = [(cell.language, cell.source) for cell in request.cells]
    then = [(cell.language, cell.source) for cell in record.cells]
    found: dict[str, CellRecord] = {}
    changed: set[str] = set()
    for kind, first, last, start, end in SequenceMatcher(None, then, now, autojunk=False).get_opcodes():
        here = request.cells[start:end]
        found |= {
            cell.identifier: replace(old, identifier=cell.identifier) for cell, old in zip(here, record.cells[first:last], strict=False)
        }
        if kind != "equal":
            changed |= {cell.identifier for cell in here} or _next(request.cells, end)
    return found, changed


def _next(cells: tuple[Cell | Expression, ...], place: int) -> set[str]:
    """The cell after those that were removed: what comes from there on ran with them."""
    return {cell.identifier for cell in cells[place : place + 1]}


def _reasons(step: Step, found: Mapping[str, CellRecord], changed: set[str]) -> Iterable[tuple[str, str]]:
    """Yield why the results of cells are stale; those before the first changed one are not, if nothing else differs."""
    before = ""
    for number, cell in enumerate(step.request.cells, 1):
        other = cell.identifier in changed
        if other and not before:
            before = f"cell {number}, before it, changed"
        if cell.identifier in found and (before or not changed):
            yield cell.identifier, CHANGED if other else before or step.reason
