"""``lesson convert``."""

from __future__ import annotations

from pathlib import Path

import click

from site_builder.commands.console import Console
from site_builder.commands.documents.verification import ConvertDocument
from site_builder.commands.options import execution_options, guarded
from site_builder.commands.shared import json_option, lesson_option, lesson_or_episodes
from site_builder.lesson.root import find_root
from site_builder.pipeline.ahead import server_ahead
from site_builder.pipeline.model import Options


@click.command("convert")
@lesson_or_episodes
@click.option("--only", multiple=True, metavar="EPISODE:LINE", help="Convert the fence at this line alone.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, as a diff, and write nothing.")
@click.option("--force", is_flag=True, help="Convert pages with changes that are not committed; a copy is kept.")
@click.option("--network", is_flag=True, help="Let code use the network.")
@lesson_option
@execution_options
@json_option(ConvertDocument)
@guarded
def command(
    console: Console, episodes: tuple[str, ...], only: tuple[str, ...], dry_run: bool, force: bool, network: bool, path: Path,
    options: Options,
) -> None:  # fmt: skip
    """Make the code on the pages run: fences become cells, and outputs that were typed below them are removed.

    All episodes, or only the EPISODEs named. The pages are changed in place, in nothing but these fences, after all of them ran; what does
    not run stays as it is.
    """
    root = find_root(path)
    with server_ahead(root, options, plain=True, everything=not episodes) as ready:
        from site_builder.commands import convert_report
        from site_builder.operations import convert_write
        from site_builder.operations.convert import convert, pages_of

        if not dry_run and not force:
            convert_write.refuse_uncommitted(root, pages_of(root, episodes))
        done = convert(root, ready, episodes, console.tell, only, network=network)
    document = convert_report.document(done, dry_run=dry_run)
    console.data(document)
    for line in (*(convert_report.diff(done) if dry_run else ()), *convert_report.lines(done)):
        console.result(line)
    if dry_run:
        return
    written = convert_write.write(root, done)
    console.data(convert_report.with_written(document, written))
    for line in convert_report.written(written):
        console.tell(line)
