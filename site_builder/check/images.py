"""Pictures without an alternative text (WCAG 2.2, https://www.w3.org/TR/WCAG22/#non-text-content; codes LS821 and LS822)."""

from __future__ import annotations

from collections.abc import Iterator

from site_builder.check.findings import CheckedPage, lined_elements
from site_builder.markdown.tree import Element, elements, text_of
from site_builder.problems import Problem

DECORATION = ("presentation", "none")
"""Roles that hide an element from screen readers (WAI-ARIA 1.2, presentation)."""


def check_images(page: CheckedPage) -> Iterator[Problem]:
    """Yield pictures without their own alternative text.

    An explicit empty text marks a decorative picture and is fine. Bracket text becomes the caption of a picture that stands
    alone: as its alternative text too it would be read aloud twice and still not say what can be seen. Inside text it is the
    alternative text, not a caption, so it counts.
    """
    captioned = {id(image) for figure in elements(page.body, "figure") for image in _repeated(figure)}
    for image, line in lined_elements(page, "img"):
        if image.get("role") in DECORATION or image.get("aria-hidden") == "true":
            continue
        shown = image.get("src")[:80]
        if not image.has("alt"):
            hint = "describe it: `{alt='...'}`; for decoration write `{alt=''}`"
            yield page.finding("LS821", line, f"the image '{shown}' has no alternative text", hint)
        elif id(image) in captioned:
            hint = "the text in brackets is its caption; describe what it shows with `{alt='...'}`"
            yield page.finding("LS822", line, f"the image '{shown}' has a caption and no alternative text", hint)


def _repeated(figure: Element) -> Iterator[Element]:
    caption = next(elements(figure.children, "figcaption"), None)
    said = _squeezed(text_of(caption.children)) if caption else ""
    return (image for image in elements(figure.children, "img") if said and _squeezed(image.get("alt")) == said)


def _squeezed(text: str) -> str:
    return " ".join(text.split())
