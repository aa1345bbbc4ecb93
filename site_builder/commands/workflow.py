"""``lesson workflow``."""

from __future__ import annotations

import click

import site_builder
from site_builder.commands.console import Console
from site_builder.commands.documents.authoring import WorkflowDocument
from site_builder.commands.options import guarded
from site_builder.commands.shared import json_option
from site_builder.release.facts import this_release
from site_builder.release.workflow import workflow


@click.command("workflow")
@json_option(WorkflowDocument)
@guarded
def command(console: Console) -> None:
    """Print a GitHub workflow that builds, checks and publishes a lesson with this version of the builder.

    Save it in the lesson: `lesson workflow > .github/workflows/lesson.yml`.
    """
    text = workflow(this_release(), site_builder.__version__)
    console.data(WorkflowDocument(".github/workflows/lesson.yml", text))
    console.result(text.rstrip("\n"))
