"""``lesson records``."""

from __future__ import annotations

from pathlib import Path

import click

from site_builder.cli.console import Console
from site_builder.cli.main import guarded, lesson_argument
from site_builder.pipeline import keeping


@click.group("records")
def command() -> None:
    """Look at the records of executed episodes."""


@command.command("ls")
@lesson_argument
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@guarded
def list_records(console: Console, path: Path, as_json: bool) -> None:
    """List every verified record of the lesson in PATH."""
    stored, problems = keeping.records(path)
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


@command.command("save")
@lesson_argument
@guarded
def save_records(console: Console, path: Path) -> None:
    """Put the records that the lesson in PATH shows under records/, to be committed; older ones of the same episode go."""
    saved = keeping.save_records(path)
    for name in saved:
        console.result(f"saved {name}")
    console.result(f"{len(saved)} record{'' if len(saved) == 1 else 's'} changed")
