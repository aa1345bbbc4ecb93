"""The menu of each view (workbench-spec 4.3 and 4.4). Only pages that exist are listed."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from site_builder.lesson.model import SourceFile
from site_builder.weave.model import MenuItem
from site_builder.weave.pages.edition import Edition, address_of
from site_builder.weave.pages.exercises import NAMES
from site_builder.weave.pages.home import home_title


def menu(edition: Edition, addresses: Collection[str]) -> tuple[MenuItem, ...]:
    """Return a view's menu: the episodes (the home page first), the pages made for this view, and the rest below "More".

    ``addresses`` are the pages that this view has; titles are HTML.
    """
    items = (_episodes(edition), *_made(edition, addresses), _more(edition), *_tools(edition))
    return tuple(item for item in items if item.items or _exists(item.address.partition("#")[0], addresses))


def _exists(address: str, addresses: Collection[str]) -> bool:
    """Only pages can be missing here: a handout is a file of the lesson, or lies elsewhere."""
    return address in addresses or (address != "" and not address.endswith(".html"))


def _episodes(edition: Edition) -> MenuItem:
    numbered = edition.lesson.settings.number_sidebar
    home = MenuItem(home_title(edition).html, "index.html")
    episodes = (
        MenuItem(f"{number}. {edition.title(source).html}" if numbered else edition.title(source).html, str(address_of(source)))
        for number, source in enumerate(edition.lesson.episodes, 1)
    )
    return MenuItem(edition.phrases("Episodes"), items=(home, *episodes))


def _exercises(edition: Edition, addresses: Collection[str]) -> str:
    """A page that an author wrote at this address is no page of all exercises."""
    own = {str(address_of(source)) for source in edition.lesson.sources}
    return next((name for name in NAMES if name in addresses and name not in own), "")


def _made(edition: Edition, addresses: Collection[str]) -> Iterable[MenuItem]:
    words = edition.phrases
    if edition.lesson.settings.overview:
        yield MenuItem(words("Setup"), "index.html#setup")
    else:
        yield MenuItem(words("Key Points"), "key-points.html")
    if edition.for_instructors:
        yield MenuItem(words("Instructor Notes"), "instructor-notes.html")
        yield MenuItem(words("Exercises"), _exercises(edition, addresses))
        if not edition.lesson.settings.overview:
            yield MenuItem(words("Extract All Images"), "images.html")
    else:
        yield MenuItem(words("Glossary"), "reference.html#glossary")
        yield MenuItem(words("Learner Profiles"), "profiles.html")


def _more(edition: Edition) -> MenuItem:
    lesson = edition.lesson
    sources = (*(lesson.instructors if edition.for_instructors else ()), *lesson.learners)
    others = tuple(source for source in sources if source not in (lesson.setup, lesson.notes))
    return MenuItem(edition.phrases("More"), items=tuple(_item(edition, source) for source in others))


def _tools(edition: Edition) -> Iterable[MenuItem]:
    settings = edition.lesson.settings
    if not settings.overview:
        yield MenuItem(edition.phrases("See all in one page"), "aio.html")
    if settings.handout:
        own = settings.handout.lower() != "true"
        yield MenuItem(edition.phrases("Download Lesson Handout"), settings.handout if own else "files/code-handout.R")


def _item(edition: Edition, source: SourceFile) -> MenuItem:
    return MenuItem(edition.title(source).html, str(address_of(source)))
