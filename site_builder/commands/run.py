"""``lesson run``."""

from __future__ import annotations

from pathlib import Path

import click

from site_builder.commands.completion import episode_names
from site_builder.commands.console import Console
from site_builder.commands.documents.episodes import RunDocument
from site_builder.commands.options import execution_options, guarded, keep_going_option, share_option
from site_builder.commands.shared import json_option, lesson_option
from site_builder.lesson.root import find_root
from site_builder.pipeline.model import Options


@click.command("run")
@click.argument("episodes", nargs=-1, shell_complete=episode_names)
@lesson_option
@click.option("--watch", is_flag=True, help="Run again after each save, until interrupted.")
@click.option(
    "--records",
    type=click.Path(path_type=Path, file_okay=False),
    help="Run EPISODES as one of many jobs: read them alone, lock nothing, and put their records into this folder.",
)
@click.option(
    "--reads",
    "further",
    multiple=True,
    metavar="EPISODE",
    shell_complete=episode_names,
    help="With --records: read this episode too, whose files cells use.",
)
@execution_options
@share_option
@keep_going_option
@json_option(RunDocument, more=" Not with --watch.")
@guarded
def command(
    console: Console, episodes: tuple[str, ...], path: Path, watch: bool, records: Path | None, further: tuple[str, ...], options: Options
) -> None:
    """Execute EPISODES (default: all that must run) and save a record of each; render nothing."""
    if records is not None:
        _job(console, episodes, path, records, further, options, watch=watch)
        return
    if further:
        raise click.UsageError("--reads belongs to --records")
    if watch and console.writer:
        raise click.UsageError("--watch has no end, and so no --json")
    if watch:
        from site_builder.operations.watch import watch as watch_episodes

        watch_episodes(path, options, episodes, console.tell)
    from site_builder.pipeline.ahead import server_ahead

    with server_ahead(find_root(path), options, everything=options.force and not episodes) as ready:
        from site_builder.pipeline import execute

        ran = execute.run(path, ready, episodes, console.tell)
    console.data(RunDocument(tuple(result.job.slug for result in ran), ()))
    console.result(_ran(len(ran)))


def _job(
    console: Console, episodes: tuple[str, ...], path: Path, records: Path, further: tuple[str, ...], options: Options, *, watch: bool
) -> None:
    if watch:
        raise click.UsageError("--records runs a job once: leave out --watch")
    if not episodes:
        raise click.UsageError("--records needs the names of the episodes to run")
    from site_builder.pipeline.one_job import run_job

    ran, done = run_job(path, options, episodes, records, further, console.tell)
    console.data(RunDocument(tuple(result.job.slug for result in ran), done))
    console.result(_ran(len(ran)) + (f", {len(done)} done before" if done else ""))


def _ran(count: int) -> str:
    return f"{count} episode{'' if count == 1 else 's'} run"
