"""Run converted pages as a build would, before anything is written; what fails there becomes plain again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath, PurePosixPath

from site_builder.conversion.choosing import hidden
from site_builder.conversion.editing import Edited, edit
from site_builder.conversion.model import Choice, LeftPlain, NewCell
from site_builder.execute.base import Event, Failure, Finished, Reason, Result
from site_builder.execute.content import FolderContent
from site_builder.markdown.tree import Cell
from site_builder.pipeline.execute import episodes_again, execute
from site_builder.pipeline.model import OnProgress, Options
from site_builder.pipeline.plan import PlannedLesson, open_lesson
from site_builder.pipeline.secrets import without_secrets
from site_builder.plan.needs import with_what_they_need
from site_builder.problems import Problem
from site_builder.verification.typed.printed import printed

ROUNDS = 5
"""How often cells that fail become plain before a page is given up: each round runs the pages that changed again."""


@dataclass(slots=True)
class Draft:
    """A page while it is converted: the text it had, what becomes of its fences, its new text, and how that ran.

    ``front_matter`` are lines that it gets there, ``begin`` language and code of hidden cells with which it begins; ``given_up`` says why
    it stays as it was, ``notes`` what else its author should know.
    """

    path: PurePosixPath
    before: str
    choices: tuple[Choice, ...]
    labels: tuple[str, ...] = ()
    front_matter: tuple[str, ...] = ()
    begin: tuple[tuple[str, str], ...] = ()
    edited: Edited = field(default_factory=lambda: Edited("", ()))
    result: Result | None = None
    given_up: str = ""
    notes: tuple[str, ...] = ()

    def write(self) -> None:
        """Make the new text anew."""
        languages = {choice.language for choice in self.choices if makes_cells(choice)}
        begin = [code for code in self.begin if code[0] in languages]
        self.edited = edit(self.before, self.choices, self.labels, self.front_matter if languages else (), begin)
        self.choices = self.edited.choices

    def give_up(self, reason: str) -> None:
        """Leave the page as it was."""
        self.given_up, self.front_matter, self.begin, self.result = reason, (), (), None
        self.choices = tuple(choice for choice in self.choices if isinstance(choice, LeftPlain))
        self.edited = Edited(self.before, self.choices)

    @property
    def changed(self) -> bool:
        """Whether the page gets another text."""
        return self.edited.text != self.before


def makes_cells(choice: Choice) -> bool:
    """Tell whether a fence becomes cells, or gets a hidden one after it."""
    return isinstance(choice, NewCell) or bool(choice.behind)


@dataclass(frozen=True, slots=True)
class Trial:
    """The lesson with its new texts, planned, and how the episodes ran."""

    planned: PlannedLesson
    results: Mapping[str, Result]


def run_drafts(root: Path, options: Options, drafts: Iterable[Draft], tell: OnProgress) -> Trial:
    """Run the converted pages until no cell fails that is not meant to; each draft gets its result, or is given up.

    Raises:
        SiteBuilderError: as a build; an environment cannot be made ready, for example.
    """
    options = replace(options, keep_going=True)
    known = _known(open_lesson(root, options))
    pages = {draft.path: draft for draft in drafts}
    for draft in pages.values():
        draft.write()
    again = {path for path, draft in pages.items() if draft.changed}
    trial = run_texts(root, options, pages.values(), again, tell)
    for number in range(ROUNDS):
        again = {path for path in again if _settled(pages[path], trial, known, last=number == ROUNDS - 1)}
        if not again:
            break
        trial = run_texts(root, options, pages.values(), again, tell)
    return trial


def run_texts(root: Path, options: Options, drafts: Iterable[Draft], paths: Iterable[PurePosixPath], tell: OnProgress) -> Trial:
    """Run the pages at ``paths`` with the new texts of all pages."""
    wanted = set(paths)
    planned = open_lesson(root, options, texts_of(drafts))
    results: dict[str, Result] = {}

    def hear(heard: Event, content: FolderContent) -> None:
        event = without_secrets(heard, outputs=True)
        if isinstance(event, Finished):
            results[event.result.job.slug] = event.result
            tell(f"tried {event.result.job.path} in {event.result.seconds:.1f} s")

    asked = [episode.slug for episode in planned.episodes if episode.path in wanted and episode.request]
    running = with_what_they_need(asked, planned.plan, planned.handed_over)
    episodes = [episode for episode in planned.episodes if episode.slug in running and not episode.obstacle]
    while episodes:
        execute(planned, episodes, options, hear, tell)
        episodes, planned = episodes_again(planned, results)
    return Trial(planned, results)


def texts_of(drafts: Iterable[Draft]) -> dict[PurePosixPath, str]:
    """Return the new texts of the pages that change."""
    return {draft.path: draft.edited.text for draft in drafts if draft.changed}


def give_up_what_depends(root: Path, options: Options, drafts: Sequence[Draft]) -> None:
    """Leave pages as they were that would have a fault now because others stay as they were, whose files they need."""
    known = _known(open_lesson(root, options))
    while True:
        planned = open_lesson(root, options, texts_of(drafts))
        wrong = [(draft, faults[0]) for draft in drafts if draft.changed and (faults := _faults(planned, draft.path, known))]
        if not wrong:
            return
        for draft, first in wrong:
            draft.give_up(f"its new text would have a fault: {first.message}")


def _known(planned: PlannedLesson) -> frozenset[tuple[PurePath, str]]:
    return frozenset((problem.location.path, problem.code) for problem in planned.report.errors)


def _settled(draft: Draft, trial: Trial, known: Collection[tuple[PurePath, str]], *, last: bool) -> bool:
    """Take a page's result; return whether it has to run once more because cells became plain, or were expected to raise and did not."""
    episode = trial.planned.episode(draft.path.stem)
    result = trial.results.get(episode.slug)
    if wrong := _faults(trial.planned, draft.path, known):
        draft.give_up(f"its new text would have a fault: {wrong[0].message}")
        return False
    if result is None:
        if episode.cells:
            draft.give_up(episode.obstacle or "it could not be run here")
        return False
    draft.result = result
    cells = [cell for cell in episode.cells if isinstance(cell, Cell)]
    if not result.failures:
        _hide_what_is_new(draft, cells, result)
        return False
    if any(failure.reason is Reason.NEEDED for failure in result.failures) and not last:
        return True
    failed = {failure.cell: failure for failure in result.failures}
    if last or not _revert(draft, cells, failed):
        draft.give_up(f"its cells do not run without its other code: {result.failures[0].message}")
        return False
    draft.write()
    return draft.changed


def _faults(planned: PlannedLesson, path: PurePosixPath, known: Collection[tuple[PurePath, str]]) -> list[Problem]:
    """Return the errors of a page that it did not have before."""
    return [problem for problem in planned.report.errors if problem.location.path == path and (path, problem.code) not in known]


def _hide_what_is_new(draft: Draft, cells: Sequence[Cell], result: Result) -> None:
    """Hide what cells print below which nothing was typed: another program than the fences' may run them, such as R's kernel for knitr."""
    given = {cell.identifier: printed(cell.outputs) for cell in result.cells}
    owners = _owners(draft, cells)
    loud = {
        owners[cell.identifier].line
        for cell in cells
        if cell.identifier in owners and (shown := given.get(cell.identifier)) and (shown.mixed.strip() or shown.pictures)
    }
    draft.choices = tuple(
        hidden(choice) if isinstance(choice, NewCell) and choice.line in loud and choice.silent else choice for choice in draft.choices
    )
    draft.write()


def _owners(draft: Draft, cells: Iterable[Cell]) -> dict[str, NewCell]:
    """Return the fence that each cell of the new text was, by the cell's identifier."""
    starts = {draft.edited.places[choice.line]: choice for choice in draft.choices if isinstance(choice, NewCell)}
    others = {place: None for line, place in draft.edited.places.items() if place not in starts}
    first = sorted({**others, **starts})
    found: dict[str, NewCell] = {}
    for cell in cells:
        before = [line for line in first if line <= cell.line]
        if before and (choice := starts.get(before[-1])) is not None and cell.options.include:
            found.setdefault(cell.identifier, choice)
    return found


def _revert(draft: Draft, cells: Iterable[Cell], failed: Mapping[str, Failure]) -> bool:
    """Make the fences plain whose cells failed; return whether there were any."""
    owners = _owners(draft, cells)
    wrong: dict[int, str] = {}
    for name, failure in failed.items():
        if name in owners:
            wrong.setdefault(owners[name].line, failure.message)
    draft.choices = tuple(
        LeftPlain(choice.line, choice.language, f"fails where cells alone run: {wrong[choice.line]}") if choice.line in wrong else choice
        for choice in draft.choices
    )
    return bool(wrong)
