"""Keep passwords and tokens out of records and pages: what a cell gave is looked through before it is saved or shown."""

from __future__ import annotations

import os

from site_builder.check.secrets import secret_values, secrets_of_record
from site_builder.pipeline.opening import Opened
from site_builder.plan.model import Wanted
from site_builder.problems import Problem, Report
from site_builder.records.model import EpisodeRecord


def secrets_in(record: EpisodeRecord, wanted: Wanted) -> tuple[Problem, ...]:
    """Return an error for each secret in a record, at the line of its cell in the episode; none of them holds the secret itself."""
    lines = {cell.identifier: cell.line for cell in wanted.cells}
    return secrets_of_record(record, wanted.path, lines, secret_values(os.environ))


def secrets_shown(opened: Opened) -> Report:
    """Return the errors for all records that the pages of a lesson would show."""
    found = (secrets_in(step.record, step.wanted) for step in opened.plan.steps if step.record)
    return Report(tuple(problem for problems in found for problem in problems))
