"""What this machine's own Python and R lack for the cells of a lesson: said once, with how to get it."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from site_builder.environments import r
from site_builder.environments.base import Machine, PackageSet
from site_builder.episode import Episode, Lacking
from site_builder.markdown.tree import Cell, Expression
from site_builder.plan.imports import attached_packages, imported_modules
from site_builder.problems import Problem, Severity

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


def hint_for(found: Lacking) -> str:
    """Say how to get what is lacking."""
    ways = [f"install them here (`{sys.executable} -m pip install ...`)"] if found.modules else []
    ways += [f"install R packages: {r.installing(found.packages)}"] if found.packages else []
    return f"{'; '.join(ways)}; {ELSEWHERE}"
