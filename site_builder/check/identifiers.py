"""Ids that authors wrote: the site makes a repeated one unique, so links to it lead to the first (code LS404)."""

from __future__ import annotations

from collections.abc import Iterator

from site_builder.check.findings import CheckedPage, lined
from site_builder.markdown.tree import CodeBlock, Element
from site_builder.problems import Location, Problem, Severity


def check_identifiers(page: CheckedPage) -> Iterator[Problem]:
    """Yield each id of a page that an earlier element already has."""
    met: set[str] = set()
    for node, line in lined(page.body):
        name = node.get("id") if isinstance(node, Element) else node.identifier if isinstance(node, CodeBlock) else ""
        if name in met:
            message = f"the id '{name}' occurs more than once on the page: links reach only the first"
            yield Problem("LS404", message, Location(page.path, line), "give each its own id", Severity.WARNING)
        met.update({name} - {""})
