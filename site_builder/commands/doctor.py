"""``lesson doctor``."""

from __future__ import annotations

from pathlib import Path

import click

from site_builder.commands.console import Console
from site_builder.commands.documents.environments import DoctorDocument, FindingEntry
from site_builder.commands.options import guarded
from site_builder.commands.shared import json_option, lesson_argument
from site_builder.environments.diagnosis import State
from site_builder.errors import MachineError
from site_builder.operations import doctor


@click.command("doctor")
@lesson_argument
@json_option(DoctorDocument)
@guarded
def command(console: Console, path: Path) -> None:
    """Check whether this machine can build the lesson, with a hint for each problem; change nothing.

    "absent" is fine: the build does without it. Exit status 3 if anything prevents a build.
    """
    findings = doctor.examine(path)
    rows = tuple(FindingEntry(item.name, item.state.value, item.message, item.hint) for item in findings)
    console.data(DoctorDocument(doctor.usable(findings), rows))
    width = max(len(item.name) for item in findings)
    for item in findings:
        console.result(f"{item.state.value:<8} {item.name:<{width}}  {item.message}")
        if item.hint and item.state is not State.OK:
            console.result(f"{'':<8} {'':<{width}}  -> {item.hint}")
    if not doctor.usable(findings):
        raise SystemExit(MachineError.exit_code)
