"""A build without a network: where packages or data are missing, pages show the records there are, as on a machine that lacks these."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath

from site_builder.environments.providers.unreachable import PartlyUnreachable
from site_builder.errors import EnvironmentUnavailable, Unreachable
from site_builder.pipeline.data import data_for, fetch
from site_builder.pipeline.execute import episodes_to_run
from site_builder.pipeline.model import OnProgress
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


def with_what_is_fetched(planned: PlannedLesson, tell: OnProgress = lambda line: None) -> PlannedLesson:
    """Fetch the data from elsewhere that the episodes need which must run, and return the lesson planned without those that lack some.

    Each file that cannot be fetched is a warning.

    Raises:
        MachineError: the folder of fetched data cannot be written.
    """
    known: set[str] = set()
    while True:
        waiting = {episode.slug: data_for(episode) for episode in episodes_to_run(planned, ()) if episode.slug not in known}
        wanted = tuple(dict.fromkeys(file for found in waiting.values() for file in found))
        faults = fetch(planned.lesson, wanted, tell) if wanted else {}
        if not faults:
            return planned
        known |= waiting.keys()
        lost = {slug: [file.target for file in found if file in faults] for slug, found in waiting.items()}
        words = {slug: f"It needs data that could not be fetched: {', '.join(names)}." for slug, names in lost.items() if names}
        episodes = tuple(replace(episode, unfetched=words.get(episode.slug, episode.unfetched)) for episode in planned.episodes)
        warnings = tuple(replace(problem, severity=Severity.WARNING) for problem in faults.values())
        planned = replanned(replace(planned, episodes=episodes, read=planned.read + Report(warnings)))
