"""The overview box: questions and objectives side by side, as in https://github.com/carpentries/sandpaper/blob/main/inst/rmarkdown/lua/lesson.lua."""

from __future__ import annotations

from site_builder.markdown.tree import Element, Node, element, is_heading
from site_builder.weave.filter.page_state import PageState

HALF = "LS602"
"""Code of the problem that an overview lacks its questions or its objectives."""
PARTNER = {"questions": "objectives", "objectives": "questions"}


def overview(kind: str, div: Element, state: PageState) -> tuple[Node, ...]:
    """Remove a questions or objectives div from the text; the box replaces the second of a pair.

    A later div of either kind makes a box with the latest partner. One without a partner is reported by `lonely`.
    """
    state.overview[kind] = div
    if PARTNER[kind] not in state.overview:
        return ()
    columns = (_column("col-md-4", "Questions", "inner", state), _column("col-md-8", "Objectives", "inner bordered", state))
    header = element("h2", state.phrases("Overview"), class_="card-header")
    return (element("div", header, element("div", *columns, class_="row g-0"), class_="overview card", line=div.line),)


def lonely(state: PageState) -> None:
    """Warn about questions without objectives, or vice versa: the Workbench shows neither."""
    if len(state.overview) == 1:
        kind, div = next(iter(state.overview.items()))
        message = f"this page has {kind} but no {PARTNER[kind]}: without both there is no overview box and the {kind} are not shown"
        state.warn(HALF, message, div.line, f"add a '::: {PARTNER[kind]}' block")


def _column(width: str, title: str, inner: str, state: PageState) -> Element:
    content = (node for node in state.overview[title.lower()].children if not is_heading(node))
    heading = element("h3", state.phrases(title), class_="card-title")
    return element("div", element("div", element("div", heading, *content, class_=inner), class_="card-body"), class_=width)
