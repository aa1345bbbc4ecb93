"""Slurm: one script, an array of jobs for each set of resources and dependencies, and its answers read.

Sources: sbatch(1), squeue(1), sinfo(1), sacct(1) at https://slurm.schedmd.com/man_index.html.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from site_builder.batch.asking import WARNING, JobPlace, choice_of, minutes_of, preparation_of, run_of
from site_builder.batch.model import Task
from site_builder.batch.states import Phase, Seen
from site_builder.settings.batch import BatchSettings

SINFO = ("sinfo", "--noheader", "--exact", "--format=%P|%c|%m|%G|%l|%f")
"""Partition, processors, memory in MiB, generic resources, time limit and features of groups of equal nodes."""

SQUEUE = ("squeue", "--noheader", "--me", "--array", "--states=all", "--format=%i|%T|%r")

PHASES: Mapping[str, Phase] = {
    "PENDING": Phase.WAITING, "REQUEUED": Phase.WAITING, "REQUEUE_HOLD": Phase.HELD, "SPECIAL_EXIT": Phase.HELD, "RUNNING": Phase.RUNNING,
    "CONFIGURING": Phase.RUNNING, "COMPLETING": Phase.RUNNING, "SUSPENDED": Phase.RUNNING, "STAGE_OUT": Phase.RUNNING,
    "RESIZING": Phase.RUNNING, "SIGNALING": Phase.RUNNING, "STOPPED": Phase.RUNNING,
}  # fmt: skip
"""States of squeue(1); every other one is that of a job that has ended."""


@dataclass(frozen=True, slots=True)
class Submission:
    """An array of jobs: its tasks, the tasks that must be done first, and the options of `sbatch` that are its own."""

    tasks: tuple[int, ...]
    after: tuple[int, ...]
    options: tuple[str, ...]


def script(tasks: Sequence[Task], settings: BatchSettings, place: JobPlace, name: str) -> str:
    """Return the script that runs any of the tasks."""
    lines = [
        "#!/bin/bash",
        f"# Episodes of a lesson as jobs, written by `lesson batch`. By hand: bash {shlex.quote(str(place.folder / 'job.sh'))} NUMBER",
        f"#SBATCH --job-name={name}",
        f"#SBATCH --output={place.folder}/logs/%A_%a.log",
        f"#SBATCH --cpus-per-task={settings.cpus}",
        *([f"#SBATCH --mem={settings.memory}M"] if settings.memory else []),
        *([f"#SBATCH --account={settings.account}"] if settings.account else []),
        *([f"#SBATCH --constraint={settings.constraint}"] if settings.constraint else []),
        f"#SBATCH --signal=B:TERM@{WARNING}",
        "#SBATCH --kill-on-invalid-dep=yes",
        *(f"#SBATCH {option}" for option in settings.options),
        "set -eu",
        "task=${SLURM_ARRAY_TASK_ID:-${1:?the number of a task}}",
        *preparation_of(settings),
        choice_of(tasks),
        *run_of(settings, place),
    ]
    return "\n".join(lines) + "\n"


def submissions(tasks: Sequence[Task], settings: BatchSettings) -> tuple[Submission, ...]:
    """Return the arrays to submit, in the order in which they can be: equal resources and dependencies share one."""

    def kind(task: Task) -> tuple[tuple[int, ...], tuple[str, ...]]:
        return task.after, _options(task, settings)

    ordered = sorted(tasks, key=lambda task: (depth(task, tasks), kind(task)))
    return tuple(
        Submission(tuple(task.number for task in group), after, options)
        for (_, (after, options)), group in ((key, list(found)) for key, found in groupby(ordered, lambda t: (depth(t, tasks), kind(t))))
    )


def depth(task: Task, tasks: Sequence[Task]) -> int:
    """Return how many tasks at most come one after the other before a task."""
    known = {each.number: each for each in tasks}
    return max((depth(known[number], tasks) + 1 for number in task.after if number in known), default=0)


def _options(task: Task, settings: BatchSettings) -> tuple[str, ...]:
    partition = (settings.gpu_partition if task.gpu else "") or settings.partition
    minutes = minutes_of(task, settings)
    kind = f":{settings.gpu}" if settings.gpu and settings.gpu != "any" else ""
    return (
        *((f"--partition={partition}",) if partition else ()),
        *((f"--time={minutes}",) if minutes else ()),
        *((f"--gres=gpu{kind}:1",) if task.gpu else ()),
    )


def command(submission: Submission, file: str, jobs: Mapping[int, str], *extra: str) -> tuple[str, ...]:
    """Return the `sbatch` command of an array; ``jobs`` has the jobs of the tasks that must be done first."""
    after = ":".join(jobs[number] for number in submission.after if number in jobs)
    dependency = (f"--dependency=afterok:{after}",) if after else ()
    return (
        "sbatch", "--parsable", *extra, f"--array={','.join(map(str, submission.tasks))}", *submission.options, *dependency, file,
    )  # fmt: skip


def jobs_of(submission: Submission, answer: str) -> dict[int, str]:
    """Return the jobs of an array's tasks from the answer of ``sbatch --parsable``: ``NUMBER`` or ``NUMBER;CLUSTER``."""
    number = answer.strip().partition(";")[0]
    return {task: f"{number}_{task}" for task in submission.tasks}


@dataclass(frozen=True, slots=True)
class Nodes:
    """Equal nodes of a partition; memory in MiB, the time limit in minutes, None without one."""

    partition: str
    default: bool
    cpus: int
    memory: int
    gpus: tuple[str, ...]
    minutes: int | None


def nodes_of(answer: str) -> tuple[Nodes, ...]:
    """Read the answer of `SINFO`."""
    found = []
    for line in answer.splitlines():
        parts = line.strip().split("|")
        if len(parts) >= 5 and parts[1].rstrip("+").isdecimal() and parts[2].rstrip("+").isdecimal():
            name = parts[0].rstrip("*")
            gpus = tuple(re.findall(r"(?:^|,)gpu(?::([A-Za-z][\w.-]*))?(?=:|,|$|\()", parts[3]))
            cpus, memory = int(parts[1].rstrip("+")), int(parts[2].rstrip("+"))
            found.append(Nodes(name, parts[0].endswith("*"), cpus, memory, gpus, _minutes(parts[4])))
    return tuple(found)


def _minutes(text: str) -> int | None:
    """Return minutes of ``D-HH:MM:SS``, ``HH:MM:SS`` or ``MM:SS``; None for ``infinite``."""
    found = re.fullmatch(r"(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)", text)
    return int(found[1] or 0) * 1440 + int(found[2] or 0) * 60 + int(found[3]) if found else None


def lacking(submission: Submission, settings: BatchSettings, nodes: Iterable[Nodes]) -> str:
    """Say what no node of the partition has, which `sbatch` accepts and never starts; empty where one has it."""
    asked = dict(option.lstrip("-").split("=", 1) for option in submission.options)
    name = asked.get("partition", "")
    there = [each for each in nodes if (each.partition == name if name else each.default)]
    if not there:
        return ""
    minutes, memory = int(asked.get("time", 0)), settings.memory or 0
    kind = asked["gres"].split(":")[1] if asked.get("gres", "").count(":") > 1 else ""
    fitting = [
        each for each in there
        if each.cpus >= settings.cpus and each.memory >= memory and (each.minutes is None or minutes <= each.minutes)
        and ("gres" not in asked or (kind in each.gpus if kind else each.gpus))
    ]  # fmt: skip
    if fitting:
        return ""
    gpu = f", a GPU{f' of type {kind}' if kind else ''}" if "gres" in asked else ""
    wanted = f"{settings.cpus} core{'s' if settings.cpus > 1 else ''}{f', {memory} MiB' if memory else ''}{gpu}"
    largest = max(there, key=lambda each: (each.cpus, each.memory))
    longest = max((each.minutes or 10**9 for each in there), default=0)
    limit = f" for {minutes} minutes" if minutes else ""
    most = f", GPUs {', '.join(sorted({gpu or 'of no type' for each in there for gpu in each.gpus})) or 'none'}" if gpu else ""
    longest_words = f", at most {longest} minutes" if longest < 10**9 else ""
    return (
        f"no node of partition {there[0].partition} gives a job {wanted}{limit}; "
        f"the largest has {largest.cpus} cores, {largest.memory} MiB{most}{longest_words}"
    )


def seen_in_queue(answer: str) -> dict[str, Seen]:
    """Return what `SQUEUE` says of jobs, by ``NUMBER_TASK``."""
    rows = (line.strip().split("|", 2) for line in answer.splitlines() if line.count("|") >= 2)
    return {job: Seen(PHASES.get(state, Phase.ENDED), _words(state, reason)) for job, state, reason in rows}


def seen_in_accounts(answer: str) -> dict[str, Seen]:
    """Return what `sacct` says of jobs (``JobID|State``), by ``NUMBER_TASK``; a state may name who cancelled the job."""
    rows = (line.strip().split("|", 1) for line in answer.splitlines() if "|" in line)
    return {
        job: Seen(PHASES.get(state.split()[0] if state else "", Phase.ENDED), _words(state.split()[0] if state else "", ""))
        for job, state in rows
    }


def _words(state: str, reason: str) -> str:
    said = state.lower().replace("_", " ")
    return said if reason in ("", "None", "(null)") or reason.lower() == state.lower() else f"{said}: {reason}"
