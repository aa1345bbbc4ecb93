"""The folders of a lesson's batches: ``.lesson/batch/NUMBER`` has what was sent, logs, and the records that come home."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from site_builder import files
from site_builder.batch import condor
from site_builder.batch.model import Batch, as_plain, from_plain
from site_builder.errors import ConfigError
from site_builder.lesson.root import WORK, find_root
from site_builder.records.outcome import EpisodeOutcome, read_outcome

BATCHES = WORK / "batch"
RECORDS = "records"
LOGS = "logs"
PLAN = "batch.json"


@dataclass(frozen=True, slots=True)
class BatchFolder:
    """One batch of a lesson, where it lies."""

    root: Path
    path: Path
    batch: Batch

    @property
    def sources(self) -> tuple[Path, ...]:
        """The folders in which records come home: one for each task where jobs have no shared disk."""
        if self.batch.engine != "condor":
            return (self.path / RECORDS,)
        return tuple(self.path / condor.records_of(task.number) for task in self.batch.tasks)

    def outcomes(self) -> Mapping[str, EpisodeOutcome]:
        """Return how episodes went, as far as that came home."""
        found = {slug: read_outcome(source, slug) for source in self.sources for slug in self.batch.episodes}
        own = {
            slug: read_outcome(self.path / condor.records_of(task.number), slug)
            for task in self.batch.tasks for slug in task.episodes if self.batch.engine == "condor"
        }  # fmt: skip
        return {slug: outcome for slug, outcome in {**found, **own}.items() if outcome}

    def save(self, batch: Batch) -> None:
        """Write what is known of the batch.

        Raises:
            MachineError: it cannot be written.
        """
        files.write_text(self.path / PLAN, json.dumps(as_plain(batch), indent=1) + "\n")


def numbers(root: Path) -> list[int]:
    """Return the numbers of a lesson's batches, the oldest first."""
    folder = root / BATCHES
    return sorted(int(entry.name) for entry in folder.iterdir() if entry.name.isdecimal()) if files.is_folder(folder) else []


def open_batch(path: Path, number: int | None) -> BatchFolder:
    """Return a batch of a lesson, the newest without a number.

    Raises:
        ConfigError: there is no lesson, or no such batch.
    """
    root = find_root(path)
    known = numbers(root)
    if not known:
        raise ConfigError("no batch has been sent from this lesson", hint="send one: `lesson batch --slurm` or `lesson batch --condor`")
    chosen = known[-1] if number is None else number
    batch = from_plain(files.read_json(root / BATCHES / str(chosen) / PLAN))
    if chosen not in known or batch is None:
        raise ConfigError(f"there is no batch {chosen} that can be read", hint=f"known: {', '.join(map(str, known))}")
    return BatchFolder(root, root / BATCHES / str(chosen), batch)
