"""How the run of an episode in a job went, as a file beside its records: for who asks how far a batch of jobs is."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path

from site_builder import files

OUTCOMES = ".outcomes"
"""Below a folder of records: hidden, so that nothing in it is taken for a record."""


class EpisodeState(Enum):
    """How far an episode is: it runs, its record is there, or it failed or was ended."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class EpisodeOutcome:
    """How far an episode is, in words that may have several lines, and the scheduler's job that said so; empty outside of one."""

    state: EpisodeState
    words: str
    job: str = ""


def write_outcome(records: Path, episode: str, outcome: EpisodeOutcome) -> None:
    """Write the outcome of an episode beside its records.

    Raises:
        MachineError: it cannot be written.
    """
    text = json.dumps({**asdict(outcome), "state": outcome.state.value}, indent=1, ensure_ascii=False)
    files.write_text(records / OUTCOMES / f"{episode}.json", f"{text}\n")


def read_outcome(records: Path, episode: str) -> EpisodeOutcome | None:
    """Return the outcome of an episode, None where there is none that can be read."""
    found = files.read_json(records / OUTCOMES / f"{episode}.json")
    try:
        return EpisodeOutcome(EpisodeState(found["state"]), str(found["words"]), str(found["job"]))
    except (TypeError, KeyError, ValueError):
        return None
