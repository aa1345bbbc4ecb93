"""Episodes that are taught at the same time to different learners, as the settings say: which of them can be, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from site_builder.problems import Location, Problem, did_you_mean
from site_builder.settings.lesson import Settings


def side_by_side(settings: Settings, slugs: Sequence[str]) -> Mapping[str, str]:
    """Return each alternative with the first of the episodes that it is taught beside, by slug; what cannot be is left out.

    ``slugs`` are the lesson's episodes in order. An alternative follows the episode that it is taught beside, or another alternative of it.
    """
    found: dict[str, str] = {}
    for before, slug in pairwise(slugs):
        beside = settings.workshop.alternatives.get(slug, "")
        first = found.get(before, before)
        if beside in (before, first):
            found[slug] = first
    return found


def misplaced_alternatives(settings: Settings, slugs: Sequence[str]) -> Iterator[Problem]:
    """Yield a problem (``LS026``) for each alternative that `side_by_side` leaves out, and for each day that would begin with one."""
    place, found = settings.place("workshop"), side_by_side(settings, slugs)
    for slug, beside in settings.workshop.alternatives.items():
        if slug not in found:
            yield _misplaced(slug, beside, slugs, place)
    for number, day in enumerate(settings.workshop.days, 1):
        if day.first in found:
            message = f"day {number} of the workshop begins with `{day.first}`, which is taught at the same time as `{found[day.first]}`"
            yield Problem("LS026", message, place, f"write `{found[day.first]}`")


def _misplaced(slug: str, beside: str, slugs: Sequence[str], place: Location) -> Problem:
    for name in (slug, beside):
        if name not in slugs:
            hint = did_you_mean(name, slugs) or f"known: {', '.join(slugs)}"
            return Problem("LS026", f"`alternatives` of the workshop name `{name}`, which is not an episode", place, hint)
    if slug == beside:
        message = f"`{slug}` cannot be taught at the same time as itself"
        return Problem("LS026", message, place, f"name two episodes: `{slug}`, and the one before it")
    message = f"`{slug}` cannot be taught at the same time as `{beside}`, which is not the episode before it"
    return Problem("LS026", message, place, f"list `{slug}` right after `{beside}` in the order of the episodes")
