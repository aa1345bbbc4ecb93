"""Make a lesson's site; the only module that knows all stages in their order.

source to model -> text to blocks -> plan -> environments and execute -> records -> weave -> stage -> render -> check -> publish
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from site_builder.changes.dependencies import dependencies_of
from site_builder.environments.capabilities import PROBES, available
from site_builder.markdown.tree import Cell
from site_builder.outputs.charts import UNDRAWN
from site_builder.pipeline.data import CODE as UNFETCHED
from site_builder.pipeline.engine import EngineFor
from site_builder.pipeline.execute import run_planned
from site_builder.pipeline.model import Built, OnProgress, Options
from site_builder.pipeline.plan import PlannedLesson, open_lesson, refuse_errors
from site_builder.pipeline.reachable import CODE as UNREACHABLE
from site_builder.pipeline.reachable import with_what_is_fetched, with_what_is_reachable
from site_builder.pipeline.render import identity, render_and_publish
from site_builder.pipeline.secrets import secrets_shown
from site_builder.pipeline.shared_records import is_incomplete, share_records, with_shared_records
from site_builder.pipeline.tally import tally
from site_builder.pipeline.unchanged import BROWSER, NETWORK
from site_builder.plan.model import Action, Plan
from site_builder.problems import Location, Problem, Report
from site_builder.publish.foreign import Kept
from site_builder.publish.targets import check_site
from site_builder.records.model import EpisodeRecord
from site_builder.weave.filter.diagrams import NOT_DRAWN

if TYPE_CHECKING:
    from site_builder.pipeline.pages_ahead import PagesAhead


@dataclass(frozen=True, slots=True)
class Assembled:
    """A built site; what had to get another name in it; this machine's answers to the lesson's requirements; paths that it depends on."""

    built: Built
    kept: tuple[Kept, ...]
    requirements: dict[str, bool]
    further: tuple[str, ...]


def assemble(root: Path, site: Path, options: Options, engine_for: EngineFor, tell: OnProgress) -> Assembled:
    """Read, plan, run what must run, weave, render, check, publish.

    The site that is there stays untouched until the new one is whole.

    Raises:
        SiteBuilderError: each with its exit code; see `site_builder.errors`.
    """
    planned = open_lesson(root, options)
    refuse_errors(planned.shown(planned.report))
    engine = engine_for(planned.lesson.settings)
    check_site(site, root, identity(planned.lesson))
    planned = with_what_is_fetched(with_what_is_reachable(planned), tell)
    planned = with_shared_records(planned, options, tell)
    ran, planned = run_planned(planned, options, tell, saved=_pages_ahead(planned, options))
    refuse_errors(secrets_shown(planned, options.kept))
    if options.strict:
        refuse_errors(Report(tuple(_unproven(planned.plan))))
    built, kept = render_and_publish(planned, site, options, engine, tell)
    share_records(planned, options, tell)
    further = dependencies_of(planned.lesson, planned.episodes).paths
    built = replace(built, ran=len(ran), tally=tally(planned.episodes, planned.lesson, options.environments))
    return Assembled(
        built, kept, _requirements(planned) | _of_diagrams(built.report) | _of_network(built.report) | _of_shared(planned, options), further
    )


def _pages_ahead(planned: PlannedLesson, options: Options) -> Callable[[EpisodeRecord], None]:
    """Return what gets the record of each episode that has run; it is imported where one has."""

    @cache
    def ahead() -> PagesAhead:
        from site_builder.pipeline.pages_ahead import PagesAhead

        return PagesAhead(planned, options)

    return lambda record: ahead()(record)


def _requirements(planned: PlannedLesson) -> dict[str, bool]:
    """What was asked of this machine, and its answers."""
    asked = {"cuda"} | {name for document in planned.sources.documents.values() for name in document.front_matter.requires}
    cells = (cell for document in planned.sources.documents.values() for cell in document.cells if isinstance(cell, Cell))
    asked |= {name for cell in cells for name in cell.options.requires}
    return {name: available(name) for name in sorted(asked & set(PROBES))}


def _of_diagrams(report: Report) -> dict[str, bool]:
    """A diagram or figure that was not drawn for want of a browser, or of one that works: the next build tries it again if there is one."""
    return {BROWSER: False} if any(problem.code in (NOT_DRAWN, UNDRAWN) for problem in report.problems) else {}


def _of_network(report: Report) -> dict[str, bool]:
    """An environment that could not be installed, or data that could not be fetched, are tried again by the next build."""
    return {NETWORK: False} if any(problem.code in (UNREACHABLE, UNFETCHED) for problem in report.problems) else {}


def _of_shared(planned: PlannedLesson, options: Options) -> dict[str, bool]:
    """Somebody may share a record that an episode lacks here: the next build looks for it."""
    return {NETWORK: False} if options.shared_records is not None and is_incomplete(planned) else {}


def _unproven(plan_: Plan) -> Iterator[Problem]:
    """Under ``--strict`` a page may not show code without results: Skip is an error there."""
    for step in plan_.of(Action.SKIP):
        place = Location(step.request.path, 1)
        yield Problem("LS513", f"no record, and it cannot run here: {step.reason}", place, "make the record on a machine that can")
