"""``lesson verify-site``."""

from __future__ import annotations

from pathlib import Path

import click

from site_builder.commands.console import Console
from site_builder.commands.documents.verification import VerifySiteDocument
from site_builder.commands.options import guarded
from site_builder.commands.shared import json_option


@click.command("verify-site")
@click.argument("place", metavar="FOLDER | ADDRESS")
@click.option(
    "--manifest",
    type=click.Path(path_type=Path, exists=True),
    help="Manifest of the build to compare with, or its folder (default: the copy's own).",
)
@json_option(VerifySiteDocument)
@guarded
def command(console: Console, place: str, manifest: Path | None) -> None:
    """Check every file of a copy of a site, in a FOLDER or at an ADDRESS, against the manifest of its build.

    The exit code is 1 if a file was changed or is missing. Files that no build wrote are named; a site may have them.
    """
    from site_builder.operations import verify_site

    check = verify_site.verify_site(place, manifest)
    console.data(VerifySiteDocument(check.whole, check.equal, check.changed, check.missing, check.foreign, check.own, check.staged))
    for line in verify_site.lines(check):
        console.result(line)
    whose = "the copy's own manifest" if check.own else "the manifest of the build"
    total = check.equal + len(check.changed) + len(check.missing)
    console.result(f"{check.equal} of {total} files are those of {whose}")
    if check.own and check.whole:
        console.tell("whoever can change a file there can change the manifest: compare with the build's own by `--manifest`")
    if not check.whole:
        raise SystemExit(1)
