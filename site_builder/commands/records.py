"""``lesson records``."""

from __future__ import annotations

from pathlib import Path

import click

from site_builder.commands.console import Console
from site_builder.commands.options import environments_option, guarded, lesson_argument
from site_builder.operations import find_record, manage_records
from site_builder.pipeline.model import Options

lesson_option = click.option("--lesson", "path", type=click.Path(path_type=Path), default=Path(), help="The lesson's folder.")


@click.group("records")
def command() -> None:
    """List, show, save and compare records of executed episodes, and merge those made on other machines."""


@command.command("ls", short_help="List every verified record.")
@lesson_argument
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@guarded
def list_records(console: Console, path: Path, as_json: bool) -> None:
    """List every verified record of the lesson in PATH."""
    stored, problems = manage_records.records(path)
    console.problems(problems)
    rows = [
        {"episode": item.record.episode, "path": str(item.path), "key": item.record.parts.key, "cells": len(item.record.cells),
         "ran": len(item.record.ran), "environment": item.record.provenance.packages.environment,
         "provider": item.record.provenance.provider, "platform": item.record.provenance.packages.platform,
         "started": item.record.provenance.started, "seconds": item.record.provenance.seconds}
        for item in stored
    ]  # fmt: skip
    if as_json:
        console.data({"records": rows})
        return
    for row in rows:
        made = f"{row['started']} {row['environment']} ({row['provider']}, {row['platform']})"
        console.result(f"{row['episode']:<32} {row['ran']}/{row['cells']} cells  {made}  {row['path']}")
    if not rows:
        console.result("no records")


@command.command("show", short_help="Show one record as text.")
@click.argument("name", metavar="RECORD")
@lesson_option
@environments_option
@click.option("--packages", is_flag=True, help="List every package too.")
@guarded
def show_record(console: Console, name: str, path: Path, environments: str, packages: bool) -> None:
    """Show one RECORD as text: where and when it was made, each cell's code and its outputs.

    RECORD is an episode (then the record that its page shows), a file, or the first digits of a key.
    """
    from site_builder.records.model import with_loaded
    from site_builder.verification.report import record_lines
    from site_builder.weave.provenance import facts

    stored = find_record.find_record(path, name, Options(environments))
    rows = [("Record", str(stored.path)), ("Key", stored.record.parts.key), *facts(stored.record)]
    for label, value in rows:
        console.result(f"{label:<12} {value}")
    made = stored.record.provenance
    for package in with_loaded(made.packages, made.loaded, locked=made.locked).packages if packages else ():
        console.result(f"             {package.name} {package.version} {package.build}".rstrip())
    for line in record_lines(stored.record):
        console.result(line)


@command.command("save", short_help="Save what the pages show to records/.")
@lesson_argument
@environments_option
@guarded
def save_records(console: Console, path: Path, environments: str) -> None:
    """Save the records that the lesson in PATH shows to records/, ready to commit; older ones of the same episode are removed."""
    saved = manage_records.save_records(path, Options(environments))
    for name in saved:
        console.result(f"saved {name}")
    console.result(f"{len(saved)} record{'' if len(saved) == 1 else 's'} changed")


@command.command("merge", short_help="Copy records made on another machine to records/.")
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path))
@lesson_option
@guarded
def merge_records(console: Console, sources: tuple[Path, ...], path: Path) -> None:
    """Copy records made on another machine (files or folders: SOURCES) to records/.

    Each is verified first; damaged ones are refused by name. Of two with one key the better one is kept, and equal ones are not touched.
    """
    said = {"new": "added", "better": "replaced", "equal": "already there", "worse": "skipped, the existing one is better"}
    merged = manage_records.merge_records(path, sources)
    for source, place, arrival in merged.arrivals:
        console.result(f"{said[arrival.value]}: {place} (from {source})")
    changed = sum(arrival.value in ("new", "better") for _, _, arrival in merged.arrivals)
    console.result(f"{changed} record{'' if changed == 1 else 's'} changed, {len(merged.refused)} refused")
    if merged.refused:
        console.problems(merged.refused)
        raise SystemExit(1)


@command.command("sign", short_help="Sign the records under records/.")
@click.argument("names", metavar="[EPISODE]...", nargs=-1)
@lesson_option
@click.option("--key", default="", help="File of an SSH key; by default that in LESSON_SIGNING_KEY.")
@guarded
def sign_records(console: Console, names: tuple[str, ...], path: Path, key: str) -> None:
    """Sign the committed records of the named episodes, or of all, with an SSH key; each signature is a file beside its record."""
    from site_builder.operations import sign_records

    signed = sign_records.sign_records(path, names, key)
    for stored in signed:
        console.result(f"signed {stored.path}")
    console.result(f"{len(signed)} record{'' if len(signed) == 1 else 's'} signed")


@command.command("verify", short_help="Say who signed the records under records/.")
@click.argument("names", metavar="[EPISODE]...", nargs=-1)
@lesson_option
@click.option("--signers", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Who may sign, if not those of the settings.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@guarded
def verify_records(console: Console, names: tuple[str, ...], path: Path, signers: Path | None, as_json: bool) -> None:
    """Say who signed the committed records of the named episodes, or of all. The exit code is 1 if one is not signed by an allowed key."""
    from site_builder.operations import sign_records

    checked, damaged = sign_records.check_signatures(path, names, signers)
    rows = [{"path": str(each.stored.path), "signer": each.checked.signer, "fault": each.checked.fault} for each in checked]
    if as_json:
        console.data({"records": rows, "damaged": [str(problem.location.path) for problem in damaged]})
    else:
        for row in rows:
            console.result(f"{row['path']}: {row['fault'] or 'signed by ' + row['signer']}")
        console.problems(damaged)
    if damaged or any(row["fault"] for row in rows):
        raise SystemExit(1)


@command.command("prune", short_help="Delete records that no page can show any more.")
@lesson_argument
@environments_option
@click.option("--committed", is_flag=True, help="Include those under records/.")
@click.option("--dry-run", is_flag=True, help="Only list what would be removed.")
@guarded
def prune_records(console: Console, path: Path, environments: str, committed: bool, dry_run: bool) -> None:
    """Delete records that no episode of the lesson in PATH can show any more: damaged, or made from other code or inputs."""
    unused = manage_records.prune_records(path, Options(environments), committed=committed, dry_run=dry_run)
    for item in unused:
        console.result(f"{'would remove' if dry_run else 'removed'} {item.path}: {item.reason}")
    console.result(f"{len(unused)} record{'' if len(unused) == 1 else 's'} {'would be removed' if dry_run else 'removed'}")


@command.command("diff", short_help="Compare two records cell by cell.")
@click.argument("names", metavar="EPISODE | FIRST SECOND", nargs=-1, required=True)
@lesson_option
@environments_option
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
@guarded
def diff_records(console: Console, names: tuple[str, ...], path: Path, environments: str, as_json: bool) -> None:
    """Compare two records exactly, cell by cell: the committed and the local one of an EPISODE, or any two by name."""
    from site_builder.verification.report import as_changes, change_lines, records_differ

    if len(names) > 2:
        raise click.UsageError("give an episode, or two records")
    first, second = find_record.find_pair(path, names, Options(environments))
    difference = records_differ(first, second)
    if as_json:
        console.data(as_changes(difference))
    else:
        for line in change_lines(difference):
            console.result(line)
