"""``lesson build``."""

from __future__ import annotations

from pathlib import Path

import click

from site_builder.commands.console import Console
from site_builder.commands.main import engine_option, environments_option, fork_option, guarded, jobs_option, lesson_argument
from site_builder.pipeline import build
from site_builder.pipeline.model import Options


@click.command("build")
@lesson_argument
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="Folder of the site (default: site/ in the lesson).")
@click.option("--strict", is_flag=True, help="Treat warnings as errors; code without a record fails too.")
@click.option("--force", is_flag=True, help="Render again even if nothing changed.")
@engine_option
@environments_option
@jobs_option
@fork_option
@guarded
def command(
    console: Console,
    path: Path,
    output: Path | None,
    strict: bool,
    force: bool,
    engine: str | None,
    environments: str,
    jobs: int | None,
    fork: bool,
) -> None:
    """Build the site of the lesson in PATH: run what must run, put the outputs into the pages, publish in one step."""
    options = Options(environments, strict, jobs, force, fork, engine=engine or "")
    built = build.build(path, output, options, console.tell)
    console.problems((*built.report.problems, *built.kept))
    if built.changed:
        console.result(f"{built.pages} pages in {built.site.resolve()}")
    else:
        console.result(f"nothing changed: {built.pages} pages in {built.site.resolve()}")
    console.result(f"open it: {(built.site.resolve() / 'index.html').as_uri()}")
