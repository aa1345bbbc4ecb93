"""What this machine's own Python and R lack for the cells of a lesson: said once, with how to get it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from site_builder.environments import r
from site_builder.environments.base import Machine, PackageSet
from site_builder.episode import Episode, Lacking
from site_builder.lesson.renv import RenvLock, read_renv
from site_builder.markdown.tree import Cell, Expression
from site_builder.plan.attached import attached_packages
from site_builder.plan.imports import imported_modules
from site_builder.plan.model import Request
from site_builder.problems import Location, Problem, Severity

ELSEWHERE = "or, with a pixi.lock, install Pixi or run `lesson environment install`; or merge a record made elsewhere"


def lacking(
    machine: Machine, cells: Sequence[Cell | Expression], there: PackageSet, shipped: Sequence[str], needed: Sequence[str] = ()
) -> Lacking:
    """Return what the interpreters of a machine lack for cells; R has to have the ``needed`` packages too.

    A module that the lesson contains (``shipped``, by path) does not count, declared as an input or not: the failing cell reports it.
    """
    packages = dict.fromkeys((*needed, *attached_packages(cells)))
    return Lacking(machine.lacking_modules(imported_modules(cells, shipped)), machine.lacking_r_packages(packages, there, locked=False))


def advice(episodes: Sequence[Episode]) -> Problem | None:
    """Return one warning for all episodes that do not run for lack of modules or packages, None where there are none."""
    poor = [episode for episode in episodes if episode.lacks]
    if not poor:
        return None
    whole = Lacking(
        tuple(dict.fromkeys(name for episode in poor for name in episode.lacks.modules)),
        tuple(dict.fromkeys(name for episode in poor for name in episode.lacks.packages)),
    )
    first, others = poor[0], len(poor) - 1
    more = f", nor those of {others} more episode{'s' if others > 1 else ''}" if others else ""
    said = whole.words
    return Problem(
        "LS027", f"the cells do not run{more}: {said[0].lower()}{said[1:-1]}", first.place("environment"), hint_for(whole), Severity.WARNING
    )


def lacking_of_renv(root: Path, episodes: Sequence[Episode], machine: Machine) -> Problem | None:
    """Return one warning for the packages of a lesson's renv.lock that its R episodes do not find here, None where there are none.

    Those that `advice` names are left out.
    """
    asked = [episode for episode in episodes if episode.request and episode.uses_r]
    lock = read_renv(root) if asked else None
    if lock is None:
        return None
    if lock.fault:
        message = f"the lock file of renv cannot be used: {lock.fault}"
        return Problem("LS028", message, Location(lock.path, 1), "restore it from Git", Severity.WARNING)
    said = {name for episode in asked for name in episode.lacks.packages}
    lost = missing_of_renv(lock, [episode.request for episode in asked if episode.request], machine)
    found = [name for name in lost if name not in said]
    if not found:
        return None
    message = f"{len(found)} of {len(lock.sources)} packages are not there: {', '.join(found)}"
    place = Location(lock.path, min(lock.lines[name] for name in found))
    return Problem("LS028", message, place, f"install them: {r.installing(found, lock.sources, str(lock.path))}", Severity.WARNING)


def missing_of_renv(lock: RenvLock, requests: Sequence[Request], machine: Machine) -> tuple[str, ...]:
    """Return the packages of a lock file of renv that one of these episodes does not find, in its order."""
    lost = {
        name for request in requests for name in machine.lacking_r_packages(lock.sources, request.packages, locked=request.locked)
    }  # fmt: skip
    return tuple(name for name in lock.sources if name in lost)


def hint_for(found: Lacking) -> str:
    """Say how to get what is lacking."""
    ways = [f"install them here (`{sys.executable} -m pip install ...`)"] if found.modules else []
    ways += [f"install R packages: {r.installing(found.packages)}"] if found.packages else []
    return f"{'; '.join(ways)}; {ELSEWHERE}"
