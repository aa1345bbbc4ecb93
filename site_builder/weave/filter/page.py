"""One page's text through all filters, in the order that the Workbench has (workbench-spec 3.7, 3.10 and 3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from site_builder.markdown.document import Document
from site_builder.markdown.tree import Node
from site_builder.problems import Problem
from site_builder.weave.filter.code import wrap_code
from site_builder.weave.filter.divs import filter_divs
from site_builder.weave.filter.glossary import Term, link_terms
from site_builder.weave.filter.identifiers import final_headings
from site_builder.weave.filter.images import style_images
from site_builder.weave.filter.numbering import Numbering
from site_builder.weave.filter.raw import lift
from site_builder.weave.filter.tables import style_tables
from site_builder.weave.filter.targets import finished_targets, written_targets
from site_builder.weave.translations import Phrases

NO_TERMS: Mapping[str, Term] = MappingProxyType({})


def filter_page(
    document: Document, phrases: Phrases, glossary: Mapping[str, Term] = NO_TERMS
) -> tuple[tuple[Node, ...], tuple[Problem, ...]]:
    """Return a document's text as both views share it (ids and numbers are the same in both), and what was wrong with it."""
    numbering = Numbering(phrases, document.path)
    nodes = written_targets(document.body)
    if glossary:
        nodes = link_terms(nodes, glossary, numbering)
    nodes = wrap_code(filter_divs(nodes, numbering), numbering)
    nodes = finished_targets(lift(nodes))
    return style_tables(style_images(final_headings(nodes))), tuple(numbering.problems)
