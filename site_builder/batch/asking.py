"""What a job asks a scheduler for, and the shell script that every engine runs for a task."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from site_builder.batch.model import Task
from site_builder.settings.batch import BatchSettings

FACTOR = 3
"""How many times as long as before the episodes of a task may take, where no time limit is set."""

SHORTEST = 15
"""Minutes of the shortest such limit."""

WARNING = 60
"""Seconds before its time limit at which a job is told to end, so that what is done can be saved."""


@dataclass(frozen=True, slots=True)
class JobPlace:
    """Where a batch works: the lesson's folder, the batch's own, and the folder of records, as the job sees them.

    ``command`` starts the builder; ``shared`` tells whether the job sees the disk of the machine that sends it.
    """

    lesson: PurePosixPath
    folder: Path
    records: str
    command: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    shared: bool = True


def minutes_of(task: Task, settings: BatchSettings) -> int | None:
    """Return a task's time limit in minutes, None for the site's default: the one that is set, or one that follows from earlier runs."""
    if settings.time is not None:
        return settings.time
    return max(SHORTEST, round(FACTOR * task.seconds / 60) + 1) if task.known else None


def arguments_of(task: Task) -> tuple[str, ...]:
    """Return the arguments of `lesson run` that are a task's own."""
    return (*task.episodes, *(part for name in task.reads for part in ("--reads", name)))


def choice_of(tasks: Sequence[Task]) -> str:
    """Return the lines of shell that set the arguments of the task with the number ``$task``."""
    rows = [f"{task.number}) set -- {shlex.join(arguments_of(task))} ;;" for task in tasks]
    return "\n".join(['case "$task" in', *rows, '*) echo "there is no task $task" >&2; exit 2 ;;', "esac"])


def preparation_of(settings: BatchSettings) -> list[str]:
    """Return the lines of shell that come first: modules, and the lesson's own ones."""
    modules = [f"module load {shlex.join(settings.modules)}"] if settings.modules else []
    return [*modules, *settings.setup]


def run_of(settings: BatchSettings, place: JobPlace, limit: int | None = None) -> list[str]:
    """Return the lines of shell that run a task's episodes; with ``limit``, that end them in order after so many seconds."""
    run = ["run", '"$@"', "--lesson", shlex.quote(str(place.lesson)), "--records", place.records, f"--jobs {settings.cpus}"]
    run += [shlex.quote(argument) for argument in place.arguments]
    before = [f"timeout --signal=TERM {limit}"] if limit else []
    if settings.container:
        bound = f"--bind {shlex.quote(str(place.lesson))}" if place.shared else '--bind "$PWD"'
        before.append(f"apptainer exec {bound} {shlex.quote(settings.container)}")
        return [" ".join(["exec", *before, "lesson", *run])]
    if not place.shared:
        return [" ".join(["exec", *before, "lesson", *run])]
    own = shlex.join(place.command)
    return [
        f"builder=({own})",
        f"[ -x {shlex.quote(place.command[0])} ] || builder=(lesson)  # a node may have the builder elsewhere",
        " ".join(["exec", *before, '"${builder[@]}"', *run]),
    ]
