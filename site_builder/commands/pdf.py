"""``lesson pdf``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from site_builder.commands.console import Console
from site_builder.commands.documents.sites import PdfDocument
from site_builder.commands.options import guarded, site_options
from site_builder.commands.shared import json_option, lesson_argument
from site_builder.operations.pdf import print_lesson
from site_builder.pipeline.model import Options


@click.command("pdf")
@lesson_argument
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Output file (default: lesson.pdf in this folder).")
@click.option("--instructor", is_flag=True, help="Print the instructors' view, with its notes.")
@click.option("--browser", default="", metavar="PROGRAM", help="The browser to print with (default: Chromium, Chrome or Edge).")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@site_options
@json_option(PdfDocument)
@guarded
def command(
    console: Console,
    path: Path,
    output: Path | None,
    instructor: bool,
    browser: str,
    force: bool,
    options: Options,
) -> None:
    """Build the lesson's site and print all its episodes into one PDF, answers included."""
    made = print_lesson(path, output, replace(options, force=force), console.tell, instructor=instructor, browser=browser)
    size = made.stat().st_size
    console.data(PdfDocument(str(made), size))
    console.result(f"wrote {made}: {size / 1e6:.1f} MB")
