"""Keep passwords and tokens out of records, pages and what commands print: outputs are searched before they are saved or shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from site_builder import withheld
from site_builder.check.secrets import redacted, redacted_output, secret_values, secrets_of_record
from site_builder.execute.base import Event, Failure, Finished
from site_builder.kept_results import NOTHING_KEPT, KeptResults
from site_builder.pipeline.plan import PlannedLesson
from site_builder.plan.model import Request
from site_builder.problems import Problem, Report
from site_builder.records.model import CellRecord, EpisodeRecord


def secrets_in(record: EpisodeRecord, request: Request, kept: KeptResults = NOTHING_KEPT) -> tuple[Problem, ...]:
    """Return an error for each secret in a record, at the line of its cell in the episode; none of them contains the secret itself.

    ``kept`` has what was found in equal texts.

    Raises:
        MachineError: the library that knows the shapes of secrets is not installed.
    """
    lines = {cell.identifier: cell.line for cell in request.cells}
    return secrets_of_record(record, request.path, lines, secret_values(withheld.variables()), kept)


def without_secrets(event: Event, *, outputs: bool = False) -> Event:
    """Return an event of a run whose failures and warnings may be shown, and with ``outputs`` everything that its cells gave.

    Outputs that are to be saved stay as they are: a secret in them stops the command (`secrets_in`).

    Raises:
        MachineError: the library that knows the shapes of secrets is not installed.
    """
    if not isinstance(event, Finished):
        return event
    result, values = event.result, secret_values(withheld.variables())
    failure = result.failure and _without(result.failure, values)
    further = tuple(_without(each, values) for each in result.further)
    cells = tuple(_cell_without(cell, values) for cell in result.cells) if outputs else result.cells
    warned = tuple(redacted(words, values) for words in result.warned)
    return Finished(replace(result, failure=failure, further=further, cells=cells, warned=warned))


def _without(failure: Failure, values: Mapping[str, str]) -> Failure:
    return replace(failure, message=redacted(failure.message, values), detail=redacted(failure.detail, values))


def _cell_without(cell: CellRecord, values: Mapping[str, str]) -> CellRecord:
    markdown = None if cell.markdown is None else redacted(cell.markdown, values)
    return replace(cell, outputs=tuple(redacted_output(output, values) for output in cell.outputs), markdown=markdown)


def record_without_secrets(record: EpisodeRecord) -> EpisodeRecord:
    """Return a record whose outputs may be shown.

    Raises:
        MachineError: the library that knows the shapes of secrets is not installed.
    """
    values = secret_values(withheld.variables())
    return replace(record, cells=tuple(_cell_without(cell, values) for cell in record.cells))


def secrets_shown(planned: PlannedLesson, kept: KeptResults = NOTHING_KEPT) -> Report:
    """Return the errors for all records that the pages of a lesson would show; ``kept`` has what was found in equal texts.

    Raises:
        MachineError: the library that knows the shapes of secrets is not installed.
    """
    found = (secrets_in(episode.record, episode.request, kept) for episode in planned.episodes if episode.record and episode.request)
    return Report(tuple(problem for problems in found for problem in problems))
