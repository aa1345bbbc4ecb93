"""``lesson records``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from site_builder.commands.completion import episode_names
from site_builder.commands.console import Console
from site_builder.commands.documents import records as documents
from site_builder.commands.options import environments_option, guarded
from site_builder.commands.shared import RecordsGroup, json_option, lesson_argument, lesson_option, shared_options
from site_builder.operations import find_record, manage_records
from site_builder.pipeline.model import Options

if TYPE_CHECKING:
    from site_builder.records.store import StoredRecord


@click.group("records", cls=RecordsGroup)
@shared_options
def command() -> None:
    """List, show, save and compare records of executed episodes, and merge those made on other machines."""


@command.command("list", short_help="List every verified record.")
@lesson_argument
@json_option(documents.RecordsListDocument)
@guarded
def list_records(console: Console, path: Path) -> None:
    """List every verified record of the lesson."""
    stored, problems = manage_records.records(path)
    console.problems(problems)
    rows = tuple(_row(item) for item in stored)
    console.data(documents.RecordsListDocument(rows))
    for row in rows:
        made = f"{row.started} {row.environment} ({row.provider}, {row.platform})"
        console.result(f"{row.episode:<32} {row.ran}/{row.cells} cells  {made}  {row.path}")
    if not rows:
        console.result("no records")


def _row(item: StoredRecord) -> documents.RecordRowEntry:
    record, made = item.record, item.record.provenance
    return documents.RecordRowEntry(
        record.episode, str(item.path), record.parts.key, len(record.cells), len(record.ran), made.packages.environment, made.provider,
        made.packages.platform, made.started, made.seconds,
    )  # fmt: skip


@command.command("show", short_help="Show one record as text.")
@click.argument("name", metavar="RECORD", shell_complete=episode_names)
@lesson_option
@environments_option
@click.option("--packages", is_flag=True, help="List every package too.")
@json_option(documents.RecordsShowDocument)
@guarded
def show_record(console: Console, name: str, path: Path, environments: str, packages: bool) -> None:
    """Show one RECORD as text: where and when it was made, each cell's code and its outputs.

    RECORD is an episode (then the record that its page shows), a file, or the first digits of a key.
    """
    from site_builder.records.model import with_loaded
    from site_builder.verification.report import record_lines
    from site_builder.weave.provenance import facts

    stored = find_record.find_record(path, name, Options(environments))
    known, text, key = facts(stored.record), tuple(record_lines(stored.record)), stored.record.parts.key
    made = stored.record.provenance
    listed = with_loaded(made.packages, made.loaded, locked=made.locked).packages if packages else ()
    console.data(documents.RecordsShowDocument(
        str(stored.path), key, tuple(documents.RecordFactEntry(label, value) for label, value in known),
        tuple(documents.RecordPackageEntry(each.name, each.version, each.build) for each in listed), text,
    ))  # fmt: skip
    for label, value in (("Record", str(stored.path)), ("Key", key), *known):
        console.result(f"{label:<12} {value}")
    for package in listed:
        console.result(f"             {package.name} {package.version} {package.build}".rstrip())
    for line in text:
        console.result(line)


@command.command("save", short_help="Save what the pages show to records/.")
@lesson_argument
@environments_option
@json_option(documents.RecordsSaveDocument)
@guarded
def save_records(console: Console, path: Path, environments: str) -> None:
    """Save the records that the pages show to records/, ready to commit; older ones of the same episode are removed."""
    saved = manage_records.save_records(path, Options(environments))
    console.data(documents.RecordsSaveDocument(tuple(map(str, saved))))
    for name in saved:
        console.result(f"saved {name}")
    console.result(f"{len(saved)} record{'' if len(saved) == 1 else 's'} changed")


@command.command("merge", short_help="Copy records made on another machine to records/.")
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path))
@lesson_option
@json_option(documents.RecordsMergeDocument)
@guarded
def merge_records(console: Console, sources: tuple[Path, ...], path: Path) -> None:
    """Copy records made on another machine (files or folders: SOURCES) to records/.

    Each is verified first; damaged ones are refused by name. Of two with one key the better one is kept, and equal ones are not touched.
    """
    said = {"new": "added", "better": "replaced", "equal": "already there", "worse": "skipped, the existing one is better"}
    merged = manage_records.merge_records(path, sources)
    arrived = (documents.ArrivalEntry(str(source), str(place), arrival.value) for source, place, arrival in merged.arrivals)
    console.data(documents.RecordsMergeDocument(tuple(arrived), len(merged.refused)))
    for source, place, arrival in merged.arrivals:
        console.result(f"{said[arrival.value]}: {place} (from {source})")
    changed = sum(arrival.value in ("new", "better") for _, _, arrival in merged.arrivals)
    console.result(f"{changed} record{'' if changed == 1 else 's'} changed, {len(merged.refused)} refused")
    if merged.refused:
        console.problems(merged.refused)
        raise SystemExit(1)


@command.command("sign", short_help="Sign the records under records/.")
@click.argument("names", metavar="[EPISODE|RECORD]...", nargs=-1, shell_complete=episode_names)
@lesson_option
@click.option("--key", default="", help="File of an SSH key; by default that in LESSON_SIGNING_KEY.")
@click.option("--keyless", is_flag=True, help="Sign in a workflow, with its identity (Sigstore).")
@json_option(documents.RecordsSignDocument)
@guarded
def sign_records(console: Console, names: tuple[str, ...], path: Path, key: str, keyless: bool) -> None:
    """Sign the committed records of the named episodes, or of all, with an SSH key; each signature is a file beside its record.

    A file of a record may stand for an episode. In a workflow --keyless attests them instead, with the workflow's own identity.
    """
    from site_builder.operations import sign_records

    signed = sign_records.sign_records(path, names, key, keyless=keyless)
    console.data(documents.RecordsSignDocument(tuple(str(stored.path) for stored in signed)))
    for stored in signed:
        console.result(f"signed {stored.path}")
    console.result(f"{len(signed)} record{'' if len(signed) == 1 else 's'} signed")


@command.command("verify", short_help="Say who signed the records under records/.")
@click.argument("names", metavar="[EPISODE]...", nargs=-1, shell_complete=episode_names)
@lesson_option
@click.option(
    "--signers", multiple=True, metavar="FILE|ADDRESS", help="Who may sign, if not those of the settings: keys, or a workflow's address."
)
@json_option(documents.RecordsVerifyDocument)
@guarded
def verify_records(console: Console, names: tuple[str, ...], path: Path, signers: tuple[str, ...]) -> None:
    """Say who signed the committed records of the named episodes, or of all. The exit code is 1 if one is signed by nobody who may."""
    from site_builder.operations import sign_records

    checked, damaged = sign_records.check_signatures(path, names, signers)
    rows = tuple(documents.SignatureEntry(str(each.stored.path), each.checked.signer, each.checked.fault) for each in checked)
    console.data(documents.RecordsVerifyDocument(rows, tuple(str(problem.location.path) for problem in damaged)))
    for row in rows:
        console.result(f"{row.path}: {row.fault or f'signed by {row.signer}'}")
    console.problems(damaged)
    if damaged or any(row.fault for row in rows):
        raise SystemExit(1)


@command.command("prune", short_help="Delete records that no page can show any more.")
@lesson_argument
@environments_option
@click.option("--committed", is_flag=True, help="Include those under records/.")
@click.option("--dry-run", is_flag=True, help="Only list what would be removed.")
@json_option(documents.RecordsPruneDocument)
@guarded
def prune_records(console: Console, path: Path, environments: str, committed: bool, dry_run: bool) -> None:
    """Delete records that no episode can show any more: damaged, or made from other code or inputs."""
    unused = manage_records.prune_records(path, Options(environments), committed=committed, dry_run=dry_run)
    console.data(
        documents.RecordsPruneDocument(dry_run, tuple(documents.UnusedRecordEntry(str(item.path), item.reason) for item in unused))
    )
    for item in unused:
        console.result(f"{'would remove' if dry_run else 'removed'} {item.path}: {item.reason}")
    console.result(f"{len(unused)} record{'' if len(unused) == 1 else 's'} {'would be removed' if dry_run else 'removed'}")


@command.command("diff", short_help="Compare two records cell by cell.")
@click.argument("names", metavar="EPISODE | FIRST SECOND", nargs=-1, required=True, shell_complete=episode_names)
@lesson_option
@environments_option
@json_option(documents.RecordsDiffDocument)
@guarded
def diff_records(console: Console, names: tuple[str, ...], path: Path, environments: str) -> None:
    """Compare two records exactly, cell by cell: the committed and the local one of an EPISODE, or any two by name."""
    from site_builder.verification.report import change_lines, records_differ

    if len(names) > 2:
        raise click.UsageError("give an episode, or two records")
    first, second = find_record.find_pair(path, names, Options(environments))
    difference = records_differ(first, second)
    cells = (documents.CellChangeEntry(each.cell, each.note, tuple(each.code), tuple(each.outputs)) for each in difference.changes)
    console.data(documents.RecordsDiffDocument(
        str(difference.first.path), str(difference.second.path), difference.packages, difference.machines, tuple(cells)
    ))  # fmt: skip
    for line in change_lines(difference):
        console.result(line)
