"""The pages that authors write: episodes and every other source that is one file, one page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from site_builder.lesson.model import SourceFile
from site_builder.markdown.tree import Node, element
from site_builder.weave.filter.glossary import used_terms
from site_builder.weave.model import Page, PageKind, PageLink
from site_builder.weave.pages.home import home_label
from site_builder.weave.pages.view_context import ViewContext, address_of, link_to, page


def chapters(context: ViewContext) -> Iterator[Page]:
    """Yield every episode, then every other page with its own file."""
    yield from (_episode(context, index) for index in range(len(context.timetable.slots)))
    lesson = context.lesson
    for source in (*lesson.learners, *lesson.instructors, *lesson.pages):
        if source not in (lesson.setup, lesson.notes, lesson.home):
            yield _other(context, source)


def estimated(context: ViewContext, source: SourceFile) -> int | None:
    """Return an episode's teaching and exercise minutes, without breaks: for instructors, and only if both are given."""
    front = context.of(source).document.front_matter
    if not context.for_instructors or front.teaching is None or front.exercises is None:
        return None
    return front.teaching + front.exercises


def _episode(context: ViewContext, index: int) -> Page:
    slots = context.timetable.slots
    slot = slots[index]
    made = page(
        context, address_of(slot.source), PageKind.EPISODE, context.of(slot.source).title, (context.of(slot.source).body,), slot.source
    )
    return replace(
        made,
        number=slot.number,
        takeaway=context.of(slot.source).takeaway,
        data=context.of(slot.source).data,
        minutes=estimated(context, slot.source),
        minutes_left=None if context.lesson.settings.overview else context.timetable.total - slot.start,
        progress=None if context.lesson.settings.overview else context.timetable.progress(slot),
        previous=_link(context, slots[index - 1].source) if index else home_link(context),
        next=_link(context, slots[index + 1].source) if index + 1 < len(slots) else home_link(context),
    )


def _other(context: ViewContext, source: SourceFile) -> Page:
    terms = _glossary(context) if source.slug == "reference" else ()
    parts = (context.of(source).body, *((terms,) if terms else ()))
    made = page(context, address_of(source), PageKind.PAGE, context.of(source).title, parts, source)
    found = made.search and (context.for_instructors or source not in context.lesson.instructors)
    return replace(made, previous=home_link(context), minutes=estimated(context, source), search=found)


def home_link(context: ViewContext) -> PageLink:
    """Return the link to the home page, by its own title or as "Home"."""
    return PageLink("index.html", home_label(context) or context.phrases("Home"))


def _link(context: ViewContext, source: SourceFile) -> PageLink:
    return PageLink(link_to(source), context.of(source).title.label)


def _glossary(context: ViewContext) -> tuple[Node, ...]:
    """The terms that the lesson's placeholders name, with their definitions."""
    texts = (page.body.nodes for page in context.pages.values()) if context.glossary else ()
    terms = used_terms(tuple(node for nodes in texts for node in nodes), context.glossary)
    if not terms:
        return ()
    items = (element("li", element("a", term.name, href=term.address, class_="external-link"), f": {term.definition}") for term in terms)
    heading = element("h2", context.phrases("Glossary"), id="glosario-heading")
    return (element("section", heading, element("ul", *items, id="glosario-list"), id="glosario"),)
