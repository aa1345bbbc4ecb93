"""The accessibility statement, and how to report problems (WCAG 2.2 AA; docs/accessibility.md)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from site_builder.lesson.model import Lesson
from site_builder.lesson.names import aside
from site_builder.markdown.tree import Element, Node, element
from site_builder.weave.model import Page, PageKind
from site_builder.weave.pages.view_context import ViewContext, page

NAMES = ("accessibility", "accessibility-statement")
"""The page has the first of these names that no page of the lesson has."""

STANDARD = "https://www.w3.org/TR/WCAG22/"

PROMISES = (
    "Everything works with the keyboard alone, in an order that follows the text; the focus is always outlined.",
    "Text has a contrast of at least 4.5 to 1 in the light and in the dark scheme; nothing is conveyed by colour alone.",
    "Pages can be read at a width of 320 pixels and at a zoom of 400 % without scrolling sideways; wide code and tables scroll in a frame "
    "of their own.",
    "Solutions, hints, tabs, navigation and all text work without JavaScript; search, copy buttons and timers need it.",
    "Nothing moves by itself, and there are no animations for readers who have asked for less motion.",
    "Formulas are MathML, which screen readers speak. Boxes and outputs have a heading or a name.",
)
LIMITS = (
    "Printed output is shown as it was printed: for a screen reader a text table is not a table.",
    "Descriptions of figures and captions of videos are the authors' work. The lesson's check names those that are missing.",
    "Pages of other sites, and interactive outputs in a frame, are not covered.",
)


def statement_address(lesson: Lesson) -> PurePosixPath:
    """Return the address of the statement among the lesson's own pages."""
    return aside(lesson.sources, *NAMES)


def accessibility(context: ViewContext) -> Page:
    """Return the statement."""
    statement = tuple(_statement(context))
    body = statement if context.phrases.language == "en" else (element("div", *statement, lang="en"),)
    return page(
        context, statement_address(context.lesson), PageKind.EXTRA, context.phrase_title("Accessibility"), ((*body, *context.links),)
    )


def _statement(context: ViewContext) -> Iterator[Node]:
    standard = element("a", "Web Content Accessibility Guidelines 2.2", href=STANDARD, class_="external-link")
    yield element("p", "This site aims to meet the ", standard, " at level AA.")
    yield element("h2", "What you can expect", id="what-you-can-expect")
    yield _list(PROMISES)
    yield element("h2", "What this statement does not cover", id="what-this-statement-does-not-cover")
    yield _list(LIMITS)
    yield element("h2", "If something does not work for you", id="if-something-does-not-work-for-you")
    yield element("p", "Describe the page, what you wanted to do, and what you use to read it. ", *_contact(context))


def _list(sentences: tuple[str, ...]) -> Element:
    return element("ul", *(element("li", sentence) for sentence in sentences))


def _contact(context: ViewContext) -> Iterator[Node]:
    settings = context.lesson.settings
    if settings.contact:
        yield from ("Write to ", element("a", settings.contact, href=settings.contact_address), ". ")
    if settings.source:
        yield from ("You can also open an issue in ", element("a", "the lesson's repository", href=settings.source), ".")
    if not settings.contact and not settings.source:
        yield "Tell the person who teaches the lesson."
