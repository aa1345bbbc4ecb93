"""Every exercise of the lesson on one page, with its minutes, and what the exercise timer needs to know."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from site_builder.kept_results import KeptResults
from site_builder.lesson.model import SourceFile
from site_builder.lesson.names import aside
from site_builder.markdown.tree import Element, Node, element, elements, text_of, transform
from site_builder.weave.filter.accordions import is_accordion, plain_title
from site_builder.weave.filter.views import body_for
from site_builder.weave.model import Page, PageKind, View
from site_builder.weave.pages.view_context import ViewContext, link_to, page, section_head
from site_builder.weave.parts import PagePart, not_empty

NAMES = ("exercises", "all-exercises")
"""The page has the first of these names that no page of the lesson has."""

MINUTES = re.compile(r"[(（\[][^)）\]]*?(\d{1,3})\s*(?:min|分|хв)[^)）\]]*[)）\]]", re.IGNORECASE)
"""Minutes in a title, such as ``(5 min)`` or ``(10 minutes, in pairs)``; of a range such as ``(5-10 min)`` the larger number."""

ONLY_MINUTES = re.compile(r"\s*[(（\[]\s*(\d{1,3})\s*(?:min|分|хв)[^\W\d]*\.?\s*[)）\]]\s*$", re.IGNORECASE)
"""Minutes at the end of a title that say nothing else: the table has a column for them."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """One challenge: its box's id, title, minutes (None if unknown), and the ids and titles of its answers.

    ``stated`` tells whether the author gave these minutes; else they are an equal share of the episode's ``exercises`` minutes.
    """

    identifier: str
    title: tuple[Node, ...]
    minutes: int | None
    stated: bool
    answers: tuple[tuple[str, tuple[Node, ...]], ...]


def exercises(body: Sequence[Node]) -> tuple[Exercise, ...]:
    """Return the challenges of a text that went through `with_minutes`, in order."""
    answers: dict[str, list[Element]] = {}
    boxes: dict[str, Element] = {}
    current = ""
    for node in elements(body, "div", "details"):
        if _is_challenge(node) and not _continues(node):
            current = node.get("id")
            boxes[current], answers[current] = node, []
        elif current and is_accordion(node) and "challenge-accordion" in node.classes:
            answers[current].append(node)
    return tuple(_exercise(box, answers[identifier]) for identifier, box in boxes.items())


def with_minutes(body: Sequence[Node], total: int | None) -> tuple[Node, ...]:
    """Write each challenge's minutes on its box: ``data-minutes`` as its author states them, as an attribute of the div
    (``{.challenge minutes=5}``) or in the title (``Name (5 min)``), else ``data-share``, its share of the episode's exercise minutes.
    """
    boxes = [node for node in elements(body, "div") if _is_challenge(node) and not _continues(node)]
    if not boxes:
        return tuple(body)
    stated = {box.get("id"): stated_minutes(box) for box in boxes}
    share = _share(total, tuple(stated.values()))

    def mark(node: Node) -> tuple[Node, ...] | None:
        if not isinstance(node, Element) or not _is_challenge(node) or node.get("id") not in stated or _continues(node):
            return None
        minutes = stated[node.get("id")]
        changes: dict[str, str | None] = {"data-minutes": str(minutes)} if minutes else {"data-share": str(share)} if share else {}
        return (node.set(changes),)

    return transform(body, mark)


def stated_minutes(box: Element) -> int | None:
    """Return the minutes stated by a challenge's author, or None."""
    content = next((div for div in elements(box.children, "div") if "callout-content" in div.classes), None)
    given = (content.get("minutes") or content.get("data-minutes")) if content else ""
    found = MINUTES.search(text_of(_title(box)))
    text = given if given.isdecimal() else found[1] if found else ""
    return int(text) or None if text else None


def without_minutes(exercise: Exercise) -> tuple[Node, ...]:
    """Return an exercise's title without the number that the next column repeats; whole if nothing else would be left."""
    *before, last = exercise.title or ("",)
    found = ONLY_MINUTES.search(last) if isinstance(last, str) else None
    if not found or not isinstance(last, str) or int(found[1]) != exercise.minutes:
        return exercise.title
    rest = last[: found.start()]
    return (*before, rest) if before or rest.strip() else exercise.title


def _share(total: int | None, stated: Collection[int | None]) -> int | None:
    """Return the share of the episode's remaining exercise minutes for each challenge that states none; None if nothing remains."""
    open_ones = sum(minutes is None for minutes in stated)
    rest = (total or 0) - sum(minutes or 0 for minutes in stated)
    return rest // open_ones or None if open_ones and rest > 0 else None


def _is_challenge(node: Node) -> bool:
    return isinstance(node, Element) and "callout" in node.classes and "challenge" in node.classes


def _continues(box: Element) -> bool:
    """Tell whether a box only continues a challenge after an answer and repeats its title (`site_builder.weave.filter.trains`)."""
    last = _title(box)[-1:]
    return bool(last) and isinstance(last[0], Element) and last[0].tag == "em" and text_of(last) == " (continued)"


def _title(box: Element) -> tuple[Node, ...]:
    heading = next((node for node in elements(box.children, "h3") if "callout-title" in node.classes), None)
    return heading.children if heading else ()


def _exercise(box: Element, answers: Iterable[Element]) -> Exercise:
    minutes = box.get("data-minutes") or box.get("data-share")
    found = tuple(_answer(answer) for answer in answers)
    return Exercise(box.get("id"), plain_title(_title(box)), int(minutes) if minutes else None, box.has("data-minutes"), found)


def _answer(answer: Element) -> tuple[str, tuple[Node, ...]]:
    """The id inside the folded part: browsers unfold what a link leads into."""
    inner = next((div.get("id") for div in elements(answer.children, "div") if div.get("id")), answer.get("id"))
    heading = next((node for node in elements(answer.children, "h3", "h4") if "accordion-header" in node.classes), None)
    return inner, plain_title(heading.children if heading else ())


def exercises_page(context: ViewContext) -> Page | None:
    """Return the page of all exercises, with links to their answers in the instructors' view; None if the lesson has none."""
    made = [context.extract(source, "exercises", _section) for source in context.lesson.episodes]
    parts = [made[place] for place in not_empty(context.kept, made)]
    if not parts:
        return None
    listed = page(context, aside(context.lesson.sources, *NAMES), PageKind.EXTRA, context.phrase_title("Exercises"), parts)
    return replace(listed, alone=not any(_for_learners(context.whole[source.path], context.kept) for source in context.lesson.episodes))


def _for_learners(text: PagePart, kept: KeptResults) -> bool:
    """Tell whether learners see any exercise of a text that both views show: others stand in notes for instructors."""
    return kept.result("exercises for learners", lambda: text.digest, lambda: bool(exercises(body_for(View.LEARNER, text.nodes))))


def _section(context: ViewContext, source: SourceFile) -> Iterator[Node]:
    found = exercises(context.of(source).body.nodes)
    if not found:
        return
    yield from section_head(context, source)
    words = context.phrases
    known = [exercise.minutes for exercise in found if exercise.minutes]
    yield element("p", words("Exercises: {count}, minutes: {minutes}", count=len(found), minutes=sum(known)))
    names = ("Exercise", "Minutes", "Answers") if context.for_instructors else ("Exercise", "Minutes")
    head = element("thead", element("tr", *(element("th", words(name), scope="col") for name in names)))
    rows = (_row(context, link_to(source), exercise) for exercise in found)
    yield element("table", head, element("tbody", *rows), class_="table exercises")


def _row(context: ViewContext, address: str, exercise: Exercise) -> Element:
    link = element("a", *without_minutes(exercise), href=f"{address}#{exercise.identifier}")
    cells = [element("th", link, scope="row"), element("td", _minutes(context, exercise))]
    if context.for_instructors:
        cells.append(element("td", *_answers(address, exercise)))
    return element("tr", *cells)


def _minutes(context: ViewContext, exercise: Exercise) -> str:
    if exercise.minutes is None:
        return ""
    return str(exercise.minutes) if exercise.stated else context.phrases("about {minutes}", minutes=exercise.minutes)


def _answers(address: str, exercise: Exercise) -> Iterator[Node]:
    for number, (identifier, title) in enumerate(exercise.answers):
        if number:
            yield element("br")
        yield element("a", *title, href=f"{address}#{identifier}")
