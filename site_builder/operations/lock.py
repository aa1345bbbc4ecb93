"""Whether the lock of a lesson that is about to run fits its manifest."""

from __future__ import annotations

from site_builder.environments.providers.host import HostProvider
from site_builder.environments.workspace.freshness import objection
from site_builder.errors import EnvironmentUnavailable, Unreachable
from site_builder.pipeline.plan import PlannedLesson
from site_builder.problems import Location, Problem, Report, Severity


def stale_lock(planned: PlannedLesson) -> Report:
    """Return a warning if the lock does not fit the manifest, or one of them cannot be read; nothing where no episode has cells for it.

    Where only this machine's own packages will be used, neither matters.
    """
    lesson = planned.lesson
    if not planned.plan.steps or isinstance(planned.provider, HostProvider) or lesson.lock is None:
        return Report(())
    try:
        found = objection(lesson.manifest_file, lesson.lock_file, str(lesson.manifest))
    except EnvironmentUnavailable as error:
        found = error
    if found is None or isinstance(found, Unreachable):  # Pixi may need a network to compare them
        return Report(())
    place = found.problems[0].location if found.problems else Location(lesson.lock)
    return Report((Problem("LS033", found.message, place, found.hint, Severity.WARNING),))
