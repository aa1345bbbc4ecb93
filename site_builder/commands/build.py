"""``lesson build``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from site_builder.commands.console import Console
from site_builder.commands.documents.sites import BuildDocument
from site_builder.commands.options import guarded, keep_going_option, site_options, strict_option
from site_builder.commands.shared import json_option, lesson_argument
from site_builder.pipeline import build
from site_builder.pipeline.model import Options


@click.command("build")
@lesson_argument
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="Folder of the site (default: site/ in the lesson).")
@strict_option
@click.option("--force", is_flag=True, help="Render again even if nothing changed.")
@site_options
@keep_going_option
@json_option(BuildDocument)
@guarded
def command(console: Console, path: Path, output: Path | None, strict: bool, force: bool, options: Options) -> None:
    """Build the lesson's site: run what must run, put the outputs into the pages, publish in one step."""
    built = build.build(path, output, replace(options, strict=strict, force=force), console.tell)
    console.problems((*built.report.problems, *built.kept))
    site = built.site.resolve()
    index = (site / "index.html").as_uri()
    console.data(BuildDocument(str(site), index, built.changed, built.pages, built.ran, built.tally))
    if built.changed:
        console.result(f"{built.pages} pages in {site}")
    else:
        console.result(f"nothing changed: {built.pages} pages in {site}")
    console.result(f"open it: {index}")
    if built.tally:
        console.result(built.tally)
