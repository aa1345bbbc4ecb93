"""What ``lesson batch`` answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from site_builder.commands.documents.values import Says


@dataclass(frozen=True, slots=True)
class BatchTaskEntry:
    """Episodes that share a job."""

    task: Annotated[int, Says("Its number.")]
    episodes: Annotated[tuple[str, ...], Says("The episodes.")]


@dataclass(frozen=True, slots=True)
class BatchFileEntry:
    """A file for a scheduler."""

    name: Annotated[str, Says("Its name.")]
    text: Annotated[str, Says("Its text.")]


@dataclass(frozen=True, slots=True)
class BatchDocument:
    """What `lesson batch` sent, or with `--dry-run` would send."""

    engine: Annotated[str, Says("The scheduler: slurm, condor, github or snakemake.")]
    dry_run: Annotated[bool, Says("Whether nothing was sent.")]
    batch: Annotated[int | None, Says("The number of the batch; null if there is none.")]
    folder: Annotated[str | None, Says("The folder of the batch; null if there is none.")]
    tasks: Annotated[tuple[BatchTaskEntry, ...], Says("The tasks; none if nothing must run.")]
    files: Annotated[tuple[BatchFileEntry, ...], Says("What the scheduler is given.")]
    commands: Annotated[tuple[tuple[str, ...], ...], Says("The commands that were run, or would be; words each.")]


@dataclass(frozen=True, slots=True)
class TaskStateEntry:
    """How far a task is."""

    task: Annotated[int, Says("Its number.")]
    progress: Annotated[str, Says("How far it is.", values="site_builder.batch.states:Progress")]
    scheduler: Annotated[str, Says("What the scheduler says of it; may be empty.")]
    episodes: Annotated[tuple[str, ...], Says("Its episodes.")]
    done: Annotated[tuple[str, ...], Says("Those of which there is a record.")]
    again: Annotated[dict[str, str], Says("Those to send again, with the reason.")]
    job: Annotated[str, Says("The scheduler's name of its job; may be empty.")]


@dataclass(frozen=True, slots=True)
class BatchStatusDocument:
    """How far a batch is."""

    batch: Annotated[int, Says("The number of the batch.")]
    engine: Annotated[str, Says("Its scheduler.")]
    tasks: Annotated[tuple[TaskStateEntry, ...], Says("Its tasks.")]


@dataclass(frozen=True, slots=True)
class BatchCollectDocument:
    """What `lesson batch collect` brought home; refused records are among the problems."""

    batch: Annotated[int, Says("The number of the batch.")]
    episodes: Annotated[int, Says("How many episodes it has.")]
    accepted: Annotated[tuple[str, ...], Says("Episodes whose records were accepted now.")]
    before: Annotated[tuple[str, ...], Says("Episodes whose records had been accepted before.")]
    refused: Annotated[int, Says("How many records were refused.")]
    again: Annotated[dict[str, str], Says("Episodes that would still run, with the reason.")]


@dataclass(frozen=True, slots=True)
class BatchCancelDocument:
    """What `lesson batch cancel` did."""

    batch: Annotated[int, Says("The number of the batch.")]
    said: Annotated[tuple[str, ...], Says("What the scheduler said.")]
