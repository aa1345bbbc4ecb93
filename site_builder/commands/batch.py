"""``lesson batch``."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from site_builder.commands.completion import episode_names
from site_builder.commands.console import Console
from site_builder.commands.documents.batches import (
    BatchCancelDocument,
    BatchCollectDocument,
    BatchDocument,
    BatchFileEntry,
    BatchStatusDocument,
    BatchTaskEntry,
    TaskStateEntry,
)
from site_builder.commands.options import environments_option, folder_option, guarded, locked_option
from site_builder.commands.shared import CommandGroup, json_option, lesson_option
from site_builder.pipeline.model import Options, shared_environments
from site_builder.plan.differences import counted

if TYPE_CHECKING:
    from site_builder.batch.states import TaskStatus

number_option = click.option("--batch", "number", type=click.IntRange(min=1), help="Which batch, by its number (default: the newest).")


@click.group("batch", cls=CommandGroup, invoke_without_command=True)
@click.option("--slurm", "engine", flag_value="slurm", help="Submit job arrays to Slurm.")
@click.option("--condor", "engine", flag_value="condor", help="Submit jobs to HTCondor; no shared disk is needed.")
@click.option("--github", "engine", flag_value="github", help="Print a workflow with a matrix of jobs for GitHub.")
@click.option("--snakemake", "engine", flag_value="snakemake", help="Write a Snakefile, for retries and other schedulers.")
@click.option(
    "--episode",
    "episodes",
    multiple=True,
    metavar="EPISODE",
    shell_complete=episode_names,
    help="Send this episode, whether it must run or not; repeatable.",
)
@click.option("--minutes", type=click.IntRange(min=1), help="Expected minutes of work that share a job (default: `batch: minutes`).")
@click.option("--dry-run", is_flag=True, help="Check and print what would be submitted; submit nothing.")
@lesson_option
@environments_option
@folder_option
@locked_option
@click.option("--keep-going", is_flag=True, help="After a cell that fails, run the rest of its episode too.")
@json_option(BatchDocument)
@guarded
def command(
    console: Console, engine: str | None, episodes: tuple[str, ...], minutes: int | None, dry_run: bool, path: Path,
    environments: str, environments_folder: Path | None, locked: bool, keep_going: bool,
) -> None:  # fmt: skip
    """Send episodes that must run to a scheduler, as many jobs: minutes of work each."""
    context = click.get_current_context()
    if context.invoked_subcommand is not None:
        if engine:
            raise click.UsageError(f"--{engine} sends a batch: leave out `{context.invoked_subcommand}`")
        return
    if engine is None:
        raise click.UsageError("pass --slurm, --condor, --github or --snakemake, or a command: status, collect, cancel")
    from site_builder.operations.batch.sending import send

    folder = environments_folder or shared_environments()
    options = replace(Options(environments, locked=locked, keep_going=keep_going), environments_folder=folder)
    sent = send(path, engine, options, episodes, minutes=minutes, dry=dry_run, tell=console.tell)
    place = sent.folder.path if sent.folder else None
    console.data(BatchDocument(
        engine, dry_run, int(place.name) if place else None, str(place) if place else None,
        tuple(BatchTaskEntry(task.number, tuple(task.episodes)) for task in sent.tasks),
        tuple(BatchFileEntry(name, text) for name, text in sent.written), sent.commands,
    ))  # fmt: skip
    if not sent.tasks:
        console.result("nothing must run")
        return
    if dry_run or engine == "github":
        for name, text in sent.written:
            console.result((f"# ----- {name}\n" if len(sent.written) > 1 else "") + text.rstrip("\n"))
    if engine == "github":
        return
    for line in sent.commands:
        console.result(shlex.join(line))
    count = f"{counted(len(sent.tasks), 'task')}, {counted(sum(len(task.episodes) for task in sent.tasks), 'episode')}"
    if sent.folder is None:
        console.result(f"would send {count}")
    else:
        console.result(f"{'wrote' if engine == 'snakemake' else 'sent'} {count} as batch {sent.folder.path.name}: {sent.folder.path}")


@command.command("status", short_help="Show how far a batch is.")
@lesson_option
@number_option
@json_option(BatchStatusDocument)
@guarded
def status(console: Console, path: Path, number: int | None) -> None:
    """Show which tasks of a batch run, which failed and why, which never came home, and what to send again."""
    from site_builder.operations.batch import tracking
    from site_builder.operations.batch.folder import open_batch

    found = open_batch(path, number)
    states = tracking.statuses(found)
    rows = (
        TaskStateEntry(
            each.task.number, each.progress.value, each.words, tuple(each.task.episodes), each.done, dict(each.again),
            found.batch.jobs.get(each.task.number, ""),
        )
        for each in states
    )  # fmt: skip
    console.data(BatchStatusDocument(int(found.path.name), found.batch.engine, tuple(rows)))
    counts = {
        word: sum(each.progress.value == word for each in states) for word in ("done", "running", "waiting", "held", "failed", "lost")
    }
    home, total = sum(len(each.done) for each in states), len(found.batch.episodes)
    said = ", ".join(f"{number} {word}" for word, number in counts.items() if number)
    console.result(f"batch {found.path.name} ({found.batch.engine}): {said}; records of {home} of {counted(total, 'episode')}")
    for each in states:
        for line in _lines(each):
            console.result(line)
        if each.again and each.progress.value == "lost":
            for line in tracking.last_lines(found, each.task.number):
                console.result(f"      | {line}")
    console.problems(tracking.damaged(found))
    again = [slug for each in states for slug in each.again]
    if again:
        console.result(f"to send these again: lesson batch --{found.batch.engine} {' '.join(f'--episode {shlex.quote(s)}' for s in again)}")


def _lines(each: TaskStatus) -> list[str]:
    head = f"task {each.task.number:<4} {each.progress.value:<8} {len(each.done)}/{len(each.task.episodes)}  {each.words}".rstrip()
    return [head, *(f"  {slug}: {line}" for slug, words in each.again.items() for line in words.splitlines())]


@command.command("collect", short_help="Bring the records of a batch home.")
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path, exists=True, file_okay=False))
@lesson_option
@number_option
@environments_option
@folder_option
@json_option(BatchCollectDocument)
@guarded
def collect(
    console: Console, sources: tuple[Path, ...], path: Path, number: int | None, environments: str, environments_folder: Path | None
) -> None:
    """Verify the records of a batch, accept each once, and plan the lesson again; SOURCES are folders of records brought by hand."""
    from site_builder.operations.batch.collecting import collect as collect_records
    from site_builder.operations.batch.folder import open_batch

    found = open_batch(path, number)
    options = Options(environments, environments_folder=environments_folder or shared_environments())
    home = collect_records(found, options, sources)
    console.data(BatchCollectDocument(
        int(found.path.name), len(found.batch.episodes), home.accepted, home.before, len(home.refused), dict(home.again)
    ))  # fmt: skip
    for slug in home.accepted:
        console.result(f"accepted: {slug}")
    console.problems(home.refused)
    before = f", {len(home.before)} before" if home.before else ""
    console.result(f"{len(home.accepted)} of {len(found.batch.episodes)} records accepted{before}, {len(home.refused)} refused")
    for slug, reason in home.again.items():
        console.result(f"  still to run: {slug} ({reason})")
    if home.refused:
        raise SystemExit(1)


@command.command("cancel", short_help="End the jobs of a batch.")
@lesson_option
@number_option
@json_option(BatchCancelDocument)
@guarded
def cancel(console: Console, path: Path, number: int | None) -> None:
    """Have the scheduler end all jobs of a batch; records that are done stay, and can be collected."""
    from site_builder.operations.batch.folder import open_batch
    from site_builder.operations.batch.sending import cancel as cancel_batch

    found = open_batch(path, number)
    said = tuple(cancel_batch(found))
    console.data(BatchCancelDocument(int(found.path.name), said))
    for line in said:
        console.result(line)
    console.result(f"cancelled batch {found.path.name}")
