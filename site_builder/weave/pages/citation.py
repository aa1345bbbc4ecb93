"""How to cite the lesson, from its CITATION.cff (Citation File Format 1.2, https://citation-file-format.github.io)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from site_builder.markdown.tree import CodeBlock, Node, element
from site_builder.problems import Location, Problem, Severity
from site_builder.weave.filter.boxes import Box, draw
from site_builder.weave.filter.page_state import PageState
from site_builder.weave.model import Page, PageKind
from site_builder.weave.pages.view_context import ViewContext, page

WEB = re.compile(r"https?://", re.IGNORECASE)
ORCID = "https://orcid.org/"
DIGITS = re.compile(r"(?:\d{4}-){3}\d{3}[\dX]")
"""An ORCID iD without its address (https://support.orcid.org/hc/articles/360006897674)."""

WORKBENCH = "https://carpentries.org/workbench"


@dataclass(frozen=True, slots=True)
class Author:
    """A person or organisation to credit: given and family names, or an organisation's name as the family name."""

    given: str
    family: str
    affiliation: str = ""
    orcid: str = ""

    @property
    def full(self) -> str:
        """The name as people say it."""
        return f"{self.given} {self.family}".strip()

    @property
    def short(self) -> str:
        """The name as in reference lists: family name and initials."""
        initials = "".join(part[0] for part in self.given.split())
        return f"{self.family} {initials}." if initials else self.family


def faults(citation: Mapping[str, Any], path: PurePosixPath) -> tuple[Problem, ...]:
    """Return why a citation file cannot be shown: it needs a title and at least one author with a name."""
    missing = [key for key, value in (("title", citation.get("title")), ("authors", authors(citation))) if not value]
    message = f"the citation file has no usable {' and no usable '.join(missing)}: there is no citation page"
    hint = "see the Citation File Format's guide, or check the file with cffconvert"
    return (Problem("LS607", message, Location(path), hint, Severity.WARNING),) if missing else ()


def authors(entry: Mapping[str, Any]) -> tuple[Author, ...]:
    """Return the authors of a citation or of its preferred citation; entries without a name are left out."""
    listed = entry.get("authors")
    people = [_author(item) for item in (listed if isinstance(listed, list) else ()) if isinstance(item, Mapping)]
    return tuple(person for person in people if person.family)


def _author(item: Mapping[str, Any]) -> Author:
    particle = str(item.get("name-particle") or "")
    family = f"{particle} {item.get('family-names') or item.get('name') or item.get('alias') or ''}".strip()
    return Author(str(item.get("given-names") or ""), family, str(item.get("affiliation") or ""), str(item.get("orcid") or ""))


def citation_page(context: ViewContext, citation: Mapping[str, Any]) -> Page:
    """Return the page that tells how to cite the lesson; the citation has no `faults`."""
    preferred = citation.get("preferred-citation")
    shown = preferred if isinstance(preferred, Mapping) and authors(preferred) and preferred.get("title") else citation
    body = (
        element("h2", "Cite This Lesson", id="cite-this-lesson"),
        element("p", "The people who wrote this lesson:"),
        element("p", *_credits(authors(shown)), f" ({_year(context, shown)}). ", *_work(context, shown), id="authors"),
        *_places(authors(shown)),
        _box(context, citation),
        element("h2", "Cite The Workbench", id="cite-the-workbench"),
        element("p", "The lesson's structure is that of the ", _external(WORKBENCH, "Carpentries Workbench"), "; ", _workbench(), "."),
    )
    title = context.phrase_title("Acknowledgements and Citations")
    return page(context, PurePosixPath("citation.html"), PageKind.CITATION, title, ((*body, *context.links),))


def _workbench() -> Node:
    return _external(f"{WORKBENCH}/#cite-the-workbench", "its own page says how to cite it")


def _hidden(text: str) -> Node:
    return element("span", text, class_="visually-hidden")


def _external(address: str, *content: Node) -> Node:
    """Return a link; what is no address of a page is shown as text."""
    if not WEB.match(address):
        return element("span", *content)
    return element("a", *content, href=address, class_="external-link")


def _credits(people: Sequence[Author]) -> Iterable[Node]:
    places = _affiliations(people)
    for index, person in enumerate(people):
        yield f"{', ' if index else ''}{person.full}"
        if person.affiliation:
            number = str(places.index(person.affiliation) + 1)
            yield element("a", element("sup", _hidden(f"affiliation of {person.full}: "), number), href=f"#aff{number}")
        if person.orcid:
            yield " "
            yield _orcid(person)


def _orcid(person: Author) -> Node:
    """Return a link to a person's identifier, also if only its digits are given; what is no address of a page is shown as text."""
    address = f"{ORCID}{person.orcid}" if DIGITS.fullmatch(person.orcid) else person.orcid
    if not WEB.match(address):
        return person.orcid
    return element("a", _hidden(f"ORCID of {person.full}"), href=address, class_="external-link orcid")


def _affiliations(people: Sequence[Author]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(person.affiliation for person in people if person.affiliation))


def _places(people: Sequence[Author]) -> Iterable[Node]:
    """The affiliations, numbered as behind the names."""
    found = _affiliations(people)
    if found:
        yield element("p", "Affiliations:")
        yield element("ol", *(element("li", name, id=f"aff{number}") for number, name in enumerate(found, 1)), class_="affiliations")


def _work(context: ViewContext, shown: Mapping[str, Any]) -> Iterable[Node]:
    """Title and version of a lesson, or title, journal and DOI of an article."""
    yield element("em", str(shown["title"]))
    if shown.get("journal"):
        yield f". {_issue(shown)}. "
        address = f"https://doi.org/{shown['doi']}" if shown.get("doi") else str(shown.get("url") or "")
    else:
        yield f". Version [{_version(shown)}]. "
        address = str(shown.get("url") or context.lesson.settings.url)
    if address:
        yield element("br")
        yield _external(address, address)


def _issue(shown: Mapping[str, Any]) -> str:
    volume = str(shown.get("volume") or "")
    issue = f"({shown['issue']})" if shown.get("issue") else ""
    pages = "–".join(str(shown[key]) for key in ("start", "end") if shown.get(key))
    return ", ".join(part for part in (str(shown["journal"]), f"{volume}{issue}", pages) if part)


def _version(citation: Mapping[str, Any]) -> str:
    return str(citation.get("version") or "unversioned")


def _year(context: ViewContext, citation: Mapping[str, Any]) -> str:
    dates = (citation.get("year"), citation.get("date-released"), context.lesson.settings.created, context.build_date)
    return next((str(date)[:4] for date in dates if date), "")


def _box(context: ViewContext, citation: Mapping[str, Any]) -> Node:
    names = ", ".join(person.short for person in authors(citation))
    text = f"{names} ({_year(context, citation)}). {citation['title']}. Version [{_version(citation)}]."
    title = element("h3", "Copy-Pasteable Citation", id="copy-pasteable-citation")
    return draw(Box("callout", title, (CodeBlock(text, ("citation",)),)), PageState(context.phrases))
