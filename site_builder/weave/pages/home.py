"""The home page: what the lesson is, its schedule for instructors, and how to set up (workbench-spec 4.6 and 5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from site_builder.lesson.model import SourceFile
from site_builder.markdown.document import Document
from site_builder.markdown.tree import Element, Node, element, elements
from site_builder.weave.filter.identifiers import unique
from site_builder.weave.filter.targets import finished_targets, instructor_targets, written_targets
from site_builder.weave.model import Page, PageKind, PageLink
from site_builder.weave.pages.edition import Edition, Title, address_of, marker, page
from site_builder.weave.pages.inline import inline
from site_builder.weave.pages.timetable import Slot, clock


def home(edition: Edition) -> Page:
    """Return the home page of one view."""
    lesson = edition.lesson
    readme = edition.bodies[lesson.home.path] if lesson.home else ()
    setup = edition.bodies[lesson.setup.path] if lesson.setup else ()
    # these two names are reserved: links from everywhere lead to them
    readme, setup = (unique(part, {"setup", "schedule"}) for part in (readme, setup))
    schedule = _schedule(edition) if edition.for_instructors and lesson.episodes else ()
    parts = (readme, schedule, (marker("setup"),), setup)
    first = lesson.episodes[0] if lesson.episodes else None
    made = page(edition, PurePosixPath("index.html"), PageKind.HOME, home_title(edition), parts, lesson.home)
    return replace(made, next=PageLink(str(address_of(first)), edition.title(first).html) if first else None)


def home_title(edition: Edition) -> Title:
    """Return the home page's title: its own, or what the page holds in this view."""
    if home_label(edition) and edition.lesson.home:
        return edition.title(edition.lesson.home)
    return edition.phrase_title("Summary and Schedule" if edition.for_instructors else "Summary and Setup")


def home_label(edition: Edition) -> str:
    """Return the home page's own title as HTML, or an empty string where its author gave none."""
    source = edition.lesson.home
    return edition.title(source).html if source and edition.documents[source.path].front_matter.title.strip() else ""


def _schedule(edition: Edition) -> tuple[Node, ...]:
    """The table that instructors teach by, and what it is worth."""
    rows = [_row("", (element("a", edition.phrases("Setup Instructions"), href="#setup"),), (_phrase(edition),))]
    rows += [_slot(edition, slot) for slot in edition.timetable.slots]
    rows.append(_row(_time(edition, edition.timetable.total), (edition.phrases("Finish"),), ()))
    table = element("table", element("tbody", *rows), class_="table schedule table-striped", role="presentation")
    note = edition.phrases("Times are a guide: topics and exercises that the instructor chooses change them.")
    return (element("div", table, element("p", note, data_chrome=""), id="schedule"),)


def _phrase(edition: Edition) -> str:
    return edition.phrases("Download files required for the lesson")


def _slot(edition: Edition, slot: Slot) -> Element:
    link = element("a", *edition.title(slot.source).nodes, href=str(address_of(slot.source)))
    number = f"{slot.number}. " if edition.lesson.settings.number_sidebar else ""
    return _row(_time(edition, slot.start), (number, link), _questions(edition, slot.source))


def _time(edition: Edition, minutes: int) -> tuple[Node, ...]:
    return element("span", f"{edition.phrases('Duration:')} ", class_="visually-hidden"), clock(minutes)


def _row(*cells: Sequence[Node]) -> Element:
    return element("tr", *(element("td", *cell) for cell in cells))


def _questions(edition: Edition, source: SourceFile) -> tuple[Node, ...]:
    """An episode's questions, a line each, without list markers; front matter may hold them in lessons of the older style."""
    lines: list[Node] = []
    for question in questions(edition.documents[source.path]):
        lines += [element("br"), *question] if lines else question
    nodes = finished_targets(written_targets(lines))
    return instructor_targets(nodes) if edition.for_instructors else nodes


def questions(document: Document) -> Iterator[tuple[Node, ...]]:
    """Yield each question of an episode as inline nodes."""
    boxes = [box for box in elements(document.body, "div") if "questions" in box.classes]
    if not boxes:
        listed = document.front_matter.values.get("questions")
        yield from (inline(str(item), document.path) for item in (listed if isinstance(listed, list) else ()))
    for box in boxes[:1]:
        items = tuple(elements(box.children, "li")) or tuple(elements(box.children, "p"))
        yield from (_unwrapped(item) for item in items)


def _unwrapped(item: Element) -> tuple[Node, ...]:
    content: list[Node] = []
    for node in item.children:
        content.extend(node.children if isinstance(node, Element) and node.tag == "p" else (node,))
    return tuple(content)
