"""Keep passwords and tokens out of records and pages: outputs are searched before they are saved or shown."""

from __future__ import annotations

from site_builder import withheld
from site_builder.check.secrets import secret_values, secrets_of_record
from site_builder.kept_results import NOTHING_KEPT, KeptResults
from site_builder.pipeline.plan import PlannedLesson
from site_builder.plan.model import Request
from site_builder.problems import Problem, Report
from site_builder.records.model import EpisodeRecord


def secrets_in(record: EpisodeRecord, request: Request, kept: KeptResults = NOTHING_KEPT) -> tuple[Problem, ...]:
    """Return an error for each secret in a record, at the line of its cell in the episode; none of them contains the secret itself.

    ``kept`` has what was found in equal texts.

    Raises:
        MachineError: the library that knows the shapes of secrets is not installed.
    """
    lines = {cell.identifier: cell.line for cell in request.cells}
    return secrets_of_record(record, request.path, lines, secret_values(withheld.variables()), kept)


def secrets_shown(planned: PlannedLesson, kept: KeptResults = NOTHING_KEPT) -> Report:
    """Return the errors for all records that the pages of a lesson would show; ``kept`` has what was found in equal texts.

    Raises:
        MachineError: the library that knows the shapes of secrets is not installed.
    """
    found = (secrets_in(episode.record, episode.request, kept) for episode in planned.episodes if episode.record and episode.request)
    return Report(tuple(problem for problems in found for problem in problems))
