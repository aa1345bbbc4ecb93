"""What ``lesson run``, ``plan`` and ``check`` answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from site_builder.commands.documents.outcome import ProblemEntry
from site_builder.commands.documents.values import Says


@dataclass(frozen=True, slots=True)
class RunDocument:
    """What `lesson run` did."""

    episodes: Annotated[tuple[str, ...], Says("The episodes that ran, by name.")]
    done_before: Annotated[tuple[str, ...], Says("With `--records`: episodes of which the folder has the record already.")]


@dataclass(frozen=True, slots=True)
class StepEntry:
    """What happens with one episode."""

    episode: Annotated[str, Says("Its name.")]
    action: Annotated[str, Says("What a build does with it.", values="site_builder.plan.model:Action")]
    reason: Annotated[str, Says("Why.")]
    environment: Annotated[str, Says("The environment that it runs in.")]
    seconds: Annotated[float | None, Says("How long it took when its record was made; null without a record.")]
    missing: Annotated[dict[str, tuple[str, ...]], Says("What cells lack on this machine, by cell.")]


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """What `lesson plan` found: a step for each episode with cells."""

    steps: Annotated[tuple[StepEntry, ...], Says("The steps, in the order of the lesson.")]


@dataclass(frozen=True, slots=True)
class AcceptedEntry:
    """Something that the lesson accepts, with the reason it gives."""

    code: Annotated[str, Says("The code of the problems.")]
    reason: Annotated[str, Says("Why the lesson accepts them.")]
    path: Annotated[str, Says("The file that says so.")]
    line: Annotated[int, Says("Its line.")]
    problems: Annotated[tuple[ProblemEntry, ...], Says("The problems; none if there are no such problems any more.")]


@dataclass(frozen=True, slots=True)
class CheckDocument:
    """What `lesson check` found besides the problems; with `--accepted` it lists no problems."""

    accepted: Annotated[tuple[AcceptedEntry, ...], Says("What the lesson accepts.")]
    note: Annotated[str, Says("What else is worth saying; may be empty.")]
