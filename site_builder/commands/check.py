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
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
@guarded
def command(console: Console, path: Path, environments: str, locked: bool, strict: bool, as_json: bool) -> None:
    """Report every problem of the lesson in PATH with its place and a hint; run and build nothing."""
    report = check.check(path, Options(environments, locked=locked))
    if as_json:
        console.data({"problems": [as_data(problem) for problem in report.problems]})
    else:
        console.problems(report.problems)
        errors, warnings = len(report.errors), len(report.problems) - len(report.errors)
        console.result(f"{errors} error{'' if errors == 1 else 's'}, {warnings} warning{'' if warnings == 1 else 's'}")
    if report.failed(strict=strict):
        raise SystemExit(1)
