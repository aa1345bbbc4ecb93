"""How far a batch is: the scheduler is asked, and what episodes left is read."""

from __future__ import annotations

import json
from collections.abc import Mapping

from site_builder import processes
from site_builder.batch import condor, slurm
from site_builder.batch.states import Phase, Seen, TaskStatus, status_of
from site_builder.operations.batch.folder import LOGS, BatchFolder
from site_builder.problems import Problem
from site_builder.records.store import RecordStore

LAST = 5
"""Lines at the end of a job's log that are shown of a task that is lost."""


def statuses(found: BatchFolder) -> tuple[TaskStatus, ...]:
    """Return how far each task of a batch is."""
    outcomes, seen, there = found.outcomes(), _seen(found), recorded(found)
    return tuple(status_of(task, seen.get(task.number), outcomes, there) for task in found.batch.tasks)


def recorded(found: BatchFolder) -> frozenset[str]:
    """Return the episodes of which a verified record came home, or was accepted before."""
    there = set(found.batch.collected)
    for source in found.sources:
        store = RecordStore(found.root, source)
        there |= {slug for slug in found.batch.episodes if slug not in there and store.own(slug)}
    return frozenset(there)


def _seen(found: BatchFolder) -> Mapping[int, Seen]:
    """Return what the scheduler says of each task's job; nothing where it cannot be asked."""
    batch = found.batch
    if batch.engine == "slurm":
        queue = processes.run(slurm.SQUEUE)
        if queue.status:
            return {}
        ids = ",".join(sorted({job.partition("_")[0] for job in batch.jobs.values()}))
        accounts = processes.run(("sacct", "--noheader", "--parsable2", "--allocations", f"--jobs={ids}", "--format=JobID,State"))
        known = {**slurm.seen_in_accounts(accounts.output if not accounts.status else ""), **slurm.seen_in_queue(queue.output)}
        return {task: known.get(job, Seen(Phase.GONE, "the scheduler does not know it any more")) for task, job in batch.jobs.items()}
    if batch.engine == "condor":
        own = ("-constraint", f'LessonBatch == "{batch.identifier}"', "-json", "-attributes", condor.ATTRIBUTES)
        queue = processes.run(("condor_q", "-allusers", *own))
        if queue.status:
            return {}
        past = processes.run(("condor_history", *own))
        known_tasks = {**condor.seen(past.output), **condor.seen(queue.output)}
        gone = Seen(Phase.WAITING if _dag_runs(batch.identifier) else Phase.GONE, "waits for other tasks" if known_tasks else "not started")
        return {task.number: known_tasks.get(task.number, gone) for task in batch.tasks}
    return {}


def _dag_runs(identifier: str) -> bool:
    """Tell whether DAGMan still has the batch, so that tasks may not have been submitted yet."""
    answer = processes.run(("condor_q", "-allusers", "-constraint", f'JobBatchName == "{identifier}" && JobStatus <= 2', "-json"))
    try:
        return bool(json.loads(answer.output)) if answer.output.strip() else False
    except ValueError:
        return False


def damaged(found: BatchFolder) -> tuple[Problem, ...]:
    """Return a warning for each record that came home and cannot be used."""
    return tuple(
        problem
        for source in found.sources
        for problem in RecordStore(found.root, source).read(RecordStore(found.root, source).files(RecordStore(found.root, source).folder))[
            1
        ]
    )


def last_lines(found: BatchFolder, number: int) -> tuple[str, ...]:
    """Return the end of what the job of a task wrote, nothing where there is no log."""
    job = found.batch.jobs.get(number, "")
    names = (f"{job}.log", f"{number}.err", f"{number}.log")
    for name in names:
        path = found.path / LOGS / name
        if path.is_file():
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            return tuple(lines[-LAST:])
    return ()
