"""Tabs that work without a script: radio buttons, their labels, and a panel each.

The shape is the one that the theme's tabs have (`pymdownx.tabbed`, alternate style); ids are those of the lesson's own addresses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from site_builder.markdown.tree import Element, Node, element, is_heading, text_of
from site_builder.weave.filter.accordions import plain_title
from site_builder.weave.filter.boxes import own_attributes
from site_builder.weave.filter.page_state import PageState


@dataclass(frozen=True, slots=True)
class _Tab:
    """One tab: the heading that names it, its part of the ids, and its panel's content."""

    heading: Element
    key: str
    content: tuple[Node, ...]


def tabs(kind: str, div: Element, state: PageState) -> tuple[Node, ...]:
    """Turn a div into tabs: each heading directly inside begins one, and everything up to the next heading is its panel.

    Content before the first heading stays, above the tabs. ``group-tab`` panels are named by their title, so that one choice selects
    the same title in all groups (``data-tab``); ``tab`` panels are numbered. A div without headings stays as it is.
    """
    intro, parts = _split(div.children)
    if not parts:
        return (div,)
    number = state.next(kind)
    made = [_tab(kind, number, index, part, state) for index, part in enumerate(parts, 1)]
    name = state.claim(f"nav-tab-{number}")
    inputs = [_input(name, number, tab, kind, first=tab is made[0]) for tab in made]
    labels = element("div", *(_label(number, tab) for tab in made), class_="tabbed-labels", id=name)
    panels = element("div", *(_panel(number, tab) for tab in made), class_="tabbed-content", id=state.claim(f"nav-tabContent-{number}"))
    attributes = (("class", "tabs tabbed-set tabbed-alternate"), *own_attributes(div))
    return (*intro, Element("div", attributes, (*inputs, labels, panels), div.line))


def _split(children: Sequence[Node]) -> tuple[tuple[Node, ...], list[tuple[Element, list[Node]]]]:
    intro: list[Node] = []
    parts: list[tuple[Element, list[Node]]] = []
    for node in children:
        if isinstance(node, Element) and is_heading(node):
            parts.append((node, []))
        else:
            (parts[-1][1] if parts else intro).append(node)
    return tuple(intro), parts


def _tab(kind: str, number: int, index: int, part: tuple[Element, list[Node]], state: PageState) -> _Tab:
    heading, content = part
    wanted = re.sub(r"[\s()]", "", text_of(heading.children)) if kind == "group-tab" else str(index)
    claimed = state.claim(f"nav-tab-{number}-{wanted or index}")
    return _Tab(heading, claimed.removeprefix(f"nav-tab-{number}-"), tuple(content))


def _input(name: str, number: int, tab: _Tab, kind: str, *, first: bool) -> Element:
    identifier = f"nav-tab-{number}-{tab.key}"
    button = element("input", type="radio", id=identifier, name=f"{name}-choice")
    if kind == "group-tab":
        button = button.with_attributes(data_tab=re.sub(r"[\s()]", "", text_of(tab.heading.children)))
    return button.with_attributes(checked="checked") if first else button


def _label(number: int, tab: _Tab) -> Element:
    return element(
        "label",
        *plain_title(tab.heading.children),
        for_=f"nav-tab-{number}-{tab.key}",
        id=f"nav-tab-heading-{number}-{tab.key}",
        class_="tab-header",
        line=tab.heading.line,
    )


def _panel(number: int, tab: _Tab) -> Element:
    labelled = f"nav-tab-heading-{number}-{tab.key}"
    identifier = f"nav-tabpanel-{number}-{tab.key}"
    return element("div", *tab.content, class_="tabbed-block", id=identifier, aria_labelledby=labelled)
