"""Report what is wrong with a lesson, without running or building anything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.changes.snapshot import builder_digest
from site_builder.check.acceptance import Acceptance
from site_builder.check.accepted import divide
from site_builder.check.active import check_files
from site_builder.check.divisions import UNKNOWN_BOX
from site_builder.check.extent import check_media, check_results
from site_builder.check.links import check_links, look_at
from site_builder.check.look import check_look
from site_builder.check.redirects import check_redirects
from site_builder.check.source import check_sources, without_repeats
from site_builder.errors import MachineError
from site_builder.kept_results import NOTHING_KEPT, KeptResults
from site_builder.lesson.discover import SUFFIXES
from site_builder.lesson.model import Lesson
from site_builder.lesson.root import find_root
from site_builder.markdown.frontmatter import HEADLESS
from site_builder.markdown.tree import walk
from site_builder.operations.renamed import advice
from site_builder.pipeline.charts import known_charts
from site_builder.pipeline.data import data_addresses
from site_builder.pipeline.diagrams import known_diagrams
from site_builder.pipeline.lacking import lacking_of_renv
from site_builder.pipeline.model import OnProgress, Options
from site_builder.pipeline.plan import PlannedLesson, open_lesson
from site_builder.pipeline.shown_files import awaited, made_by_cells, unmade
from site_builder.pipeline.tally import unprovided
from site_builder.pipeline.weave import begin_pages, outputs_woven, site_assets
from site_builder.problems import Problem, Report, sorted_problems
from site_builder.weave.filter.overview import HALF
from site_builder.weave.filter.targets import site_address
from site_builder.weave.model import View
from site_builder.weave.outputs import WovenDocument
from site_builder.weave.pages.timetable import NO_MINUTES
from site_builder.weave.site import NO_TITLE, woven_site

OPENED = (".html", ".htm", ".xhtml", ".svg", ".xml")
OPENED_BYTES = 2_000_000

FOLLOWING = (NO_MINUTES, NO_TITLE)
"""Warnings about missing title and minutes, dropped if the front matter cannot be read: that is one fault, not three."""


OVERVIEW = re.compile("'(questions|objectives)'")
"""A misspelt box of questions or objectives is one fault; that the overview is not shown follows from it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with a lesson, by file and line; what it accepts, and of what; what else is worth saying."""

    report: Report
    accepted: tuple[tuple[Acceptance, tuple[Problem, ...]], ...] = ()
    note: str = ""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong and not accepted."""
        return self.report.problems


def check(path: Path, options: Options, tell: OnProgress = lambda line: None, *, external: bool = False) -> Checked:
    """Return everything that is wrong with a lesson's sources and links; nothing runs, so outputs are not checked.

    ``external`` asks other hosts for what the lesson links to there.

    Raises:
        ConfigError: there is no lesson, or its settings cannot be read.
    """
    if options.kept is not NOTHING_KEPT:
        return _checked(path, options, tell, external=external)
    kept = _kept(path)
    found = _checked(path, replace(options, kept=kept), tell, external=external)
    kept.save(others=True)
    return found


def _kept(path: Path) -> KeptResults:
    """Return what builds and earlier checks of the lesson made of equal pages; where nothing can be kept, nothing."""
    try:
        return KeptResults(files.scratch_folder(find_root(path)), builder_digest())
    except MachineError:
        return KeptResults(None, "")


def _checked(path: Path, options: Options, tell: OnProgress, *, external: bool) -> Checked:
    planned = open_lesson(path, options)
    woven = outputs_woven(planned, known_charts(planned), kept=options.kept)
    weaving = begin_pages(planned, woven, known_diagrams(planned.lesson.root, woven.values(), options.kept), options.kept)
    site = woven_site({view: weaving.pages(view, look=partial(look_at, kept=options.kept)) for view in View})
    figures = Report(tuple(problem for item in woven.values() for problem in item.problems))
    assets = {**weaving.files, **site_assets(planned.lesson, woven)}
    moved = {folder / redirect.old for redirect in planned.lesson.redirects for folder in map(PurePosixPath, ("", "instructor"))}
    addresses = data_addresses(planned.lesson, planned.episodes)
    links = check_links(site, {*assets, *moved}, awaited(planned.episodes), unmade(planned.episodes), options.kept, addresses)
    links += Report(tuple(check_redirects(planned.lesson.redirects, site, assets, options.kept)))
    look = Report(
        (
            *check_look(planned.lesson),
            *check_media(planned.lesson, _sizes(planned.lesson)),
            *_check_results(planned, woven),
            *check_files(_documents(planned.lesson)),
        )
    )
    sources = _check_sources(planned, options.kept)
    misspelt = {problem.location.path for problem in sources.problems if problem.code == UNKNOWN_BOX and OVERVIEW.search(problem.hint)}
    unread = {problem.location.path for problem in planned.report.problems if problem.code in HEADLESS}
    late = (
        problem for problem in weaving.problems
        if (problem.code not in FOLLOWING or problem.location.path not in unread)
        and (problem.code != HALF or problem.location.path not in misspelt)
    )  # fmt: skip
    renv = lacking_of_renv(planned.lesson.root, planned.episodes, planned.machine)
    look += Report((renv,) if renv else ())
    note = _note(planned, options)
    if external:
        from site_builder.operations.external_links import check_external  # TLS and HTTP are imported where they are wanted

        gone, summary = check_external(planned.lesson.root, planned.sources.documents, _texts(planned), tell)
        look += Report(gone)
        note = f"{note}; {summary}" if note else summary
    if told := advice(planned.lesson, {page.address for page in site.pages}):
        note = f"{note}\nnote: {told}" if note else told
    report = planned.report + without_repeats(sources, links) + figures + Report(tuple(late)) + look
    divided = divide(Report(sorted_problems(report.problems)), planned.acceptances)
    return Checked(divided.report, divided.accepted, note)


def _note(planned: PlannedLesson, options: Options) -> str:
    """Say why a lesson with a manifest or lock would run with this machine's own packages, where it would."""
    own = [episode for episode in planned.episodes if episode.request and not episode.request.locked]
    why = unprovided(planned.lesson, options.environments) if own else ""
    return f"code would run with this machine's own packages: {why}" if why else ""


def _check_results(planned: PlannedLesson, woven: Mapping[PurePosixPath, WovenDocument]) -> Iterator[Problem]:
    """Check outputs only: what an author typed was already checked in the source."""
    typed = {id(block) for document in planned.sources.documents.values() for block in walk(document.body)}
    documents = {path: item.document for path, item in woven.items()}
    return check_results(documents, frozenset(typed))


def _sizes(lesson: Lesson) -> dict[PurePosixPath, int]:
    return {asset.source: (lesson.root / asset.source).stat().st_size for asset in lesson.assets}


def _documents(lesson: Lesson) -> dict[PurePosixPath, str]:
    """Return the text of the lesson's files that browsers open as pages; of long ones the beginning."""
    opened = (asset.source for asset in lesson.assets if asset.source.suffix.lower() in OPENED)
    return {path: files.read_start(lesson.root / path, OPENED_BYTES) for path in opened}


def _is_there(root: Path, path: PurePosixPath) -> bool:
    place = files.safe_join(root, path)
    return place is not None and (files.is_file(place) or files.is_folder(place))


def _texts(planned: PlannedLesson) -> dict[PurePosixPath, str]:
    root = planned.lesson.root
    written = [source.path for source in planned.lesson.sources if source.path.suffix in SUFFIXES]
    paths = [path for path in (*written, PurePosixPath(".gitignore")) if files.is_file(root / path)]
    return {path: files.read_text(root / path)[0] for path in paths}


def _check_sources(planned: PlannedLesson, kept: KeptResults) -> Report:
    root = planned.lesson.root
    attached = {address for document in planned.sources.documents.values() for address, _ in document.attachments}
    made = made_by_cells(planned.episodes) | attached | data_addresses(planned.lesson, planned.episodes).keys()

    def is_there(path: PurePosixPath) -> bool:
        return _is_there(root, path) or site_address(str(path)) in made

    return check_sources(planned.lesson, planned.sources.documents, is_there, _texts(planned), kept)
