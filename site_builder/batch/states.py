"""How far the tasks of a batch are: what a scheduler says of its jobs, and what episodes left, put together. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from site_builder.batch.model import Task
from site_builder.records.outcome import EpisodeOutcome, EpisodeState


class Phase(Enum):
    """What a scheduler does with a job; ``GONE`` is one that it does not know any more."""

    WAITING = "waiting"
    HELD = "held"
    RUNNING = "running"
    ENDED = "ended"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a scheduler says of a job, in a phase and in its own words."""

    phase: Phase
    words: str = ""


class Progress(Enum):
    """How far a task is; a ``LOST`` one has ended and an episode of it has left nothing."""

    WAITING = "waiting"
    HELD = "held"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class TaskStatus:
    """How far a task is: its progress, the scheduler's words, the episodes with a record, and those to run again, with the reason."""

    task: Task
    progress: Progress
    words: str
    done: tuple[str, ...]
    again: Mapping[str, str]


UNFINISHED = "it was not done when its job ended"


def status_of(task: Task, seen: Seen | None, outcomes: Mapping[str, EpisodeOutcome], there: Collection[str]) -> TaskStatus:
    """Return how far a task is: ``seen`` is its job, None where no scheduler can be asked, ``there`` are episodes with a record."""
    done = tuple(slug for slug in task.episodes if slug in there)
    words = seen.words if seen else ""
    if len(done) == len(task.episodes):
        return TaskStatus(task, Progress.DONE, words, done, {})
    if seen and seen.phase in (Phase.WAITING, Phase.HELD, Phase.RUNNING):
        return TaskStatus(task, Progress(seen.phase.value), words, done, {})
    left = [slug for slug in task.episodes if slug not in there]
    failed = {slug: outcomes[slug].words for slug in left if slug in outcomes and outcomes[slug].state is EpisodeState.FAILED}
    if seen is None and not failed:  # nobody can say whether it still runs
        known = any(slug in outcomes for slug in task.episodes)
        return TaskStatus(task, Progress.RUNNING if known else Progress.WAITING, words, done, {})
    again = {slug: failed.get(slug) or (UNFINISHED if slug in outcomes else "nothing of it came home") for slug in left}
    return TaskStatus(task, Progress.FAILED if failed else Progress.LOST, words, done, again)
