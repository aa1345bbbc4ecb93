"""A lesson's documents woven into all pages of both views."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from site_builder.lesson.model import Lesson, SourceFile
from site_builder.markdown.document import Document
from site_builder.markdown.tree import Node
from site_builder.problems import Location, Problem, Report, Severity
from site_builder.weave.filter.glossary import Term, terms
from site_builder.weave.filter.images import NO_SIZES, Sizes
from site_builder.weave.filter.page import filter_page
from site_builder.weave.filter.views import body_for
from site_builder.weave.model import MenuItem, Page, Takeaway, View, WovenSite
from site_builder.weave.pages.accessibility import accessibility
from site_builder.weave.pages.aggregates import all_in_one, images, key_points
from site_builder.weave.pages.calendar import CALENDAR, calendar
from site_builder.weave.pages.chapters import chapters
from site_builder.weave.pages.citation import citation_page, faults
from site_builder.weave.pages.days import WorkshopDay, workshop_days
from site_builder.weave.pages.exercises import exercises_page, with_minutes
from site_builder.weave.pages.home import home
from site_builder.weave.pages.inline import inline
from site_builder.weave.pages.menus import menu
from site_builder.weave.pages.not_found import not_found
from site_builder.weave.pages.people import notes, profiles
from site_builder.weave.pages.schedule import questions
from site_builder.weave.pages.timetable import Timetable, timetable
from site_builder.weave.pages.view_context import Title, ViewContext
from site_builder.weave.translations import SCRIPTED_WORDS, Phrases, phrases, phrases_for, scripted_words, unknown_language

NOTHING: Mapping[PurePosixPath, Takeaway] = MappingProxyType({})

NO_TITLE = "LS605"
"""An episode without a title."""


@dataclass(frozen=True, slots=True)
class SharedContext:
    """What both views share."""

    lesson: Lesson
    documents: Mapping[PurePosixPath, Document]
    texts: Mapping[PurePosixPath, tuple[Node, ...]]
    titles: Mapping[PurePosixPath, Title]
    words: Phrases
    timetable: Timetable
    glossary: Mapping[str, Term]
    dates: Mapping[PurePosixPath, str]
    build_date: str
    links: tuple[Node, ...]
    days: tuple[WorkshopDay, ...] = ()
    calendar: str | None = None
    takeaways: Mapping[PurePosixPath, Takeaway] = field(default_factory=lambda: NOTHING)

    def context(self, view: View) -> ViewContext:
        """Return one view's context."""
        bodies = {path: body_for(view, text) for path, text in self.texts.items()}
        return ViewContext(
            lesson=self.lesson,
            view=view,
            phrases=self.words,
            documents=self.documents,
            bodies=bodies,
            titles=self.titles,
            timetable=self.timetable,
            dates=self.dates,
            build_date=self.build_date,
            glossary=self.glossary,
            links=body_for(view, self.links),
            days=self.days,
            has_calendar=self.calendar is not None,
            takeaways=self.takeaways,
        )


@dataclass(frozen=True, slots=True)
class PreparedPages:
    """A lesson whose pages are ready to be made, one view at a time: each can be rendered while the next one is made."""

    common: SharedContext
    citation: Mapping[str, Any] | None
    problems: tuple[Problem, ...]

    @property
    def files(self) -> Mapping[PurePosixPath, bytes]:
        """Files that are made with the pages, by their place in the site."""
        made = {SCRIPTED_WORDS: scripted_words(self.common.words).encode()}
        made |= {file.address: file.data for taken in self.common.takeaways.values() for file in (*taken.files, *taken.teaching)}
        return made if self.common.calendar is None else made | {CALENDAR: self.common.calendar.encode()}

    def pages(self, view: View) -> tuple[tuple[Page, ...], tuple[MenuItem, ...]]:
        """Return all pages of a view, and its menu."""
        context = self.common.context(view)
        made = tuple(_pages(context, self.citation))
        if context.lesson.episodes and (more := exercises_page(context, {str(page.address) for page in made})):
            made += (more,)
        return made, menu(context, {str(page.address) for page in made})


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
    sizes: Sizes = NO_SIZES,
) -> PreparedPages:
    """Filter all pages and return what makes their views, with what was wrong with the lesson.

    ``documents`` holds every file of ``lesson.sources``, cells already replaced by what they gave. ``dates`` are ISO dates of the last
    change by path; ``citation`` is CITATION.cff as YAML reads it; ``links`` is ``links.md`` for the pages without a source;
    ``glossary`` is the lesson's glossary file as YAML reads it, where it has one; ``takeaways`` is what episodes offer, by their path;
    ``sizes`` are those of the lesson's pictures.
    """
    common, problems = _prepare(lesson, documents, dates, build_date, links, glossary, sizes)
    common = replace(common, takeaways=takeaways)
    if citation is not None and lesson.citation is not None:
        problems += (wrong := faults(citation, lesson.citation))
        citation = None if wrong else citation
    return PreparedPages(common, citation, problems)


def weave(lesson: Lesson, documents: Mapping[PurePosixPath, Document], **facts: Any) -> tuple[WovenSite, Report]:
    """Return all pages of both views and what was wrong with the lesson; the facts are those of `begin`."""
    weaving = begin(lesson, documents, **facts)
    return woven_site({view: weaving.pages(view) for view in View}), Report(weaving.problems)


def woven_site(made: Mapping[View, tuple[tuple[Page, ...], tuple[MenuItem, ...]]]) -> WovenSite:
    """Join the pages and menus of the views."""
    pages = tuple(page for found, _ in made.values() for page in found)
    return WovenSite(pages, tuple((view, entries) for view, (_, entries) in made.items()))


def _pages(context: ViewContext, citation: Mapping[str, Any] | None) -> Iterator[Page]:
    yield home(context)
    yield from chapters(context)
    if context.lesson.episodes:
        yield from (key_points(context), all_in_one(context), images(context))
    own_notes = notes(context)
    if own_notes:
        yield own_notes
    yield profiles(context)
    if citation is not None:
        yield citation_page(context, citation)
    statement = accessibility(context)
    if statement:
        yield statement
    yield not_found(context)


def _prepare(
    lesson: Lesson,
    documents: Mapping[PurePosixPath, Document],
    dates: Mapping[PurePosixPath, str],
    build_date: str,
    links: Document | None,
    glossary: Any,
    sizes: Sizes,
) -> tuple[SharedContext, tuple[Problem, ...]]:
    settings = lesson.settings
    words = phrases_for(settings.lang)
    place = settings.place("lang")
    problems: tuple[Problem, ...] = () if phrases(settings.lang) else (unknown_language(settings.lang, place),)
    known = terms(glossary, words.language) if settings.glosario else {}
    texts: dict[PurePosixPath, tuple[Node, ...]] = {}
    for path, document in documents.items():
        texts[path], found = filter_page(document, words, known, sizes)
        problems += found
    for source in lesson.episodes:
        texts[source.path] = with_minutes(texts[source.path], documents[source.path].front_matter.exercises)
    table, late = timetable(lesson.episodes, documents, settings.workshop.breaks)
    days, misplaced = workshop_days(settings, table)
    titles = {path: _title(document) for path, document in documents.items()}
    tail = filter_page(links, words)[0] if links else ()
    plain = {path: title.text for path, title in titles.items()}
    events = calendar(days, plain, name=settings.title, url=settings.url, stamp=build_date)
    common = SharedContext(lesson, documents, texts, titles, words, table, known, dates, build_date, tail, days, events)
    return common, (*problems, *late, *misplaced, *_unfinished(common))


def _title(document: Document) -> Title:
    return Title(inline(document.front_matter.title.strip() or document.slug, document.path))


def _unfinished(common: SharedContext) -> Iterator[Problem]:
    """Warn about episodes without a title or questions: the schedule has gaps there (workbench-spec 5)."""
    for source in common.lesson.episodes:
        if not common.documents[source.path].front_matter.title.strip():
            yield _warning(NO_TITLE, source, "the episode has no title: its file name is shown", "write 'title: ...' in the front matter")
        if next(questions(common.documents[source.path]), None) is None:
            yield _warning(
                "LS604", source, "the episode asks no questions: its row of the schedule has none", "add a '::: questions' block"
            )


def _warning(code: str, source: SourceFile, message: str, hint: str) -> Problem:
    return Problem(code, message, Location(source.path), hint, Severity.WARNING)
