"""Callouts: a labelled box with an optional title.

Ids and counters are those of the Workbench: https://github.com/carpentries/sandpaper/blob/main/inst/rmarkdown/lua/lesson.lua,
https://github.com/carpentries/sandpaper/blob/main/R/utils-xml.R (``fix_callouts``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from site_builder.boxes import CALLOUTS, LABELS
from site_builder.markdown.tree import Attributes, Element, Node, element, is_heading, text_of
from site_builder.weave.filter.page_state import PageState


@dataclass(frozen=True, slots=True)
class Box:
    """A callout before it is drawn: kind, title heading, content, further classes, and the content div's attributes."""

    kind: str
    title: Element | None
    content: tuple[Node, ...]
    extra: tuple[str, ...] = ()
    attributes: Attributes = ()
    line: int = 0


def split_title(children: Sequence[Node]) -> tuple[Element | None, tuple[Node, ...]]:
    """Return the heading that begins a box, if any, and the rest; white space before it does not count."""
    for index, node in enumerate(children):
        if isinstance(node, str) and not node.strip():
            continue
        if isinstance(node, Element) and is_heading(node):
            return node, tuple(children[index + 1 :])
        break
    return None, tuple(children)


def own_attributes(div: Element) -> Attributes:
    """Return a div's attributes without its classes: they belong to the content, not to the box."""
    return tuple((name, value) for name, value in div.attributes if name != "class")


def callout(kind: str, div: Element, state: PageState) -> Element:
    """Turn a div into a callout of this kind."""
    title, content = split_title(div.children)
    extra = tuple(name for name in div.classes if name != kind)
    return draw(Box(kind, title, content, extra, own_attributes(div), div.line), state)


def draw(box: Box, state: PageState) -> Element:
    """Draw a box; its id is its title's, or the kind and the box's number among its kind, counting titled ones too."""
    number = state.next(box.kind)
    identifier = (box.title.get("id") if box.title else "") or f"{box.kind}{number}"
    names = dict.fromkeys(("callout", box.kind, *box.extra))
    return element("div", *_parts(box, state), id=identifier, class_=" ".join(names), line=box.line)


def _parts(box: Box, state: PageState) -> tuple[Node, ...]:
    icon, label = CALLOUTS[box.kind]
    square = element("div", element("i", class_="callout-icon", data_feather=icon), class_="callout-square", aria_hidden="true")
    content = Element("div", (("class", "callout-content"), *box.attributes), box.content, box.line)
    title = (element("h3", *_title(box.title, state), class_="callout-title", line=box.title.line),) if box.title else ()
    inner = element("div", *title, content, class_="callout-inner")
    return square, element("span", state.phrases(label), class_="callout-header"), inner


def _title(heading: Element, state: PageState) -> tuple[Node, ...]:
    """An author's title that is itself a default label is translated, as in the Workbench."""
    text = text_of(heading.children).strip()
    return (state.phrases(text),) if text in LABELS else heading.children
