"""``lesson publish``."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from site_builder.commands.console import Console
from site_builder.commands.documents.sites import PublishDocument, RenamedEntry
from site_builder.commands.options import guarded, site_options, strict_option
from site_builder.commands.shared import json_option, lesson_argument
from site_builder.operations.publish import Published, publish_on_branch, publish_to_folder
from site_builder.pipeline.model import Options
from site_builder.publish.versions import Version


@click.command("publish")
@lesson_argument
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False), help="Folder to publish in.")
@click.option("--branch", metavar="NAME", help="Branch to publish on, such as gh-pages: one commit on top of it, without a checkout.")
@click.option("--as", "name", default="", metavar="NAME", help="Publish a copy in a folder of this name, beside the newest site.")
@click.option("--push", "remote", default="", metavar="REMOTE", help="Push the branch to this remote, such as origin.")
@click.option("--dirty", is_flag=True, help="Publish on a branch even if the lesson differs from its commit.")
@click.option("--dry-run", is_flag=True, help="Build, and only list what publishing would change.")
@strict_option
@site_options
@json_option(PublishDocument)
@guarded
def command(
    console: Console, path: Path, folder: Path | None, branch: str | None, name: str, remote: str, dirty: bool, dry_run: bool, strict: bool,
    options: Options,
) -> None:  # fmt: skip
    """Build the lesson's site and publish it in a folder (--to) or on a branch (--branch).

    Only files that the builder published before are replaced or removed.
    """
    if (folder is None) == (branch is None):
        raise click.UsageError("say where: --to FOLDER, or --branch NAME")
    if folder is not None and (remote or dirty):
        raise click.UsageError("--push and --dirty belong to --branch")
    asked = replace(options, strict=strict)
    version = Version(name, date.today().isoformat()) if name else None
    if folder is not None:
        published = publish_to_folder(path, folder, asked, console.tell, version=version, dry_run=dry_run)
    else:
        published = publish_on_branch(path, branch or "", asked, console.tell, remote=remote, dirty=dirty, version=version, dry_run=dry_run)
    console.problems((*published.built.report.problems, *published.built.kept, *published.kept))
    changes = published.changes
    console.data(PublishDocument(
        str(published.built.site.resolve()), str(folder) if folder is not None else None, branch, name, dry_run, changes.added,
        changes.changed, changes.removed, tuple(RenamedEntry(str(item.path), str(item.name)) for item in changes.kept), published.commit,
        remote if published.commit and not dry_run else "",
    ))  # fmt: skip
    if dry_run:
        _list(console, published)
    place = f"in {folder}" if folder is not None else f"on the branch {branch}"
    place += f" as {name}" if name else ""
    console.result(_summary(published, place, dry_run=dry_run))
    if published.commit:
        console.result(f"commit {published.commit}{f', pushed to {remote}' if remote else ''}")


def _list(console: Console, published: Published) -> None:
    changes = published.changes
    for word, paths in (("add", changes.added), ("change", changes.changed), ("remove", changes.removed)):
        for path in paths:
            console.result(f"would {word} {path}")
    for item in changes.kept:
        console.result(f"would keep {item.path} as {item.name}")


def _summary(published: Published, place: str, *, dry_run: bool) -> str:
    changes = published.changes
    if not changes:
        return f"nothing {'to change' if dry_run else 'changed'} {place}"
    counts = f"{len(changes.added)} added, {len(changes.changed)} changed, {len(changes.removed)} removed"
    return f"{'would be published' if dry_run else 'published'} {place}: {counts}"
