"""The page that a server shows for an address that does not exist: its links are absolute, because it may be shown at any address."""

from __future__ import annotations

from pathlib import PurePosixPath

from site_builder.markdown.tree import element
from site_builder.weave.model import Page, PageKind
from site_builder.weave.pages.view_context import ViewContext, page


def not_found(context: ViewContext) -> Page:
    """Return the page for an address that does not exist."""
    home = context.lesson.settings.url or "/"
    link = element("a", "first page of this lesson", href=home)
    body = (
        element("h2", "Our apologies!", id="our-apologies"),
        element("p", "There is no page at this address. It may have been renamed, or the link that led here may be misspelt."),
        element("p", "The ", link, " lists everything there is. You can also choose another page in the menu, or search."),
        *context.links,
    )
    return page(context, PurePosixPath("404.html"), PageKind.EXTRA, context.phrase_title("Page not found"), (body,))
