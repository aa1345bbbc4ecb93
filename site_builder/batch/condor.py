"""HTCondor: a submit file, a DAG where tasks wait for each other, the script of a job without a shared disk, and the answers read.

Sources: https://htcondor.readthedocs.io/en/latest/man-pages/condor_submit.html, .../automated-workflows/dagman-introduction.html and the
job's attributes, https://htcondor.readthedocs.io/en/latest/classad-attributes/job-classad-attributes.html.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from site_builder.batch.asking import WARNING, JobPlace, choice_of, minutes_of, preparation_of, run_of
from site_builder.batch.model import Task
from site_builder.batch.states import Phase, Seen
from site_builder.settings.batch import BatchSettings

ARCHIVE = "lesson.tar"
"""The lesson as it travels to a job."""

PHASES: Mapping[int, Phase] = {
    1: Phase.WAITING, 2: Phase.RUNNING, 3: Phase.ENDED, 4: Phase.ENDED, 5: Phase.HELD, 6: Phase.RUNNING, 7: Phase.RUNNING,
}  # fmt: skip
"""``JobStatus``: idle, running, removed, completed, held, transferring output, suspended."""

WORDS: Mapping[int, str] = {1: "idle", 2: "running", 3: "removed", 4: "completed", 5: "held", 6: "returning its files", 7: "suspended"}

ATTRIBUTES = "ClusterId,ProcId,JobStatus,HoldReason,ExitCode,LessonTask"
STATUS = ("condor_status", "-autoformat:t", "TotalSlotCpus", "TotalSlotMemory", "TotalSlotGPUs")
"""Cores, memory in MiB and GPUs of each slot that there is."""


def records_of(number: int) -> str:
    """Return the name of the folder in which a task's records come home."""
    return f"records-{number}"


def script(tasks: Sequence[Task], settings: BatchSettings, place: JobPlace) -> str:
    """Return the script that a job runs in its own folder, with the number of its task."""
    limit = settings.time or (max((minutes_of(task, settings) or 0 for task in tasks), default=0) if all(t.known for t in tasks) else None)
    lines = [
        "#!/bin/bash",
        "# Episodes of a lesson as a job of HTCondor, written by `lesson batch`: what came with the job is in its folder.",
        "set -eu",
        "task=${1:?the number of a task}",
        f"records={records_of(0)[:-1]}$task",
        'mkdir -p "$records"',
        "export HOME=${HOME:-$PWD}",
        f"tar -xf {ARCHIVE}",
        "for other in records-*; do  # of tasks that are done",
        '  [ "$other" = "$records" ] || cp -R "$other/." "$records/"',
        "done",
        *preparation_of(settings),
        choice_of(tasks),
        *run_of(settings, place, _seconds(limit)),
    ]
    return "\n".join(lines) + "\n"


def _seconds(minutes: int | None) -> int | None:
    """Return after how many seconds a job ends itself, so that its files still come home."""
    return max(60 * minutes - WARNING, 30 * minutes) if minutes else None


def submit_file(tasks: Sequence[Task], settings: BatchSettings, folder: Path, identifier: str, *, dag: bool) -> str:
    """Return the submit file: of all tasks, or of the one that a node of a DAG names."""
    minutes = max((minutes_of(task, settings) or 0 for task in tasks), default=0)
    requirements = f"requirements = {settings.constraint}"
    kind = settings.gpu if settings.gpu and settings.gpu != "any" else ""
    lines = [
        "# Episodes of a lesson as jobs, written by `lesson batch`.",
        "universe = vanilla",
        f"executable = {folder}/job.sh",
        "arguments = $(task)",
        f"initialdir = {folder}",
        "transfer_input_files = $(inputs)",
        f"transfer_output_files = {records_of(0)[:-1]}$(task)",
        "should_transfer_files = YES",
        "when_to_transfer_output = ON_EXIT",
        "output = logs/$(task).out",
        "error = logs/$(task).err",
        "log = condor.log",
        f"request_cpus = {settings.cpus}",
        *([f"request_memory = {settings.memory}MB"] if settings.memory else []),
        "request_gpus = $(gpus)",
        *([f'require_gpus = regexp("{kind}", DeviceName, "i")'] if kind and any(task.gpu for task in tasks) else []),
        *([f"accounting_group = {settings.account}"] if settings.account else []),
        *([requirements] if settings.constraint else []),
        *([f"allowed_execute_duration = {60 * minutes}"] if minutes and (settings.time or all(task.known for task in tasks)) else []),
        f'+LessonBatch = "{identifier}"',
        "+LessonTask = $(task)",
        *settings.options,
    ]
    if dag:
        return "\n".join([*lines, "queue"]) + "\n"
    rows = [f"  {task.number}, {int(task.gpu)}, {','.join(_inputs(task, folder))}" for task in tasks]
    return "\n".join([*lines, "queue task, gpus, inputs from (", *rows, ")"]) + "\n"


def dag_file(tasks: Iterable[Task], folder: Path) -> str:
    """Return the DAG of the tasks: each a node, with the nodes that it waits for."""
    lines = ["# Tasks that wait for each other, written by `lesson batch`."]
    for task in tasks:
        inputs = ",".join(_inputs(task, folder))
        lines += [
            f"JOB t{task.number} batch.sub",
            f'VARS t{task.number} task="{task.number}" gpus="{int(task.gpu)}" inputs="{inputs}"',
            *([f"PARENT {' '.join(f't{number}' for number in task.after)} CHILD t{task.number}"] if task.after else []),
        ]
    nodes = [line for line in lines if not line.startswith("PARENT")]  # a node has to be there before it is a parent
    return "\n".join([*nodes, *(line for line in lines if line.startswith("PARENT"))]) + "\n"


def _inputs(task: Task, folder: Path) -> list[str]:
    return [f"{folder}/{ARCHIVE}", *(f"{folder}/{records_of(number)}" for number in task.after)]


def cluster_of(answer: str) -> str:
    """Return the number of the cluster that `condor_submit` or `condor_submit_dag` names, empty without one."""
    found = re.search(r"submitted to cluster (\d+)", answer)
    return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class PoolSlot:
    """What a slot of a pool can give a job; memory in MiB."""

    cpus: int
    memory: int
    gpus: int


def slots_of(answer: str) -> tuple[PoolSlot, ...]:
    """Read the answer of `STATUS`."""
    found = []
    for line in answer.splitlines():
        parts = [part if part.isdecimal() else "0" for part in line.split()]
        if len(parts) >= 3:
            found.append(PoolSlot(*(int(part) for part in parts[:3])))
    return tuple(found)


def lacking(tasks: Iterable[Task], settings: BatchSettings, slots: Sequence[PoolSlot]) -> str:
    """Say what no slot of the pool has, which `condor_submit` accepts and never starts; empty where one has it, or none is known."""
    if not slots:
        return ""
    for gpus in sorted({int(task.gpu) for task in tasks}):
        if not any(slot.cpus >= settings.cpus and slot.memory >= (settings.memory or 0) and slot.gpus >= gpus for slot in slots):
            most = max(slots, key=lambda slot: (slot.gpus >= gpus, slot.cpus, slot.memory))
            wanted = f"{settings.cpus} cores, {settings.memory or 'any'} MiB, {gpus} GPUs"
            return f"no slot of the pool has {wanted}; the largest has {most.cpus} cores, {most.memory} MiB, {most.gpus} GPUs"
    return ""


def seen(answer: str) -> dict[int, Seen]:
    """Return what ``condor_q -json`` or ``condor_history -json`` says of jobs, by task; of several jobs of a task the newest counts."""
    try:
        rows = json.loads(answer) if answer.strip() else []
    except ValueError:
        return {}
    found: dict[int, Seen] = {}
    for row in sorted((row for row in rows if "LessonTask" in row), key=lambda row: (row.get("ClusterId", 0), row.get("ProcId", 0))):
        status = int(row.get("JobStatus", 0))
        words = WORDS.get(status, f"status {status}")
        if status == 5 and row.get("HoldReason"):
            words += f": {row['HoldReason']}"
        elif status == 4 and row.get("ExitCode"):
            words += f" with exit status {row['ExitCode']}"
        found[int(row["LessonTask"])] = Seen(PHASES.get(status, Phase.ENDED), words)
    return found
