"""A batch: episodes that must run, divided into tasks, each a job of a scheduler."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

ENGINES = ("slurm", "condor", "github", "snakemake")
"""What can run a batch: two schedulers, and two that write their own files and run elsewhere."""


@dataclass(frozen=True, slots=True)
class EpisodeWork:
    """An episode that must run: its environment, whether it uses a GPU, how many seconds it is thought to take, and whether that is known
    from an earlier run. ``needs`` are the episodes whose files its cells use.
    """

    slug: str
    environment: str = "default"
    gpu: bool = False
    seconds: float = 0.0
    known: bool = False
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """Episodes that run in one job, in the lesson's order; it starts when the tasks ``after`` are done. Numbers count from 1.

    ``reads`` are episodes of other tasks, or that do not run again, whose files are used.
    """

    number: int
    episodes: tuple[str, ...]
    environment: str = "default"
    gpu: bool = False
    seconds: float = 0.0
    known: bool = False
    after: tuple[int, ...] = ()
    reads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """Tasks that were given to an engine. ``jobs`` are the scheduler's names of jobs by task, ``made`` is UTC in ISO 8601.

    ``collected`` has by episode the key of the record that was accepted.
    """

    identifier: str
    engine: str
    made: str
    tasks: tuple[Task, ...]
    jobs: Mapping[int, str] = field(default_factory=dict)
    collected: Mapping[str, str] = field(default_factory=dict)

    @property
    def episodes(self) -> tuple[str, ...]:
        """All episodes, by task."""
        return tuple(slug for task in self.tasks for slug in task.episodes)


def as_plain(batch: Batch) -> dict[str, Any]:
    """Return a batch as plain values for JSON."""
    return {**asdict(batch), "jobs": {str(number): job for number, job in batch.jobs.items()}}


def from_plain(value: Any) -> Batch | None:
    """Return the batch that `as_plain` made plain, None where the value is another one."""
    try:
        tasks = tuple(
            Task(
                int(row["number"]), tuple(map(str, row["episodes"])), str(row["environment"]), bool(row["gpu"]), float(row["seconds"]),
                bool(row["known"]), tuple(map(int, row["after"])), tuple(map(str, row["reads"])),
            )
            for row in value["tasks"]
        )  # fmt: skip
        jobs = {int(number): str(job) for number, job in value["jobs"].items()}
        collected = {str(slug): str(key) for slug, key in value["collected"].items()}
        return Batch(str(value["identifier"]), str(value["engine"]), str(value["made"]), tasks, jobs, collected)
    except (TypeError, KeyError, ValueError, AttributeError):
        return None
