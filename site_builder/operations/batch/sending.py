"""Give tasks to a scheduler: write its files, have it check them, compare with what it has, submit."""

from __future__ import annotations

import datetime
import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from site_builder import files, processes
from site_builder.batch import condor, github, slurm, snakemake
from site_builder.batch.asking import JobPlace
from site_builder.batch.model import Batch, Task
from site_builder.errors import EnvironmentUnavailable, LessonFailed, MachineError
from site_builder.lesson.root import WORK
from site_builder.operations.batch.folder import BATCHES, LOGS, RECORDS, BatchFolder, numbers
from site_builder.operations.batch.planning import base_of, data_of_tasks, planned_for_cluster, tasks_to_send, travelling
from site_builder.pipeline.data import fetch_or_fail
from site_builder.pipeline.model import OnProgress, Options
from site_builder.pipeline.plan import PlannedLesson
from site_builder.problems import Location, Problem
from site_builder.settings.batch import BatchSettings

REFUSED = "LS361"
"""The scheduler refuses a task."""

IMPOSSIBLE = "LS362"
"""The scheduler would take a task, and never start it."""

DAG = "batch.dag"
SUBMIT = "batch.sub"


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent, or would be: the tasks, where the batch lies, the files by name, and the commands that were or would be run."""

    tasks: tuple[Task, ...]
    folder: BatchFolder | None
    written: tuple[tuple[str, str], ...]
    commands: tuple[tuple[str, ...], ...]


def send(
    path: Path, engine: str, options: Options, names: Sequence[str] = (), *, minutes: int | None = None, dry: bool = False,
    tell: OnProgress = lambda line: None,
) -> Sent:  # fmt: skip
    """Divide the named episodes, or all that must run, into tasks and submit them; ``dry`` only checks what would be submitted.

    ``minutes`` of expected work share a task, by default as the settings say. For GitHub and Snakemake files are written, and nothing is
    submitted.

    Raises:
        LessonFailed: the lesson has errors, or the scheduler refuses a task or could never start it.
        EnvironmentUnavailable: the scheduler's commands are not here, or data from elsewhere cannot be fetched.
        SiteBuilderError: the lesson cannot be read.
    """
    planned = planned_for_cluster(path, options)
    settings = planned.lesson.settings.batch
    tasks = tasks_to_send(planned, names, minutes or settings.minutes)
    if not tasks:
        return Sent((), None, (), ())
    if not dry and engine != "github":  # whose machines fetch for themselves
        fetch_or_fail(planned.lesson, data_of_tasks(planned, tasks), tell)
    if engine == "github":
        return Sent(tasks, None, (("batch.yml", github.workflow(tasks, settings)),), ())
    root = planned.lesson.root
    number = (numbers(root) or [0])[-1] + 1
    folder = root / BATCHES / str(number)
    made = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    batch = Batch(f"{number}-{secrets.token_hex(4)}", engine, made, tasks)
    written = _files(planned, batch, folder, options)
    with files.build_lock(root / WORK / "lock"):
        try:
            commands, jobs = _submit(planned, batch, folder, written, dry=dry, tell=tell)
        except BaseException:
            files.remove_folder(folder)
            raise
        if dry:
            files.remove_folder(folder)
            return Sent(tasks, None, written, commands)
        done = BatchFolder(root, folder, replace(batch, jobs=jobs))
        done.save(done.batch)
    return Sent(tasks, done, written, commands)


def _files(planned: PlannedLesson, batch: Batch, folder: Path, options: Options) -> tuple[tuple[str, str], ...]:
    settings, tasks = planned.lesson.settings.batch, batch.tasks
    lesson = planned.lesson
    arguments = [f"--environments={options.environments}"]
    arguments += [f"--environments-folder={options.environments_folder.absolute()}"] if options.environments_folder else []
    arguments += [flag for flag, given in (("--locked", options.locked), ("--keep-going", options.keep_going)) if given]
    if batch.engine == "condor":
        below = PurePosixPath("lesson") / lesson.root.relative_to(base_of(lesson)).as_posix()
        place = JobPlace(below, folder, '"$records"', (), tuple(arguments), shared=False)
        waiting = any(task.after for task in tasks)
        found = [
            ("job.sh", condor.script(tasks, settings, place)),
            (SUBMIT, condor.submit_file(tasks, settings, folder, batch.identifier, dag=waiting)),
        ]
        return (*found, *(((DAG, condor.dag_file(tasks, folder)),) if waiting else ()))
    place = JobPlace(PurePosixPath(lesson.root), folder, str(folder / RECORDS), (sys.executable, "-m", "site_builder"), tuple(arguments))
    script = ("job.sh", slurm.script(tasks, settings, place, f"lesson-{batch.identifier}"))
    return (script, ("Snakefile", snakemake.snakefile(tasks, settings, folder))) if batch.engine == "snakemake" else (script,)


def _submit(
    planned: PlannedLesson, batch: Batch, folder: Path, written: Sequence[tuple[str, str]], *, dry: bool, tell: OnProgress
) -> tuple[tuple[tuple[str, ...], ...], dict[int, str]]:
    """Write the files, check them, and submit; return the commands, and the jobs by task."""
    files.make_folder(folder / LOGS)
    files.make_folder(folder / RECORDS)
    for name, text in written:
        files.write_text(folder / name, text)
    settings = planned.lesson.settings.batch
    if batch.engine == "slurm":
        return _submit_to_slurm(batch, settings, folder, planned.lesson.settings.path, dry=dry, tell=tell)
    if batch.engine == "condor":
        files.write_tar(folder / condor.ARCHIVE, ((f"lesson/{name}", file) for name, file in travelling(planned, batch.tasks)))
        return _submit_to_condor(batch, settings, folder, planned.lesson.settings.path, dry=dry, tell=tell)
    return (("snakemake", "--snakefile", str(folder / "Snakefile"), "--directory", str(folder), "--cores", "2", "--keep-going"),), {}


def _submit_to_slurm(
    batch: Batch, settings: BatchSettings, folder: Path, place: PurePosixPath, *, dry: bool, tell: OnProgress
) -> tuple[tuple[tuple[str, ...], ...], dict[int, str]]:
    script = str(folder / "job.sh")
    arrays = slurm.submissions(batch.tasks, settings)
    if not _there("sbatch", dry=dry, tell=tell):
        return tuple(slurm.command(array, script, {}) for array in arrays), {}
    nodes = slurm.nodes_of(processes.run(slurm.SINFO).output)
    for array in arrays:
        checked = processes.run(slurm.command(array, script, {}, "--test-only"))
        if checked.status:
            _refuse(REFUSED, f"Slurm refuses tasks {_numbers(array.tasks)}: {_last(checked.errors)}", place)
        if words := slurm.lacking(array, settings, nodes):
            _refuse(IMPOSSIBLE, f"Slurm would never start tasks {_numbers(array.tasks)}: {words}", place)
        tell(f"checked: {_last(checked.errors)}")
    jobs: dict[int, str] = {}
    commands = []
    for array in arrays:
        commands.append(slurm.command(array, script, {number: f"JOB_{number}" for number in array.after} if dry else jobs))
        if dry:
            continue
        answer = processes.run(commands[-1], folder=folder)
        if answer.status:
            processes.run(("scancel", *jobs.values())) if jobs else None
            _refuse(REFUSED, f"Slurm refuses tasks {_numbers(array.tasks)}: {_last(answer.errors)}", place)
        jobs |= slurm.jobs_of(array, answer.output)
    return tuple(commands), jobs


def _submit_to_condor(
    batch: Batch, settings: BatchSettings, folder: Path, place: PurePosixPath, *, dry: bool, tell: OnProgress
) -> tuple[tuple[tuple[str, ...], ...], dict[int, str]]:
    dag = files.is_file(folder / DAG)
    command = ("condor_submit_dag", "-batch-name", batch.identifier, DAG) if dag else ("condor_submit", SUBMIT)
    if not _there("condor_submit", dry=dry, tell=tell):
        return (command,), {}
    given = ("task=1", "gpus=0", f"inputs={folder / condor.ARCHIVE}") if dag else ()
    checked = processes.run(("condor_submit", "-dry-run", "-", SUBMIT, *given), folder=folder)
    if checked.status:
        _refuse(REFUSED, f"HTCondor refuses the submit file: {_last(checked.errors)}", place)
    if words := condor.lacking(batch.tasks, settings, condor.slots_of(processes.run(condor.STATUS).output)):
        _refuse(IMPOSSIBLE, f"HTCondor would never start a task: {words}", place)
    tell("checked: the submit file, and that the pool has what it asks for")
    if dry:
        return (command,), {}
    answer = processes.run(command, folder=folder)
    cluster = condor.cluster_of(answer.output)
    if answer.status or not cluster:
        _refuse(REFUSED, f"HTCondor refuses the batch: {_last(answer.errors or answer.output)}", place)
    return (command,), {task.number: cluster for task in batch.tasks}


def _there(program: str, *, dry: bool, tell: OnProgress) -> bool:
    """Tell whether a scheduler's command is here; a dry run goes on without."""
    if processes.run((program, "--version" if program == "sbatch" else "-version")).status != 127:
        return True
    if not dry:
        raise EnvironmentUnavailable(f"{program} is not on PATH", hint="send the batch from a machine of the cluster, or use --dry-run")
    tell(f"not checked: {program} is not on PATH")
    return False


def _refuse(code: str, message: str, place: PurePosixPath) -> None:
    hint = "change `batch` in the settings"
    raise LessonFailed("nothing was sent", problems=[Problem(code, message, Location(place), hint)])


def _numbers(tasks: Sequence[int]) -> str:
    return ", ".join(map(str, tasks))


def _last(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it says nothing"


def cancel(found: BatchFolder) -> tuple[str, ...]:
    """Have the scheduler end all jobs of a batch, and return its words; what is done stays.

    Raises:
        EnvironmentUnavailable: the scheduler's commands are not here.
        MachineError: the scheduler refuses.
    """
    batch = found.batch
    if batch.engine == "slurm":
        command = ("scancel", *sorted({job.partition("_")[0] for job in batch.jobs.values()}))
    elif batch.engine == "condor":
        command = ("condor_rm", "-constraint", f'LessonBatch == "{batch.identifier}" || JobBatchName == "{batch.identifier}"')
    else:
        raise EnvironmentUnavailable(f"a batch of {batch.engine} is cancelled there", hint="interrupt the program, or cancel its run")
    answer = processes.run(command)
    if answer.status == 127:
        raise EnvironmentUnavailable(f"{command[0]} is not on PATH", hint="cancel it on a machine of the cluster")
    if answer.status and "Couldn't find" not in answer.errors:
        raise MachineError(f"{command[0]}: {_last(answer.errors)}")
    return tuple(line for line in answer.output.splitlines() if line)
