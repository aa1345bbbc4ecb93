"""Turn the typed outputs of a lesson into executed ones: run its fences, make cells of them, and compare the pages before and after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from site_builder import files
from site_builder.conversion.choosing import choose
from site_builder.conversion.model import Choice, LeftPlain, NewCell
from site_builder.conversion.pictures import pictures_below
from site_builder.errors import ConfigError
from site_builder.lesson.discover import discover
from site_builder.lesson.root import WORK, find_root
from site_builder.markdown.tree import Cell
from site_builder.operations.convert_begin import follow_learners
from site_builder.operations.convert_compare import PageChange, changes_of
from site_builder.operations.convert_inputs import declare_inputs
from site_builder.operations.convert_packages import Proposal, propose
from site_builder.operations.convert_run import Draft, give_up_what_depends, run_drafts, texts_of
from site_builder.operations.static_jobs import StaticPage
from site_builder.operations.static_run import StaticRun, run_static
from site_builder.operations.verify_static import chosen_slugs
from site_builder.pipeline.model import OnProgress, Options
from site_builder.pipeline.plan import PlannedLesson, open_lesson
from site_builder.verification.typed.asides import apart
from site_builder.verification.typed.exchange_judging import Ran
from site_builder.verification.typed.fences import Exchange
from site_builder.weave.filter.raw import lift

BESIDE = "changes files or folders in a box beside the text, which goes on without that"
EXECUTED = {".Rmd": "R Markdown runs its chunks already", ".ipynb": "a notebook runs already", ".py": "a script runs already"}


@dataclass(frozen=True, slots=True)
class ConvertedPage:
    """One page: what it was and becomes, what becomes of its fences, what readers see change, and the typed outputs that are left.

    ``kept`` says why the whole page stays as it was, empty where it does not; ``left`` has line and reason.
    """

    path: PurePosixPath
    before: str
    after: str
    choices: tuple[Choice, ...]
    changes: tuple[PageChange, ...] = ()
    left: tuple[tuple[int, str], ...] = ()
    kept: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversion:
    """A lesson's pages, the environment proposed for its cells, and whether code ran without a network (None: it was allowed)."""

    pages: tuple[ConvertedPage, ...]
    proposal: Proposal
    guarded: bool | None


def convert(
    path: Path, options: Options, names: Iterable[str], tell: OnProgress = lambda line: None, only: Iterable[str] = (), *,
    network: bool = False,
) -> Conversion:  # fmt: skip
    """Return what the episodes named, or all, become; ``only`` has the fences that may change (``e1:12``). Nothing is written.

    The fences run as `verify_static` runs them, the new pages as a build would.

    Raises:
        ConfigError: there is no lesson, no such episode, or no code at a place in ``only``.
        EnvironmentUnavailable: the environment is not available here.
        LessonFailed: the lesson has errors.
        Busy: another build is running.
    """
    root = find_root(path)
    lesson, _ = discover(root)
    slugs = chosen_slugs(lesson, names)
    with files.build_lock(root / WORK / "lock"):
        run = run_static(lesson, options, slugs, tell, network=network, elsewhere=True)
        places = _places(run.pages, only)
        drafts: list[Draft] = []
        kept: list[ConvertedPage] = []
        for page in run.pages:
            if page.document.path.suffix in EXECUTED:
                kept += [_untouched(page, EXECUTED[page.document.path.suffix])] if page.fences.exchanges else []
            elif page.fences.exchanges:
                draft = _draft(root, page, run, places)
                if isinstance(draft, Draft):
                    drafts.append(draft)
                else:
                    kept.append(draft)
        follow_learners(lesson, run, drafts)
        as_built = replace(options, offline=run.options.offline, ahead=None)
        run_drafts(root, as_built, drafts, tell)
        declare_inputs(lesson, as_built, drafts, tell)
        by_path = {page.document.path: page for page in run.pages}
        planned = open_lesson(root, as_built, texts_of(drafts))
        changes = {draft.path: _compared(draft, planned, by_path[draft.path]) for draft in drafts}
        give_up_what_depends(root, as_built, drafts)
        done = [_converted(draft, changes[draft.path], by_path[draft.path]) for draft in drafts]
        proposal = propose(lesson, [draft.result for draft in drafts if draft.result is not None])
    order = {page.document.path: number for number, page in enumerate(run.pages)}
    pages = sorted((*done, *kept), key=lambda each: order[each.path])
    return Conversion(tuple(pages), proposal, None if network else run.options.offline)


def pages_of(root: Path, names: Iterable[str]) -> tuple[PurePosixPath, ...]:
    """Return the files of the episodes that `convert` may change.

    Raises:
        ConfigError: there is no such episode.
    """
    lesson, _ = discover(root)
    slugs = chosen_slugs(lesson, names)
    return tuple(source.path for source in lesson.episodes if source.slug in slugs and source.path.suffix not in EXECUTED)


def _places(pages: Iterable[StaticPage], only: Iterable[str]) -> frozenset[tuple[PurePosixPath, int]] | None:
    """Return the fences at the places named; None if none is named.

    Raises:
        ConfigError: there is no fence of code at a place.
    """
    wanted = list(only)
    known = {
        name: (page.document.path, exchange.line)
        for page in pages for exchange in page.fences.exchanges
        for line in (exchange.line, exchange.line + 1, *(item.line for item in exchange.typed))
        for name in (f"{page.document.path.stem}:{line}", f"{page.document.path}:{line}")
    }  # fmt: skip
    for place in wanted:
        if place not in known:
            raise ConfigError(f"no fence of code that runs begins at `{place}`", hint="name an episode and a line, such as --only e1:12")
    return frozenset(known[place] for place in wanted) if wanted else None


def _draft(
    root: Path, page: StaticPage, run: StaticRun, places: frozenset[tuple[PurePosixPath, int]] | None
) -> Draft | ConvertedPage:  # fmt: skip
    path = page.document.path
    try:
        text = files.read_bytes(root / path).decode()
    except UnicodeDecodeError:
        return _untouched(page, "the file is not UTF-8")
    findings, below = run.findings[path], pictures_below(lift(page.document.body))
    choices: list[Choice] = []
    beside = apart(page.fences.exchanges)
    there = {cell.source for cell in page.document.cells if isinstance(cell, Cell)}
    for number, exchange in enumerate(page.fences.exchanges):
        if places is not None and (path, exchange.line) not in places:
            continue
        own = {exchange.line, *(item.line for item in exchange.typed)}
        about = [finding for finding in findings if own.intersection(finding.fences)]
        choice = choose(exchange, page.ran.get(number, Ran()), about, below.get(exchange.line, ()))
        if exchange.line in beside and isinstance(choice, NewCell):
            choice = LeftPlain(exchange.line, exchange.language, BESIDE)
        choices.append(replace(choice, behind="") if isinstance(choice, LeftPlain) and choice.behind in there else choice)
    labels = [cell.identifier for cell in page.document.cells if isinstance(cell, Cell)]
    front = (f"working-folder: {page.begin.folder}",) if page.begin.folder else ()
    begin = () if page.begin.chained else tuple((code.language, code.source) for code in page.begin.code)
    return Draft(path, text, tuple(choices), tuple(labels), front, begin)


def _untouched(page: StaticPage, reason: str) -> ConvertedPage:
    return ConvertedPage(page.document.path, "", "", (), kept=reason)


def _compared(draft: Draft, planned: PlannedLesson, page: StaticPage) -> tuple[PageChange, ...]:
    """Return what readers see change on a page; one of which anything but outputs would differ stays as it was."""
    if not draft.changed or draft.result is None:
        return ()
    changes, others = changes_of(planned, draft, page.document, page.fences)
    if others:
        draft.give_up(f"its page would differ in more than outputs: {others[0]}")
    return () if others else changes


def _converted(draft: Draft, changes: tuple[PageChange, ...], page: StaticPage) -> ConvertedPage:
    gone = {line for choice in draft.choices if isinstance(choice, NewCell) for line in choice.removed}
    left = [
        (item.line, choice.hidden or "compared with nothing")
        for choice, exchange in _paired(draft, page) if isinstance(choice, NewCell)
        for item in exchange.typed if item.line not in gone
    ]  # fmt: skip
    changes = changes if not draft.given_up else ()
    return ConvertedPage(draft.path, draft.before, draft.edited.text, draft.choices, changes, tuple(left), draft.given_up, draft.notes)


def _paired(draft: Draft, page: StaticPage) -> Iterable[tuple[Choice, Exchange]]:
    by_line = {exchange.line: exchange for exchange in page.fences.exchanges}
    return [(choice, by_line[choice.line]) for choice in draft.choices]
