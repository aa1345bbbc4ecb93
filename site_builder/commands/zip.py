"""``lesson zip``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from site_builder.commands.console import Console
from site_builder.commands.documents.sites import ZipDocument
from site_builder.commands.options import guarded, site_options, strict_option
from site_builder.commands.shared import json_option, lesson_argument
from site_builder.operations.archive import RECOMMENDED, archive
from site_builder.pipeline.model import Options


@click.command("zip")
@lesson_argument
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="Output file (default: the lesson's title, in this folder)."
)
@strict_option
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@site_options
@json_option(ZipDocument)
@guarded
def command(console: Console, path: Path, output: Path | None, strict: bool, force: bool, options: Options) -> None:
    """Build the lesson's site and pack it into one ZIP file, which needs no server."""
    made = archive(path, output, replace(options, strict=strict, force=force), console.tell)
    console.problems((*made.built.report.problems, *made.built.kept))
    console.data(ZipDocument(str(made.path), made.folder, made.files, made.bytes, made.largest))
    if made.bytes > RECOMMENDED:
        console.tell(f"{made.bytes / 1e6:.1f} MB is a large download; the largest file is {made.largest}")
    console.result(f"wrote {made.path}: {made.files} files, {made.bytes / 1e6:.1f} MB")
    console.result(f"unpack it and open {made.folder}/index.html")
