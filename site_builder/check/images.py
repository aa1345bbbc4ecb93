"""Pictures: do they have a text that says what can be seen (workbench-spec 6.1, images; WCAG 2.2, 1.1.1; codes LS821 and LS822)."""

from __future__ import annotations

from collections.abc import Iterator

from site_builder.check.findings import CheckedPage, lined_elements
from site_builder.markdown.tree import Element, elements, text_of
from site_builder.problems import Problem

DECORATION = ("presentation", "none")
"""Roles that take an element out of what is read aloud (WAI-ARIA 1.2, presentation)."""


def check_images(page: CheckedPage) -> Iterator[Problem]:
    """Yield pictures without an alternative text of their own.

    An empty text, written so, says that the picture is decoration, and is fine. Bracket text becomes the caption of a picture that stands
    alone: used as its alternative text too, it is read aloud twice and still does not say what can be seen. Inside text it is the
    alternative text and no caption, so it counts.
    """
    captioned = {id(image) for figure in elements(page.body, "figure") for image in _repeated(figure)}
    for image, line in lined_elements(page, "img"):
        if image.get("role") in DECORATION or image.get("aria-hidden") == "true":
            continue
        shown = image.get("src")[:80]
        if not image.has("alt"):
            hint = "say what it shows: `{alt='...'}`; for decoration write `{alt=''}`"
            yield page.finding("LS821", line, f"the image '{shown}' has no alternative text", hint)
        elif id(image) in captioned:
            hint = "the text in brackets is its caption; say what can be seen with `{alt='...'}`"
            yield page.finding("LS822", line, f"the image '{shown}' has a caption and no alternative text", hint)


def _repeated(figure: Element) -> Iterator[Element]:
    caption = next(elements(figure.children, "figcaption"), None)
    said = _squeezed(text_of(caption.children)) if caption else ""
    return (image for image in elements(figure.children, "img") if said and _squeezed(image.get("alt")) == said)


def _squeezed(text: str) -> str:
    return " ".join(text.split())
