"""A lesson's documents woven into all pages of both views."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from site_builder.kept_results import NOTHING_KEPT, KeptResults
from site_builder.lesson.model import Lesson, SourceFile
from site_builder.markdown.document import Document
from site_builder.problems import Location, Problem, Severity
from site_builder.weave.filter.images import NO_SIZES, Sizes
from site_builder.weave.filter.mathematics import typeset
from site_builder.weave.filter.page import filter_page
from site_builder.weave.filter.page_state import NO_DIAGRAMS, PageState
from site_builder.weave.finishing import Finishing
from site_builder.weave.model import DataLink, MenuItem, Page, Takeaway, View, WovenSite
from site_builder.weave.pages.accessibility import accessibility
from site_builder.weave.pages.aggregates import images, key_points
from site_builder.weave.pages.all_in_one import all_in_one
from site_builder.weave.pages.alternatives import side_by_side
from site_builder.weave.pages.calendar import CALENDAR, calendar
from site_builder.weave.pages.chapters import chapters
from site_builder.weave.pages.citation import citation_page, faults
from site_builder.weave.pages.days import workshop_days
from site_builder.weave.pages.episode_list import episode_list
from site_builder.weave.pages.exercises import exercises_page
from site_builder.weave.pages.home import home
from site_builder.weave.pages.inline import inline
from site_builder.weave.pages.menus import menu
from site_builder.weave.pages.not_found import not_found
from site_builder.weave.pages.people import notes, profiles
from site_builder.weave.pages.schedule import has_questions
from site_builder.weave.pages.timetable import timetable
from site_builder.weave.pages.view_context import SourcePage, Title, ViewContext, titled
from site_builder.weave.parts import Look, nobody
from site_builder.weave.translations import SCRIPTED_WORDS, phrases, scripted_words, unknown_language

if TYPE_CHECKING:
    from site_builder.diagrams.model import Outcomes

NOTHING: Mapping[PurePosixPath, Takeaway] = MappingProxyType({})

NO_DATA: Mapping[PurePosixPath, tuple[DataLink, ...]] = MappingProxyType({})

NO_TITLE = "LS605"
"""Code of the problem that an episode has no title."""


@dataclass(frozen=True, slots=True)
class PreparedPages:
    """A lesson whose pages are ready to be made, one view at a time: each can be rendered while the next one is made.

    ``shared`` is the context of both views: its pages have the text of both, of which a view shows its part.
    """

    shared: ViewContext
    citation: Mapping[str, Any] | None
    calendar: str | None
    problems: tuple[Problem, ...]

    @property
    def files(self) -> Mapping[PurePosixPath, bytes]:
        """Files that are made with the pages, by their place in the site."""
        made = {SCRIPTED_WORDS: scripted_words(self.shared.phrases).encode()}
        taken = [page.takeaway for page in self.shared.pages.values() if page.takeaway]
        made |= {file.address: file.data for takeaway in taken for file in (*takeaway.files, *takeaway.teaching)}
        return made if self.calendar is None else made | {CALENDAR: self.calendar.encode()}

    def pages(
        self, view: View, take: Callable[[Page], None] = lambda page: None, look: Look = nobody
    ) -> tuple[tuple[Page, ...], tuple[MenuItem, ...]]:
        """Return all pages of a view, and its menu; ``look`` sees each part of a page, ``take`` each page as soon as it is there."""
        context = self.shared.seen_by(view, look)
        made = []
        for page in _pages(context, self.citation):
            take(page)
            made.append(page)
        return tuple(made), menu(context, {str(page.address) for page in made})


def begin(
    lesson: Lesson,
    documents: Mapping[PurePosixPath, Document],
    *,
    dates: Mapping[PurePosixPath, str],
    citation: Mapping[str, Any] | None,
    build_date: str,
    links: Document | None,
    glossary: Any = None,
    takeaways: Mapping[PurePosixPath, Takeaway] = NOTHING,
    data: Mapping[PurePosixPath, tuple[DataLink, ...]] = NO_DATA,
    shared_data: tuple[DataLink, ...] = (),
    sizes: Sizes = NO_SIZES,
    diagrams: Outcomes = NO_DIAGRAMS,
    kept: KeptResults = NOTHING_KEPT,
) -> PreparedPages:
    """Filter all pages and return what makes their views, with the lesson's problems.

    ``documents`` has every file of ``lesson.sources``, with cells already replaced by their outputs. ``dates`` are ISO dates of the last
    change by path; ``citation`` is CITATION.cff as YAML reads it; ``links`` is ``links.md`` for the pages without a source;
    ``glossary`` is the lesson's glossary file as YAML reads it, if any; ``takeaways`` are the episodes' downloads, by their path;
    ``data`` what they read from elsewhere, ``shared_data`` what all of them do;
    ``sizes`` are those of the lesson's pictures; ``diagrams`` is what became of its diagrams; ``kept`` has what was made of equal pages.
    """
    settings = lesson.settings
    kept = KeptResults(None, "") if kept is NOTHING_KEPT else kept  # in memory at least: what is asked twice is made once
    finishing = Finishing(lesson, kept, glossary, sizes, diagrams)
    words, known = finishing.words, finishing.known
    place = settings.place("lang")
    problems: tuple[Problem, ...] = () if phrases(settings.lang) else (unknown_language(settings.lang, place),)
    pages: dict[PurePosixPath, SourcePage] = {}
    for path, document in documents.items():
        body, found = finishing.text(document)
        problems += found
        state = PageState(words, path)
        pages[path] = SourcePage(document, _title(document, state), body, dates.get(path), takeaways.get(path), data.get(path, ()))
        problems += tuple(state.problems)
    beside = side_by_side(settings, [source.slug for source in lesson.episodes])
    table, late = timetable(lesson.episodes, documents, settings.workshop.breaks, beside)
    days, misplaced = workshop_days(settings, table)
    plain = {path: page.title.text for path, page in pages.items()}
    events = calendar(days, plain, name=settings.title, url=settings.url, stamp=build_date)
    tail = filter_page(links, words)[0] if links else ()
    both = ViewContext(lesson, None, words, pages, table, build_date, known, tail, days, events is not None, kept, shared_data)
    problems += (*late, *misplaced, *_unfinished(both))
    if citation is not None and lesson.citation is not None:
        problems += (wrong := faults(citation, lesson.citation))
        citation = None if wrong else citation
    return PreparedPages(both, citation, events, problems)


def woven_site(made: Mapping[View, tuple[tuple[Page, ...], tuple[MenuItem, ...]]]) -> WovenSite:
    """Join the pages and menus of the views."""
    pages = tuple(page for found, _ in made.values() for page in found)
    return WovenSite(pages, tuple((view, entries) for view, (_, entries) in made.items()))


def _pages(context: ViewContext, citation: Mapping[str, Any] | None) -> Iterator[Page]:
    yield home(context)
    yield from chapters(context)
    if context.lesson.episodes:
        yield key_points(context)
        yield from all_in_one(context)
        yield images(context)
        yield from episode_list(context)
    own_notes = notes(context)
    if own_notes:
        yield own_notes
    yield profiles(context)
    if citation is not None:
        yield citation_page(context, citation)
    yield accessibility(context)
    yield not_found(context)
    if context.lesson.episodes and (more := exercises_page(context)):
        yield more


def _title(document: Document, state: PageState) -> Title:
    front = document.front_matter
    return titled(typeset(inline(front.title.strip() or document.slug, document.path, front.lines.get("title", 0)), state))


def _unfinished(shared: ViewContext) -> Iterator[Problem]:
    """Warn about episodes without a title or questions: the schedule has gaps there."""
    for source in shared.lesson.episodes:
        if not shared.of(source).document.front_matter.title.strip():
            yield _warning(NO_TITLE, source, "the episode has no title: its file name is shown", "write 'title: ...' in the front matter")
        if not has_questions(shared, source) and not _is_break(shared.of(source).document):
            yield _warning(
                "LS604", source, "the episode has no questions: its row in the schedule shows none", "add a '::: questions' block"
            )


def _is_break(document: Document) -> bool:
    """Tell whether an episode is a break: no minutes of teaching or exercises, and either said to be none or minutes of break."""
    front = document.front_matter
    return not front.teaching and not front.exercises and (front.pause > 0 or front.teaching == front.exercises == 0)


def _warning(code: str, source: SourceFile, message: str, hint: str) -> Problem:
    return Problem(code, message, Location(source.path), hint, Severity.WARNING)
