"""``lesson run``."""

from __future__ import annotations

from pathlib import Path

import click

from site_builder.commands.console import Console
from site_builder.commands.options import execution_options, guarded, keep_going_option
from site_builder.lesson.root import find_root
from site_builder.pipeline.ahead import server_ahead
from site_builder.pipeline.model import Options


@click.command("run")
@click.argument("episodes", nargs=-1)
@click.option("--lesson", "path", type=click.Path(path_type=Path), default=Path(), help="The lesson's folder.")
@click.option("--watch", is_flag=True, help="Run again after each save, until interrupted.")
@execution_options
@keep_going_option
@guarded
def command(console: Console, episodes: tuple[str, ...], path: Path, watch: bool, options: Options) -> None:
    """Execute EPISODES (default: all that must run) and save a record of each; render nothing."""
    if watch:
        from site_builder.operations.watch import watch as watch_episodes

        watch_episodes(path, options, episodes, console.tell)
    with server_ahead(find_root(path), options) as ready:
        from site_builder.pipeline import execute

        ran = execute.run(path, ready, episodes, console.tell)
    console.result(f"{len(ran)} episode{'' if len(ran) == 1 else 's'} run")
