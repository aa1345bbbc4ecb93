"""Glossary placeholders, ``{{ glosario.term }}``, for lessons that name their own glossary file (Glosario, https://glosario.carpentries.org)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from site_builder.markdown.tree import Element, Node, element, elements, transform
from site_builder.problems import did_you_mean
from site_builder.weave.filter.page_state import PageState

PLACEHOLDER = re.compile(r"\{\{\s*glosario\.([\w-]+)\s*\}\}")
MOST_HINTS = 20
"""Terms of a page for which one that is meant is looked for: each takes as long as there are terms."""

ADDRESS = "https://glosario.carpentries.org"


@dataclass(frozen=True, slots=True)
class Term:
    """An entry of a glossary: its name, its definition, and the language of both."""

    slug: str
    name: str
    definition: str
    language: str

    @property
    def address(self) -> str:
        """The term's address in the public glossary."""
        return f"{ADDRESS}/{self.language}/#{self.slug}"


def terms(entries: Any, language: str) -> dict[str, Term]:
    """Return the terms of a glossary file, a list of mappings with ``slug`` and, by language, ``term`` and ``def``; English replaces
    a language that an entry lacks. Anything of another shape is ignored.
    """
    found = {}
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, Mapping) and isinstance(entry.get("slug"), str):
            phrases_for = next((name for name in (language, "en") if isinstance(entry.get(name), Mapping)), None)
            if phrases_for:
                words = entry[phrases_for]
                found[entry["slug"]] = Term(entry["slug"], str(words.get("term", "")), str(words.get("def", "")).strip(), phrases_for)
    return found


def link_terms(nodes: Sequence[Node], glossary: Mapping[str, Term], state: PageState) -> tuple[Node, ...]:
    """Replace each placeholder by a link to its term; an unknown term stays as written and is reported."""
    made: list[Node] = []
    hints: dict[str, str] = {}
    for top in nodes:
        line = top.line if isinstance(top, Element) else 0
        made.extend(transform((top,), partial(_replaced, glossary=glossary, state=state, line=line, hints=hints)))
    return tuple(made)


def used_terms(nodes: Sequence[Node], glossary: Mapping[str, Term]) -> tuple[Term, ...]:
    """Return the terms that the text links to, by name."""
    targets = {link.get("href") for link in elements(nodes, "a")}
    return tuple(sorted((term for term in glossary.values() if term.address in targets), key=lambda term: term.name.casefold()))


def _replaced(node: Node, glossary: Mapping[str, Term], state: PageState, line: int, hints: dict[str, str]) -> tuple[Node, ...] | None:
    return tuple(_pieces(node, glossary, state, line, hints)) if isinstance(node, str) and "{{" in node else None


def _pieces(text: str, glossary: Mapping[str, Term], state: PageState, line: int, hints: dict[str, str]) -> list[Node]:
    pieces: list[Node] = []
    position = 0
    for match in PLACEHOLDER.finditer(text):
        term = glossary.get(match[1])
        if term is None:
            if match[1] not in hints and len(hints) < MOST_HINTS:
                hints[match[1]] = did_you_mean(match[1], glossary)
            state.warn("LS608", f"the glossary has no term '{match[1]}'", line, hints.get(match[1], ""))
            continue
        pieces += [text[position : match.start()], _link(term)]
        position = match.end()
    return [piece for piece in (*pieces, text[position:]) if piece != ""]


def _link(term: Term) -> Element:
    return element("sup", element("a", term.name, href=term.address, title=term.definition, class_="glosario-term"))
