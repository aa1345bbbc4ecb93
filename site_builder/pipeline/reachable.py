"""A build with Pixi and without a network: where packages are missing, pages show the records there are, as on a machine without Pixi."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath

from site_builder.environments.providers.unreachable import PartlyUnreachable
from site_builder.errors import EnvironmentUnavailable, Unreachable
from site_builder.pipeline.execute import episodes_to_run
from site_builder.pipeline.plan import PlannedLesson, replanned
from site_builder.problems import Location, Problem, Report, Severity

CODE = "LS034"
"""The code of the warning that an environment cannot be installed for want of a network."""


def with_what_is_reachable(planned: PlannedLesson, only: Iterable[str] = ()) -> PlannedLesson:
    """Return the lesson planned without the environments that cannot be installed here today; each of them is a warning.

    Only Pixi installs while a lesson is built. Other failures are left to what runs the episodes.
    """
    if planned.provider.name != "pixi":
        return planned
    lost: dict[str, Unreachable] = {}
    wanted = {episode.request.environment for episode in episodes_to_run(planned, only) if episode.request}
    for name in sorted(wanted):
        try:
            planned.provider.activate(name)
        except Unreachable as error:
            lost[name] = error
        except EnvironmentUnavailable:
            continue
    if not lost:
        return planned
    place = Location(planned.lesson.manifest or PurePosixPath("pixi.toml"))
    warnings = [
        Problem(CODE, f"environment `{name}` is not installed, and cannot be now: {error.message}", place, error.hint, Severity.WARNING)
        for name, error in lost.items()
    ]
    known = replace(planned, provider=PartlyUnreachable(planned.provider, lost), read=planned.read + Report(tuple(warnings)))
    return replanned(known)
