"""``lesson check``."""

from __future__ import annotations

from pathlib import Path

import click

from site_builder.commands.console import Console, as_data
from site_builder.commands.options import environments_option, guarded, lesson_argument, locked_option
from site_builder.operations import check
from site_builder.pipeline.model import Options


@click.command("check")
@lesson_argument
@environments_option
@locked_option
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@click.option("--external", is_flag=True, help="Ask other hosts for what the lesson links to there; good answers hold for a week.")
@click.option("--accepted", is_flag=True, help="List what the lesson accepts instead, with the reasons.")
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
@guarded
def command(
    console: Console, path: Path, environments: str, locked: bool, strict: bool, external: bool, accepted: bool, as_json: bool
) -> None:
    """Report every problem of the lesson in PATH with its place and a hint; run and build nothing."""
    found = check.check(path, Options(environments, locked=locked), console.tell, external=external)
    if accepted:
        _accepted(console, found, as_json=as_json)
        return
    report = found.report
    if as_json:
        console.data({"problems": [as_data(problem) for problem in report.problems]})
    else:
        console.problems(report.problems)
        if found.note:
            console.tell(f"note: {found.note}")
        hidden = sum(len(problems) for _, problems in found.accepted)
        more = f" ({hidden} accepted: --accepted lists them)" if hidden else ""
        console.result(f"{_count(len(report.errors), 'error')}, {_count(len(report.problems) - len(report.errors), 'warning')}{more}")
    if report.failed(strict=strict):
        raise SystemExit(1)


def _accepted(console: Console, found: check.Checked, *, as_json: bool) -> None:
    """List each acceptance with its place and reason, and below it the problems that it covers."""
    if as_json:
        rows = [
            {"code": item.code, "reason": item.reason, "path": str(item.place.path), "line": item.place.line,
             "problems": [as_data(problem) for problem in problems]}
            for item, problems in found.accepted
        ]  # fmt: skip
        console.data({"accepted": rows})
        return
    for item, problems in found.accepted:
        covered = "" if problems else " (covers nothing: remove it)"
        console.result(f"{item.code} {item.place} {item.reason}{covered}")
        for problem in problems:
            console.result(f"  {problem}")
    console.result(f"{_count(sum(len(problems) for _, problems in found.accepted), 'warning')} accepted")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
