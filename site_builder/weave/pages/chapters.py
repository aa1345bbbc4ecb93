"""The pages that authors write: episodes and everything else that is one file, one page (workbench-spec 4.1 and 4.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from site_builder.lesson.model import SourceFile
from site_builder.markdown.tree import Node, element
from site_builder.weave.filter.glossary import used_terms
from site_builder.weave.model import Page, PageKind, PageLink
from site_builder.weave.pages.edition import Edition, address_of, page
from site_builder.weave.pages.home import home_label


def chapters(edition: Edition) -> Iterator[Page]:
    """Yield every episode, then every other page of one file."""
    yield from (_episode(edition, index) for index in range(len(edition.timetable.slots)))
    lesson = edition.lesson
    for source in (*lesson.learners, *lesson.instructors, *lesson.pages):
        if source not in (lesson.setup, lesson.notes, lesson.home):
            yield _other(edition, source)


def estimated(edition: Edition, source: SourceFile) -> int | None:
    """Return an episode's teaching and exercise minutes, breaks not counted: for instructors, and only where both are given."""
    front = edition.documents[source.path].front_matter
    if not edition.for_instructors or front.teaching is None or front.exercises is None:
        return None
    return front.teaching + front.exercises


def _episode(edition: Edition, index: int) -> Page:
    slots = edition.timetable.slots
    slot = slots[index]
    made = page(
        edition, address_of(slot.source), PageKind.EPISODE, edition.title(slot.source), (edition.bodies[slot.source.path],), slot.source
    )
    return replace(
        made,
        number=slot.number,
        takeaway=edition.takeaways.get(slot.source.path),
        minutes=estimated(edition, slot.source),
        minutes_left=None if edition.lesson.settings.overview else edition.timetable.total - slot.start,
        progress=None if edition.lesson.settings.overview else edition.timetable.progress(slot),
        previous=_link(edition, slots[index - 1].source) if index else home_link(edition),
        next=_link(edition, slots[index + 1].source) if index + 1 < len(slots) else home_link(edition),
    )


def _other(edition: Edition, source: SourceFile) -> Page:
    body = edition.bodies[source.path]
    terms = _glossary(edition) if source.slug == "reference" else ()
    made = page(edition, address_of(source), PageKind.PAGE, edition.title(source), (body, terms), source)
    found = made.search and (edition.for_instructors or source not in edition.lesson.instructors)
    return replace(made, previous=home_link(edition), minutes=estimated(edition, source), search=found)


def home_link(edition: Edition) -> PageLink:
    """Return the link to the home page, by its own title or as "Home"."""
    return PageLink("index.html", home_label(edition) or edition.phrases("Home"))


def _link(edition: Edition, source: SourceFile) -> PageLink:
    return PageLink(str(address_of(source)), edition.title(source).html)


def _glossary(edition: Edition) -> tuple[Node, ...]:
    """The terms that the lesson's placeholders name, with their definitions (workbench-spec 4.7)."""
    texts = tuple(node for body in edition.bodies.values() for node in body)
    terms = used_terms(texts, edition.glossary)
    if not terms:
        return ()
    items = (element("li", element("a", term.name, href=term.address, class_="external-link"), f": {term.definition}") for term in terms)
    heading = element("h2", edition.phrases("Glossary"), id="glosario-heading")
    return (element("section", heading, element("ul", *items, id="glosario-list"), id="glosario"),)
