"""One view of the lesson while its pages are made, and how a page is assembled."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import PurePosixPath
from urllib.parse import quote

from site_builder.kept_results import NOTHING_KEPT, KeptResults
from site_builder.lesson.model import Lesson, SourceFile
from site_builder.markdown.document import Document
from site_builder.markdown.tree import Element, Node, element, to_html
from site_builder.weave.filter.formula_text import as_text, plain_text
from site_builder.weave.filter.glossary import Term
from site_builder.weave.filter.views import body_for, seen_part
from site_builder.weave.model import DataLink, Page, PageKind, Takeaway, View
from site_builder.weave.pages.days import WorkshopDay
from site_builder.weave.pages.timetable import Timetable
from site_builder.weave.parts import Look, PagePart, apart, by_nodes, derived, known, nobody
from site_builder.weave.translations import Phrases

DESCRIPTION = "A lesson to teach and to learn with"
NO_ID = re.compile(r"[^\w.~-]+")
KEYWORDS = "software,data,lesson,The Carpentries"


@dataclass(frozen=True, slots=True)
class Title:
    """A page's title as inline nodes, its formulas typeset; on one line each: its ``text`` without markup, its ``html``, and as ``label``
    for menus and links HTML with its markup, formulas as text.
    """

    nodes: tuple[Node, ...]
    text: str
    html: str
    label: str


def titled(nodes: Sequence[Node]) -> Title:
    """Return the title that is made of these nodes."""
    html, label = to_html(nodes), to_html(as_text(nodes))
    return Title(tuple(nodes), plain_text(nodes), " ".join(html.split()), " ".join(label.split()))


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A page that has a source: its document, title and finished text; the ISO date of its last change, its downloads and data, if any."""

    document: Document
    title: Title
    body: PagePart
    updated: str | None = None
    takeaway: Takeaway | None = None
    data: tuple[DataLink, ...] = ()


@dataclass(frozen=True, slots=True)
class ViewContext:
    """Everything needed to make the pages of one view; ``pages`` are those with a source, by its path, as this view shows them.

    The context that both views share has no view yet (`seen_by`). ``kept`` remembers what was made of equal texts, ``data`` is what
    all episodes share from elsewhere. ``whole`` has the text of each page as both views together show it.
    """

    lesson: Lesson
    view: View | None
    phrases: Phrases
    pages: Mapping[PurePosixPath, SourcePage]
    timetable: Timetable
    build_date: str
    glossary: Mapping[str, Term]
    links: tuple[Node, ...] = ()
    days: tuple[WorkshopDay, ...] = ()
    has_calendar: bool = False
    kept: KeptResults = NOTHING_KEPT
    data: tuple[DataLink, ...] = ()
    look: Look = nobody
    whole: Mapping[PurePosixPath, PagePart] = field(default_factory=dict)

    def seen_by(self, view: View, look: Look = nobody) -> ViewContext:
        """Return the context of one view; ``look`` sees all parts of its pages."""
        pages = {path: replace(page, body=seen_part(view, page.body, self.kept)) for path, page in self.pages.items()}
        whole = {path: page.body for path, page in self.pages.items()}
        return replace(self, view=view, look=look, pages=pages, links=body_for(view, self.links), whole=whole)

    def part(
        self, source: SourceFile, name: str, make: Callable[[ViewContext, SourceFile], Iterable[Node]], *given: int | None
    ) -> PagePart:
        """Return what a function makes of a page with a source in this view and of what is ``given``; ``name`` names the function."""
        made, words = self.of(source), (name, source.slug, self.phrases.language, self.for_instructors)
        decided = partial(_deciding, self.kept, made, (*words, *given))
        return derived(self.kept, "part", decided, lambda: tuple(make(self, source)))

    def extract(self, source: SourceFile, name: str, make: Callable[[ViewContext, SourceFile], Iterable[Node]]) -> PagePart:
        """Return what `part` does of a function that takes little of a page: what it takes decides the result, not the rest."""
        return by_nodes(self.part(source, name, make), self.kept)

    @property
    def for_instructors(self) -> bool:
        """Tell whether this is the instructors' view."""
        return self.view is View.INSTRUCTOR

    def of(self, source: SourceFile) -> SourcePage:
        """Return the page of a source file."""
        return self.pages[source.path]

    def phrase_title(self, english: str) -> Title:
        """Return the title of a generated page, in the interface's language."""
        return titled((self.phrases(english),))


def _deciding(kept: KeptResults, made: SourcePage, words: tuple[object, ...]) -> object:
    return (*words, kept.digest_of(made.title.nodes), made.body.digest)


def address_of(source: SourceFile) -> PurePosixPath:
    """Return a source file's flat address."""
    return _address(source.slug)


@lru_cache(maxsize=4096)  # every page leads to its neighbours, and aggregated ones to all
def _address(slug: str) -> PurePosixPath:
    return PurePosixPath(f"{slug}.html")


def link_to(source: SourceFile) -> str:
    """Return a link to a source file's page from a page of the same view: a path whatever its name is (RFC 3986, 3.3)."""
    return quote(str(address_of(source)))


def anchor_of(source: SourceFile) -> str:
    """Return the id of what comes from a source file on a page made from several: its name, without letters that an id cannot have."""
    return NO_ID.sub("-", source.slug)


def page(
    context: ViewContext,
    address: PurePosixPath,
    kind: PageKind,
    title: Title,
    parts: Sequence[PagePart | Sequence[Node]],
    source: SourceFile | None = None,
) -> Page:
    """Assemble a page; ids are made unique across its parts, and each part's links follow. Parts without a file come from the source's."""
    assert context.view is not None  # the shared context makes no pages
    path = source.path if source else None
    given = (part if isinstance(part, PagePart) else known(part, context.kept) for part in parts)
    found = apart(context.kept, tuple(given), look=context.look)
    made_of = tuple(part if part.file or path is None else PagePart(part.digest, part.make, path) for part in found)
    settings, updated = context.lesson.settings, context.of(source).updated if source else None
    edit = f"{settings.source.rstrip('/')}/edit/{settings.branch}/{quote(str(path))}" if settings.source and path else ""
    described = metadata(context, str(address), settings.title if kind is PageKind.HOME else title.text, updated)
    # aggregated pages would show the same text twice in results; each view has its own index
    return Page(
        address, context.view, kind, title.text, title.html, made_of, path, updated=updated, edit=edit, metadata=described,
        search=source is not None,
    )  # fmt: skip


def section_head(context: ViewContext, source: SourceFile) -> tuple[Node, ...]:
    """Return the heading of an episode on an aggregated page: a link to the episode, named by its slug."""
    return (element("h2", element("a", *context.of(source).title.nodes, href=link_to(source)), id=anchor_of(source)),)


def marker(identifier: str) -> Element:
    """Return an anchor where a part of a page begins without its own heading."""
    return element("div", id=identifier)


quoted = json.JSONEncoder(ensure_ascii=False).encode
"""Writes a text as JSON."""


def metadata(context: ViewContext, page_address: str, name: str, updated: str | None) -> str:
    """Return a page's description for search engines: a schema.org LearningResource with the keys that the Workbench writes.

    The profile's address is the Workbench's, too; Bioschemas publishes it as https://bioschemas.org/profiles/TrainingMaterial/1.0-RELEASE.
    Source: https://github.com/carpentries/sandpaper/blob/main/inst/templates/metadata-template.txt.
    """
    settings = context.lesson.settings
    folder = "instructor/" if context.for_instructors else ""
    address = f"{settings.url}{folder}{quote(page_address)}"
    facts = {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "@id": address,
        "inLanguage": settings.lang.replace("_", "-"),
        "dct:conformsTo": "https://bioschemas.org/profiles/LearningResource/1.0-RELEASE",
        "description": settings.description or DESCRIPTION,
        "keywords": settings.keywords or KEYWORDS,
        "name": name,
        "creativeWorkStatus": "active",
        "url": address,
        "identifier": address,
        "dateCreated": settings.created,
        "dateModified": updated or context.build_date,
        "datePublished": context.build_date,
    }
    # as `json.dumps` writes it with an indent of 2, which does it in Python: a third of making the page
    lines = (f"  {quoted(key)}: {quoted(value)}" for key, value in facts.items() if value)
    written = "{\n" + ",\n".join(lines) + "\n}"
    return written.replace("<", "\\u003c")  # nothing in a script element may look like a tag or a comment
