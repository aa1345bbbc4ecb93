"""HTML tags in text that begin or end no element, after all markup of a page has been read.

In a heading they are text: it is repeated in menus, where ``<style>`` would swallow the page and ``List<String>`` lose its word.
Elsewhere they stay HTML as in pandoc, but for elements whose content is no HTML, which would swallow the page there as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from site_builder.markdown.html_tags import ELEMENTS, OPAQUE_TAGS
from site_builder.markdown.inline.html import strays
from site_builder.problems import Severity

if TYPE_CHECKING:
    from markdown_it.token import Token

    from site_builder.markdown.reader_state import ReaderState


def settle_strays(page: ReaderState, token: Token) -> None:
    """Make text of the tags that are, and report those whose words readers would not see (LS207)."""
    if "<" not in token.content:
        return
    tokens = token.children or []
    for child in tokens:
        if child.type == "image":
            _settle(page, token, child.children or [], heading=False)
    _settle(page, token, tokens, heading="heading" in token.meta)


def _settle(page: ReaderState, outer: Token, tokens: list[Token], *, heading: bool) -> None:
    for tag, token in strays(tokens):
        known = tag.name in ELEMENTS or not tag.name.isalpha()
        if heading or (tag.name in OPAQUE_TAGS and not tag.closing):
            token.type = "text"
        elif not known and not tag.closing:
            _warn(page, outer, token)


def _warn(page: ReaderState, outer: Token, token: Token) -> None:
    if token.content in page.strays:
        return
    page.strays.add(token.content)
    line = outer.meta["line"] + outer.content.count("\n", 0, token.meta.get("offset", 0))
    message = f"{token.content} is read as an HTML tag, which readers do not see"
    page.complain("LS207", message, line, f"write `{token.content}` as code, or \\{token.content}", Severity.WARNING)
