"""``lesson plan``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from site_builder.commands.console import Console
from site_builder.commands.documents.episodes import PlanDocument, StepEntry
from site_builder.commands.options import guarded, planning_options, shared_records_option
from site_builder.commands.shared import json_option, lesson_argument
from site_builder.environments.capabilities import describe
from site_builder.episode import Episode
from site_builder.operations.lock import stale_lock
from site_builder.pipeline import plan
from site_builder.pipeline.model import Options
from site_builder.pipeline.shared_records import with_shared_records
from site_builder.problems import Report, Severity


@click.command("plan")
@lesson_argument
@planning_options
@shared_records_option
@json_option(PlanDocument)
@guarded
def command(console: Console, path: Path, options: Options) -> None:
    """Show for each episode with cells whether it would run, and why; run nothing."""
    planned = with_shared_records(plan.open_lesson(path, options), options, console.tell)
    planned = replace(planned, report=planned.report + stale_lock(planned))
    steps = [(episode, episode.step) for episode in planned.episodes if episode.step]
    console.data(PlanDocument(tuple(
        StepEntry(
            episode.slug, step.action.value, step.reason, step.request.environment,
            step.record.provenance.seconds if step.record else None, _missing(episode),
        )
        for episode, step in steps
    )))  # fmt: skip
    console.problems(problem for problem in planned.shown(planned.report).problems if problem.severity is Severity.WARNING)
    for episode, step in steps:
        console.result(f"{step.action.value:<7} {episode.slug:<32} {step.request.environment:<12} {step.reason}")
        for cell, names in _missing(episode).items() if not step.request.obstacle else ():
            recorded = "; recorded elsewhere" if step.record and cell in step.record.ran else ""
            console.result(f"        cell {cell}: cannot run here, needs {describe(names)}{recorded}")
    if not steps and not planned.report.errors:
        console.result("no episode has cells to run")
    plan.refuse_errors(Report(planned.report.errors))


def _missing(episode: Episode) -> dict[str, tuple[str, ...]]:
    """What each cell of an episode lacks on this machine; cells that lack nothing are omitted."""
    return {cell: tuple(names) for cell, names in episode.missing.items()}
