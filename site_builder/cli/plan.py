"""``lesson plan``."""

from __future__ import annotations

from pathlib import Path

import click

from site_builder.cli.console import Console
from site_builder.cli.main import environments_option, guarded, lesson_argument
from site_builder.environments.capabilities import describe
from site_builder.pipeline import opening
from site_builder.pipeline.model import Options
from site_builder.plan.model import Step
from site_builder.problems import Report, Severity


@click.command("plan")
@lesson_argument
@environments_option
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@guarded
def command(console: Console, path: Path, environments: str, as_json: bool) -> None:
    """Say for each episode with cells of the lesson in PATH whether it would run, and why; run nothing."""
    opened = opening.open_lesson(path, Options(environments))
    if as_json:
        console.data({"steps": [
            {"episode": step.wanted.slug, "action": step.action.value, "reason": step.reason, "environment": step.wanted.environment,
             "seconds": step.record.provenance.seconds if step.record else None, "missing": _missing(opened, step)}
            for step in opened.plan.steps
        ]})  # fmt: skip
    else:
        console.problems(problem for problem in opened.report.problems if problem.severity is Severity.WARNING)
        for step in opened.plan.steps:
            console.result(f"{step.action.value:<7} {step.wanted.slug:<32} {step.wanted.environment:<12} {step.reason}")
            for cell, names in _missing(opened, step).items() if not step.wanted.obstacle else ():
                recorded = "; recorded elsewhere" if step.record and cell in step.record.ran else ""
                console.result(f"        cell {cell}: not here, it needs {describe(names)}{recorded}")
        if not opened.plan.steps and not opened.report.errors:
            console.result("no episode has cells to run")
    opening.refuse_errors(Report(opened.report.errors))


def _missing(opened: opening.Opened, step: Step) -> dict[str, list[str]]:
    """What each cell of an episode lacks on this machine; cells that lack nothing are left out."""
    return {cell: list(names) for cell, names in opened.prepared.missing.get(step.wanted.slug, {}).items()}
