"""Pages about the people of a lesson: notes for instructors, and profiles of learners."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from site_builder.lesson.model import SourceFile
from site_builder.markdown.tree import Node, element, elements
from site_builder.weave.filter.formula_text import plain_text
from site_builder.weave.model import Page, PageKind
from site_builder.weave.pages.view_context import ViewContext, address_of, anchor_of, link_to, marker, page, section_head
from site_builder.weave.parts import PagePart

NOTHING_YET = "Nobody has written a profile yet."


def notes(context: ViewContext) -> Page | None:
    """Return the page of instructor notes, with the notes of all episodes in the instructors' view; None if the lesson has none."""
    source = context.lesson.notes
    if source is None:
        return None
    episodes = context.lesson.episodes if context.for_instructors else ()
    sections = (context.extract(episode, "notes", _section) for episode in episodes)
    parts: tuple[PagePart | Sequence[Node], ...] = (context.of(source).body, (marker("aggregate-instructor-notes"),), *sections)
    made = page(context, address_of(source), PageKind.EXTRA, context.phrase_title("Instructor Notes"), parts, source)
    return replace(made, search=context.for_instructors)


def profiles(context: ViewContext) -> Page:
    """Return the page with all learner profiles, separated by rules."""
    parts: list[PagePart | Sequence[Node]] = []
    for source in context.lesson.profiles:
        parts += [*(((element("hr"),),) if parts else ()), context.of(source).body]
    placeholder = (element("p", NOTHING_YET), *context.links)
    made = page(context, PurePosixPath("profiles.html"), PageKind.EXTRA, context.phrase_title("Learner Profiles"), parts or [placeholder])
    return replace(made, search=bool(parts))


def _section(context: ViewContext, source: SourceFile) -> Iterable[Node]:
    yield from section_head(context, source)
    for note in elements(context.of(source).body.nodes, "details"):
        heading = next(elements(note.children, "h3"), None)
        body = next((div for div in elements(note.children, "div") if "accordion-body" in div.classes), None)
        if "instructor-note" not in note.classes or heading is None or body is None:
            continue
        link = element("a", plain_text(heading.children), href=f"{link_to(source)}#{heading.get('id')}")
        yield element("h3", link, id=f"{anchor_of(source)}-{heading.get('id')}")
        yield from body.children
        yield element("hr")
