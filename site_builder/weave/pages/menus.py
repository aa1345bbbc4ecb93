"""The menu of each view (https://github.com/carpentries/sandpaper/blob/main/R/utils-sidebar.R). Only pages that exist are listed."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from site_builder.lesson.model import SourceFile
from site_builder.lesson.names import aside
from site_builder.weave.model import MenuItem
from site_builder.weave.pages.exercises import NAMES
from site_builder.weave.pages.home import home_title
from site_builder.weave.pages.view_context import ViewContext, address_of
from site_builder.weave.parts import ids_of

GLOSSARY = "reference.html"
"""The page that has the lesson's glossary, or is it."""

TERMS = "glossary"
"""The id at which the terms begin, where that page has more (as in the Workbench)."""


def menu(context: ViewContext, addresses: Collection[str]) -> tuple[MenuItem, ...]:
    """Return a view's menu: the episodes (the home page first), the generated pages of this view, and the rest below "More".

    ``addresses`` are the pages that this view has; titles are HTML.
    """
    items = (_episodes(context), *_made(context, addresses), _more(context), *_tools(context))
    return tuple(item for item in items if item.items or _exists(item.address.partition("#")[0], addresses))


def _exists(address: str, addresses: Collection[str]) -> bool:
    """Tell whether a menu entry leads somewhere: only pages can be missing; a handout is a file of the lesson, or elsewhere."""
    return address in addresses or (address != "" and not address.endswith(".html"))


def _episodes(context: ViewContext) -> MenuItem:
    numbered = context.lesson.settings.number_sidebar
    home = MenuItem(home_title(context).label, "index.html")
    episodes = (
        MenuItem(
            f"{slot.number}. {context.of(slot.source).title.label}" if numbered else context.of(slot.source).title.label,
            str(address_of(slot.source)),
        )
        for slot in context.timetable.slots
    )
    return MenuItem(context.phrases("Episodes"), items=(home, *episodes))


def _exercises(context: ViewContext, addresses: Collection[str]) -> str:
    """Return the address of the exercises page, if the lesson has exercises."""
    address = str(aside(context.lesson.sources, *NAMES))
    return address if address in addresses else ""


def _glossary(context: ViewContext) -> str:
    """Return where the glossary begins: on its page, at its heading if there is one."""
    pages = (context.of(source) for source in context.lesson.learners if str(address_of(source)) == GLOSSARY)
    return next((f"{GLOSSARY}#{TERMS}" for page in pages if TERMS in ids_of(page.body, context.kept)), GLOSSARY)


def _made(context: ViewContext, addresses: Collection[str]) -> Iterable[MenuItem]:
    words = context.phrases
    if context.lesson.settings.overview:
        yield MenuItem(words("Setup"), "index.html#setup")
    else:
        yield MenuItem(words("Key Points"), "key-points.html")
    if context.for_instructors:
        yield MenuItem(words("Instructor Notes"), "instructor-notes.html")
        yield MenuItem(words("Exercises"), _exercises(context, addresses))
        if not context.lesson.settings.overview:
            yield MenuItem(words("Extract All Images"), "images.html")
    else:
        yield MenuItem(words("Glossary"), _glossary(context))
        yield MenuItem(words("Learner Profiles"), "profiles.html")


def _more(context: ViewContext) -> MenuItem:
    lesson = context.lesson
    sources = (*(lesson.instructors if context.for_instructors else ()), *lesson.learners)
    others = (_item(context, source) for source in sources if source not in (lesson.setup, lesson.notes))
    # learners have the glossary above already: a page that is called so would be there twice
    named = context.phrases("Glossary")
    items = tuple(item for item in others if context.for_instructors or (item.title, item.address) != (named, GLOSSARY))
    return MenuItem(context.phrases("More"), items=items)


def _tools(context: ViewContext) -> Iterable[MenuItem]:
    settings = context.lesson.settings
    if not settings.overview:
        yield MenuItem(context.phrases("See all in one page"), "aio.html")
    if settings.handout:
        own = settings.handout.lower() != "true"
        yield MenuItem(context.phrases("Download Lesson Handout"), settings.handout if own else "files/code-handout.R")


def _item(context: ViewContext, source: SourceFile) -> MenuItem:
    return MenuItem(context.of(source).title.label, str(address_of(source)))
