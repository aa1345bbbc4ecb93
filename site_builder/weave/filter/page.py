"""One page's text through all filters, in the Workbench's order: links, images, divs, then the finished page."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from site_builder.markdown.document import Document
from site_builder.markdown.tree import Node
from site_builder.problems import Problem
from site_builder.weave.filter.code import wrap_code
from site_builder.weave.filter.divs import filter_divs
from site_builder.weave.filter.formula_text import plain_text
from site_builder.weave.filter.glossary import Term, link_terms
from site_builder.weave.filter.identifiers import final_headings
from site_builder.weave.filter.images import NO_SIZES, Sizes, style_images
from site_builder.weave.filter.mathematics import typeset
from site_builder.weave.filter.page_state import NO_DIAGRAMS, PageState
from site_builder.weave.filter.raw import lift
from site_builder.weave.filter.tables import style_tables
from site_builder.weave.filter.targets import finished_targets, written_targets
from site_builder.weave.pages.inline import inline
from site_builder.weave.translations import Phrases

if TYPE_CHECKING:
    from site_builder.diagrams.model import Outcomes

NO_TERMS: Mapping[str, Term] = MappingProxyType({})


def filter_page(
    document: Document,
    phrases: Phrases,
    glossary: Mapping[str, Term] = NO_TERMS,
    sizes: Sizes = NO_SIZES,
    diagrams: Outcomes = NO_DIAGRAMS,
) -> tuple[tuple[Node, ...], tuple[Problem, ...]]:
    """Return a document's text as shared by both views (with the same ids and numbers), and its problems."""
    state = PageState(phrases, document.path, diagrams=diagrams)
    nodes = written_targets(document.body)
    if glossary:
        nodes = link_terms(nodes, glossary, state)
    title = plain_text(inline(document.front_matter.title or document.slug, document.path))
    nodes = wrap_code(typeset(filter_divs(nodes, state), state), state, title)
    nodes = finished_targets(lift(nodes))
    return style_tables(style_images(final_headings(nodes), sizes), state, title), tuple(state.problems)
