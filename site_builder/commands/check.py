"""``lesson check``."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import click

from site_builder.commands.console import Console
from site_builder.commands.documents.episodes import AcceptedEntry, CheckDocument
from site_builder.commands.documents.outcome import entry_of
from site_builder.commands.options import environments_option, guarded, locked_option
from site_builder.commands.shared import Choice, console_of, json_option, lesson_argument
from site_builder.operations import check
from site_builder.pipeline.model import Options

if TYPE_CHECKING:
    from site_builder.commands.documents.outcome import CommandOutcome

FORMATS = ("text", "github", "json", "sarif")


def _choose(context: click.Context, parameter: click.Parameter, value: str | None) -> None:
    console = console_of(context)
    if value is not None and console.writer and value != "json":
        raise click.UsageError(f"--json and --format {value} exclude each other", context)
    if value == "json":
        from site_builder.commands.documents.outcome import as_json

        console.writer = as_json
    elif value == "sarif":
        console.writer = lambda outcome: _sarif(outcome, _base(console))
    elif value == "github":
        console.writer = lambda outcome: _annotations(outcome, _base(console))


@click.command("check")
@lesson_argument
@environments_option
@locked_option
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@click.option("--external", is_flag=True, help="Ask other hosts for what the lesson links to there; good answers hold for a week.")
@click.option("--accepted", is_flag=True, help="List what the lesson accepts instead, with the reasons.")
@click.option("--format", type=Choice(FORMATS), expose_value=False, callback=_choose,
              help="text (the default); github: annotations; json: as --json; sarif: for code scanning (SARIF 2.1.0).")  # fmt: skip
@json_option(CheckDocument)
@guarded
def command(console: Console, path: Path, environments: str, locked: bool, strict: bool, external: bool, accepted: bool) -> None:
    """Report every problem of the lesson with its place and a hint; run and build nothing."""
    found = check.check(path, Options(environments, locked=locked), console.tell, external=external)
    rows = (
        AcceptedEntry(item.code, item.reason, str(item.place.path), item.place.line, tuple(map(entry_of, problems)))
        for item, problems in found.accepted
    )
    console.data(CheckDocument(tuple(rows), found.note))
    if accepted:
        _accepted(console, found)
        return
    report = found.report
    console.problems(report.problems)
    if found.note:
        console.tell(f"note: {found.note}")
    hidden = sum(len(problems) for _, problems in found.accepted)
    more = f" ({hidden} accepted: --accepted lists them)" if hidden else ""
    console.result(f"{_count(len(report.errors), 'error')}, {_count(len(report.problems) - len(report.errors), 'warning')}{more}")
    if report.failed(strict=strict):
        raise SystemExit(1)


def _base(console: Console) -> PurePosixPath:
    from site_builder.commands.annotations import base_of

    return base_of(console.lesson or Path())


def _annotations(outcome: CommandOutcome, base: PurePosixPath) -> str:
    from site_builder.commands import annotations

    return "\n".join(annotations.lines(outcome, base))


def _sarif(outcome: CommandOutcome, base: PurePosixPath) -> str:
    from site_builder.commands import sarif
    from site_builder.release.facts import this_release

    return sarif.text(outcome, base, this_release())


def _accepted(console: Console, found: check.Checked) -> None:
    """List each acceptance with its place and reason, and below it the problems that it covers."""
    for item, problems in found.accepted:
        covered = "" if problems else " (covers nothing: remove it)"
        console.result(f"{item.code} {item.place} {item.reason}{covered}")
        for problem in problems:
            console.result(f"  {problem}")
    console.result(f"{_count(sum(len(problems) for _, problems in found.accepted), 'warning')} accepted")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
