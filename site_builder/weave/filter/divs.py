"""All divs of a page, inner before outer, each to the filter of its kind, as in https://github.com/carpentries/sandpaper/blob/main/inst/rmarkdown/lua/lesson.lua."""

from __future__ import annotations

from collections.abc import Sequence

from site_builder.boxes import ACCORDIONS, kind_of
from site_builder.markdown.tree import Element, Node, is_heading, transform
from site_builder.weave.filter.accordions import accordion
from site_builder.weave.filter.boxes import callout
from site_builder.weave.filter.overview import lonely, overview
from site_builder.weave.filter.page_state import PageState
from site_builder.weave.filter.tabs import tabs
from site_builder.weave.filter.trains import challenge


def filter_divs(nodes: Sequence[Node], state: PageState) -> tuple[Node, ...]:
    """Turn every div with a known class into its box; others stay, merged with the section they begin."""
    made = transform(nodes, lambda node: _div(node, state) if isinstance(node, Element) and node.tag == "div" else None)
    lonely(state)
    return made


def _div(div: Element, state: PageState) -> tuple[Node, ...] | None:
    kind = kind_of(div.classes)
    if kind is None:
        return _section(div)
    if kind in ("questions", "objectives"):
        return overview(kind, div, state)
    if kind in ACCORDIONS:
        return (accordion(kind, div, state),)
    if kind == "challenge":
        return challenge(div, state)
    if kind in ("tab", "group-tab"):
        return tabs(kind, div, state)
    return (callout(kind, div, state),)


def _section(div: Element) -> tuple[Node, ...] | None:
    """A div that begins with a heading and holds only deeper ones is that heading's section (pandoc's ``--section-divs``)."""
    blocks = [node for node in div.children if not isinstance(node, str) or node.strip()]
    headings = [node for node in blocks if isinstance(node, Element) and is_heading(node)]
    if not headings or headings[0] is not blocks[0] or any(node.tag <= headings[0].tag for node in headings[1:]):
        return None
    names = dict.fromkeys(("section", f"level{headings[0].tag[1]}", *div.classes))
    return (div.set({"class": " ".join(names)}),)
