"""The home page: what the lesson is, its schedule for instructors, and how to set up (workbench-spec 4.6 and 5)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from site_builder.weave.filter.identifiers import unique
from site_builder.weave.model import Page, PageKind, PageLink
from site_builder.weave.pages.edition import Edition, Title, address_of, marker, page
from site_builder.weave.pages.schedule import schedule


def home(edition: Edition) -> Page:
    """Return the home page of one view."""
    lesson = edition.lesson
    readme = edition.bodies[lesson.home.path] if lesson.home else ()
    setup = edition.bodies[lesson.setup.path] if lesson.setup else ()
    # these two names are reserved: links from everywhere lead to them
    readme, setup = (unique(part, {"setup", "schedule"}) for part in (readme, setup))
    table = schedule(edition) if edition.for_instructors and lesson.episodes else ()
    parts = (readme, table, (marker("setup"),), setup)
    first = lesson.episodes[0] if lesson.episodes else None
    made = page(edition, PurePosixPath("index.html"), PageKind.HOME, home_title(edition), parts, lesson.home)
    total = edition.timetable.total if first and not lesson.settings.overview else None
    return replace(made, minutes_left=total, next=PageLink(str(address_of(first)), edition.title(first).html) if first else None)


def home_title(edition: Edition) -> Title:
    """Return the home page's title: its own, or what the page holds in this view."""
    if home_label(edition) and edition.lesson.home:
        return edition.title(edition.lesson.home)
    return edition.phrase_title("Summary and Schedule" if edition.for_instructors else "Summary and Setup")


def home_label(edition: Edition) -> str:
    """Return the home page's own title as HTML, or an empty string where its author gave none."""
    source = edition.lesson.home
    return edition.title(source).html if source and edition.documents[source.path].front_matter.title.strip() else ""
