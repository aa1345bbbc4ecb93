"""The list of all episodes, for lessons whose menu shows on each page only the episodes around it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from site_builder.lesson.model import Lesson
from site_builder.lesson.names import aside
from site_builder.markdown.tree import element
from site_builder.weave.model import Page, PageKind
from site_builder.weave.pages.view_context import ViewContext, link_to, page

LONG = 100
"""Up to so many episodes the menu of every page has all of them: one entry has about a hundred bytes, and there are as many pages."""

NAMES = ("episodes", "all-episodes")
"""The page has the first of these names that no page of the lesson has."""


def list_address(lesson: Lesson) -> PurePosixPath | None:
    """Return the address of the list; None for a lesson that needs none."""
    return aside(lesson.sources, *NAMES) if len(lesson.episodes) > LONG else None


def episode_list(context: ViewContext) -> Iterator[Page]:
    """Yield the list, if the lesson needs one."""
    address = list_address(context.lesson)
    if address:
        items = (element("li", element("a", *context.of(source).title.nodes, href=link_to(source))) for source in context.lesson.episodes)
        yield page(context, address, PageKind.EXTRA, context.phrase_title("All episodes"), ((element("ol", *items),),))
