"""Pages about the people of a lesson: notes for instructors, and profiles of learners (workbench-spec 4.1 and 4.7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from site_builder.lesson.model import SourceFile
from site_builder.markdown.tree import Node, element, elements, text_of
from site_builder.weave.model import Page, PageKind
from site_builder.weave.pages.edition import Edition, address_of, marker, page, section_head

NOTHING_YET = "Nobody has written a profile yet."


def notes(edition: Edition) -> Page | None:
    """Return the page of instructor notes, with the notes of all episodes in the instructors' view; None where the lesson has none."""
    source = edition.lesson.notes
    if source is None:
        return None
    episodes = edition.lesson.episodes if edition.for_instructors else ()
    sections = ((*section_head(edition, episode), *_notes(edition, episode)) for episode in episodes)
    parts = (edition.bodies[source.path], (marker("aggregate-instructor-notes"),), *sections)
    made = page(edition, address_of(source), PageKind.EXTRA, edition.phrase_title("Instructor Notes"), parts, source)
    return replace(made, search=edition.for_instructors)


def profiles(edition: Edition) -> Page:
    """Return the page with all learner profiles, a rule between one and the next."""
    parts: list[Sequence[Node]] = []
    for source in edition.lesson.profiles:
        parts.append((*((element("hr"),) if parts else ()), *edition.bodies[source.path]))
    placeholder = (element("p", NOTHING_YET), *edition.links)
    made = page(edition, PurePosixPath("profiles.html"), PageKind.EXTRA, edition.phrase_title("Learner Profiles"), parts or [placeholder])
    return replace(made, search=bool(parts))


def _notes(edition: Edition, source: SourceFile) -> Iterable[Node]:
    for note in elements(edition.bodies[source.path], "details"):
        heading = next(elements(note.children, "h3"), None)
        body = next((div for div in elements(note.children, "div") if "accordion-body" in div.classes), None)
        if "instructor-note" not in note.classes or heading is None or body is None:
            continue
        link = element("a", text_of(heading.children), href=f"{address_of(source)}#{heading.get('id')}")
        yield element("h3", link, id=f"{source.slug}-{heading.get('id')}")
        yield from body.children
        yield element("hr")
