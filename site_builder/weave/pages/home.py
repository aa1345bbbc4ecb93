"""The home page: the lesson's description, its schedule for instructors, and how to set up (https://github.com/carpentries/sandpaper/blob/main/R/build_home.R)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from site_builder.weave.model import Page, PageKind, PageLink
from site_builder.weave.pages.schedule import schedule_part
from site_builder.weave.pages.view_context import Title, ViewContext, link_to, marker, page
from site_builder.weave.parts import EMPTY, apart


def home(context: ViewContext) -> Page:
    """Return the home page of one view."""
    lesson = context.lesson
    readme = context.of(lesson.home).body if lesson.home else EMPTY
    setup = replace(context.of(lesson.setup).body, file=lesson.setup.path) if lesson.setup else EMPTY
    # these two ids are reserved: many links lead to them
    readme, setup = (apart(context.kept, (part,), ("setup", "schedule"))[0] for part in (readme, setup))
    table = schedule_part(context) if context.for_instructors and lesson.episodes else ()
    parts = (readme, table, (marker("setup"),), setup)
    first = lesson.episodes[0] if lesson.episodes else None
    made = page(context, PurePosixPath("index.html"), PageKind.HOME, home_title(context), parts, lesson.home)
    total = context.timetable.total if first and not lesson.settings.overview else None
    beginning = PageLink(link_to(first), context.of(first).title.label) if first else None
    return replace(made, minutes_left=total, next=beginning, data=context.data)


def home_title(context: ViewContext) -> Title:
    """Return the home page's title: its own, or a description of its content in this view."""
    if home_label(context) and context.lesson.home:
        return context.of(context.lesson.home).title
    return context.phrase_title("Summary and Schedule" if context.for_instructors else "Summary and Setup")


def home_label(context: ViewContext) -> str:
    """Return the home page's own title as HTML, or an empty string if its author gave none."""
    source = context.lesson.home
    return context.of(source).title.label if source and context.of(source).document.front_matter.title.strip() else ""
