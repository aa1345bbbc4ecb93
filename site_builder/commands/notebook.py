"""``lesson notebook``."""

from __future__ import annotations

from pathlib import Path

import click

from site_builder.commands.completion import episode_names
from site_builder.commands.console import Console
from site_builder.commands.documents.sites import NotebookDocument
from site_builder.commands.options import environments_option, guarded
from site_builder.commands.shared import json_option, lesson_option
from site_builder.pipeline.model import Options


@click.command("notebook")
@click.argument("episode", shell_complete=episode_names)
@click.option("--learner", "kind", flag_value="learner", default="learner", help="No outputs and no solutions (the default).")
@click.option("--instructor", "kind", flag_value="instructor", help="Everything: outputs of the record, solutions, instructor notes.")
@click.option("--live", "kind", flag_value="live", help="Headings, exercises and empty cells to type into.")
@click.option("--script", "kind", flag_value="script", help="A percent script; of R Markdown its code.")
@click.option("--rmarkdown", "kind", flag_value="rmarkdown", help="R Markdown without outputs and solutions, of an R Markdown episode.")
@click.option("--commands", "kind", flag_value="commands", help="Only the shell commands, in order (a file that doitlive plays).")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="Output file (default: EPISODE-KIND in the current folder)."
)
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@lesson_option
@environments_option
@json_option(NotebookDocument)
@guarded
def command(console: Console, episode: str, kind: str, output: Path | None, force: bool, path: Path, environments: str) -> None:
    """Export an EPISODE as a notebook or script."""
    from site_builder.exporting.notebook import ExportKind
    from site_builder.operations.export import export

    written = export(path, Options(environments, force=force), episode, ExportKind(kind), output)
    console.data(NotebookDocument(str(written), episode, kind))
    console.result(f"wrote {written}")
