"""The table that instructors teach by: relative times, or the days and times in the settings (https://github.com/carpentries/sandpaper/blob/main/R/get_syllabus.R)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from site_builder.kept_results import digest_of_plain
from site_builder.lesson.model import SourceFile
from site_builder.markdown.document import Document
from site_builder.markdown.tree import Attributes, Element, Node, as_plain, element, elements
from site_builder.weave.filter.accordions import plain_title
from site_builder.weave.filter.formula_text import as_text
from site_builder.weave.filter.mathematics import typeset
from site_builder.weave.filter.page_state import PageState
from site_builder.weave.filter.targets import finished_targets, instructor_targets, written_targets
from site_builder.weave.pages.calendar import CALENDAR
from site_builder.weave.pages.days import WorkshopDay, wall_clock
from site_builder.weave.pages.inline import inline
from site_builder.weave.pages.timetable import Slot, clock
from site_builder.weave.pages.view_context import ViewContext, link_to
from site_builder.weave.parts import PagePart, derived


def schedule_part(context: ViewContext) -> PagePart:
    """Return `schedule` as a part of a page."""

    def decided() -> object:
        shared = context.phrases.language, context.for_instructors, context.lesson.settings.number_sidebar, context.has_calendar
        return (*shared, repr((context.timetable, context.days)), *(_decided(context, slot.source) for slot in context.timetable.slots))

    return derived(context.kept, "schedule", decided, lambda: schedule(context))


def _decided(context: ViewContext, source: SourceFile) -> object:
    """Return what decides an episode's row beside its time: its title and its questions, not the rest of its text."""
    kept = context.kept
    asked = kept.result(
        "digest of questions", partial(_given, context, source), lambda: digest_of_plain(as_plain(_kept_questions(context, source)))
    )
    return str(source.path), kept.digest_of(context.of(source).title.nodes), asked


def _given(context: ViewContext, source: SourceFile) -> object:
    document = context.of(source).document
    listed = repr(document.front_matter.values.get("questions"))
    return context.for_instructors, str(document.path), listed, context.kept.digest_of(document.body)


def schedule(context: ViewContext) -> tuple[Node, ...]:
    """Return the table, a note about its times, and the form in which instructors set their own."""
    rows = [_row("", (element("a", context.phrases("Setup Instructions"), href="#setup"),), (_phrase(context),))]
    rows += _of_days(context) if context.days else _relative(context)
    table = element("table", element("tbody", *rows), class_="table schedule table-striped", role="presentation")
    note = context.phrases("Times are a guide: topics and exercises that the instructor chooses change them.")
    return (element("div", table, element("p", note, data_chrome=""), *_tools(context), id="schedule"),)


def questions(document: Document) -> Iterator[tuple[Node, ...]]:
    """Yield each question of an episode as inline nodes."""
    boxes = [box for box in elements(document.body, "div") if "questions" in box.classes]
    if not boxes:
        listed = document.front_matter.values.get("questions")
        yield from (inline(str(item), document.path) for item in (listed if isinstance(listed, list) else ()))
    for box in boxes[:1]:
        items = tuple(elements(box.children, "li")) or tuple(elements(box.children, "p"))
        yield from (_unwrapped(item) for item in items)


def has_questions(context: ViewContext, source: SourceFile) -> bool:
    """Tell whether an episode has any question."""
    document = context.of(source).document
    return context.kept.result("has questions", partial(_given, context, source), lambda: next(questions(document), None) is not None)


def _phrase(context: ViewContext) -> str:
    return context.phrases("Download files required for the lesson")


def _relative(context: ViewContext) -> Iterator[Element]:
    for slot in context.timetable.slots:
        yield _slot(context, slot, _time(context, slot.start))
    yield _row(_time(context, context.timetable.total), (context.phrases("Finish"),), ())


def _of_days(context: ViewContext) -> Iterator[Element]:
    for day in context.days:
        yield _day(context, day)
        pauses = dict(day.breaks())
        for begin in day.begins:
            yield _slot(context, begin.slot, _moment(context, day, begin.minutes))
            if begin in pauses:
                yield _row(_moment(context, day, pauses[begin]), (context.phrases("Break"),), (), class_="break")
        yield _row(_moment(context, day, day.end), (context.phrases("Finish"),), (), class_="finish")


def _day(context: ViewContext, day: WorkshopDay) -> Element:
    name: tuple[Node, ...] = (element("strong", context.phrases("Day {number}", number=day.number)),)
    if day.date:
        name += (" ", element("time", day.date.isoformat(), datetime=day.date.isoformat()))
    return element("tr", element("td", *name, colspan="3"), class_="day")


def _slot(context: ViewContext, slot: Slot, time: Sequence[Node]) -> Element:
    link = element("a", *context.of(slot.source).title.nodes, href=link_to(slot.source))
    number = f"{slot.number}. " if context.lesson.settings.number_sidebar else ""
    return _row(time, (number, link), _kept_questions(context, slot.source), data_episode=slot.source.slug)


def _time(context: ViewContext, minutes: int) -> tuple[Node, ...]:
    return element("span", f"{context.phrases('Duration:')} ", class_="visually-hidden"), clock(minutes)


def _moment(context: ViewContext, day: WorkshopDay, minutes: int) -> tuple[Node, ...]:
    return _time(context, minutes) if day.start is None else (element("time", wall_clock(minutes), datetime=wall_clock(minutes)),)


def _row(*cells: Sequence[Node], **attributes: str) -> Element:
    return element("tr", *(element("td", *cell) for cell in cells)).with_attributes(**attributes)


def _kept_questions(context: ViewContext, source: SourceFile) -> tuple[Node, ...]:
    """Return an episode's questions, or what they were in an equal text."""
    made = partial(_questions, context, context.of(source).document)
    return context.kept.result("questions", partial(_given, context, source), made)


def _questions(context: ViewContext, document: Document) -> tuple[Node, ...]:
    """Return an episode's questions, one a line, without list markers; older lessons have them in front matter."""
    lines: list[Node] = []
    for question in questions(document):
        lines += [element("br"), *question] if lines else question
    nodes = typeset(finished_targets(written_targets(lines)), PageState())  # what cannot be typeset is reported with the episode
    return instructor_targets(nodes) if context.for_instructors else nodes


def _unwrapped(item: Element) -> tuple[Node, ...]:
    content: list[Node] = []
    for node in item.children:
        content.extend(node.children if isinstance(node, Element) and node.tag == "p" else (node,))
    return tuple(content)


def _tools(context: ViewContext) -> Iterator[Node]:
    """Yield a link to the calendar file, if any, and the form, which needs scripts and is hidden without them."""
    if context.has_calendar:
        link = element("a", context.phrases("Calendar file (.ics)"), href=f"../{CALENDAR}", download=CALENDAR.name)
        yield element("p", link, class_="schedule-calendar", data_chrome="")
    summary = element("summary", context.phrases("Set the times of your workshop"))
    yield element("details", summary, _form(context), class_="schedule-times needs-script", data_chrome="")


def _form(context: ViewContext) -> Element:
    words, first = context.phrases, context.days[0] if context.days else None
    start = wall_clock(first.start) if first and first.start is not None else ""
    date = first.date.isoformat() if first and first.date else ""
    fields = element("p", _field(words("Begins at"), "start", "time", start), " ", _field(words("First day"), "date", "date", date))
    heads = (element("th", words(name), scope="col") for name in ("Episode", "New day", "Break after it, in minutes"))
    table = element("table", element("thead", element("tr", *heads)), element("tbody", *_choices(context)), class_="table")
    calendar = element("button", words("Calendar file of these times (.ics)"), type="button", name="calendar", class_="md-button")
    back = element("button", words("Back to the lesson's own times"), type="reset", class_="md-button")
    note = element("p", words("The address of this page keeps what you set here: share it or bookmark it."))
    return element("form", fields, table, note, element("p", calendar, " ", back), autocomplete="off")


def _field(label: str, name: str, kind: str, value: str) -> Element:
    return element("label", f"{label} ", element("input", type=kind, name=name, value=value))


def _choices(context: ViewContext) -> Iterator[Element]:
    """Yield a row for each episode: whether a day begins with it, and the break after it."""
    opening = {day.begins[0].slot.source.slug: day for day in context.days}
    number = 0
    for slot in context.timetable.slots:
        title, beside = context.of(slot.source).title, slot.number == number
        cells = (
            element("th", *plain_title(as_text(title.nodes)), scope="row"),
            element("td", *(() if beside or slot.number == 1 else (_new_day(context, slot, opening.get(slot.source.slug)),))),
            element("td", _break(context, slot)),
        )
        row = element("tr", *cells, data_minutes=str(slot.minutes - slot.pause))
        yield row.with_attributes(data_beside="") if beside else row
        number = slot.number


def _new_day(context: ViewContext, slot: Slot, day: WorkshopDay | None) -> Element:
    label = context.phrases("A new day begins with {title}", title=context.of(slot.source).title.text)
    facts: Attributes = (("type", "checkbox"), ("name", "days"), ("value", slot.source.slug), ("aria-label", label))
    if day:
        facts += (("checked", "checked"),)
        facts += (("data-date", day.date.isoformat()),) if day.date else ()
        facts += (("data-start", wall_clock(day.start)),) if day.start is not None else ()
    return Element("input", facts, (), 0)


def _break(context: ViewContext, slot: Slot) -> Element:
    label = context.phrases("Minutes of break after {title}", title=context.of(slot.source).title.text)
    return element(
        "input", type="number", min="0", max="600", name="breaks", value=str(slot.pause), data_episode=slot.source.slug,
        aria_label=label,
    )  # fmt: skip
