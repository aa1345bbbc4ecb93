"""The documentation as a site: the builder's own reader, filters, theme, search and engine, without the pages that only lessons have.

What the menu holds stands in docs/index.md: each heading of level 2 is a part of it, each link in a list below is a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any

from site_builder import files
from site_builder.lesson.model import Lesson
from site_builder.markdown.reader import read
from site_builder.markdown.tree import Element, Node, element, elements, is_heading, text_of, transform
from site_builder.problems import Problem
from site_builder.publish.exchange import publish, workplace
from site_builder.publish.manifest import Identity, write_manifest
from site_builder.publish.targets import check_site
from site_builder.render.configuration import configurations
from site_builder.render.registry import prepared
from site_builder.settings.lesson import Settings
from site_builder.weave.filter.identifiers import TakenIdentifiers, unique
from site_builder.weave.filter.page import filter_page
from site_builder.weave.model import MenuItem, Page, PageKind, PageLink, View
from site_builder.weave.parts import whole
from site_builder.weave.stage import BESIDE as UNSERVED
from site_builder.weave.stage import StagedView, stage_assets
from site_builder.weave.translations import ENGLISH, SCRIPTED_WORDS, scripted_words
from tools.documentation.boxes import SHOWN
from tools.documentation.links import DeadLink, Resolver, addresses, dead_anchors, unmarked
from tools.documentation.pieces import ROOT

DOCS = PurePosixPath("docs")
HOME = DOCS / "index.md"
BESIDE = tuple(PurePosixPath(name) for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", ".github/SECURITY.md"))
"""Documents of the repository that are pages of the site as well."""

NAMED = {HOME: "index.html", PurePosixPath("README.md"): "about.html"}
"""Pages whose address is not their name: MkDocs would make an index of a README."""

LESSONS_INDEX = DOCS / "index-page.md"
"""The page on the package index, which stands alone."""

MARKED = re.compile(rf"^(?P<fence>`{{3,}})markdown\n(?P<text>(?:(?!(?P=fence)).*\n)*?)(?P=fence)\n\n{re.escape(SHOWN)}$", re.MULTILINE)

TITLE = "lesson documentation"
WORDS = {"Lesson": "Documentation", "Search this lesson": "Search the documentation"}
"""Words of the theme that are others here."""


@dataclass(frozen=True, slots=True)
class Contents:
    """All pages by their path in the repository, their addresses, the files beside them, and what is wrong."""

    pages: Mapping[PurePosixPath, Page]
    menu: tuple[MenuItem, ...]
    assets: Mapping[PurePosixPath, Path]
    dead: tuple[DeadLink, ...]
    problems: tuple[Problem, ...]


def page_addresses(root: Path = ROOT) -> dict[PurePosixPath, str]:
    """Return the address of every page by its path in the repository."""
    paths = [*(DOCS / path.name for path in sorted((root / DOCS).glob("*.md"))), *BESIDE]
    return addresses((path for path in paths if path != LESSONS_INDEX), NAMED)


def contents(root: Path = ROOT) -> Contents:
    """Read all pages, settle their links, and put them in the order of the menu."""
    known = page_addresses(root)
    resolver = Resolver(root, DOCS, known)
    bodies: dict[PurePosixPath, tuple[Node, ...]] = {}
    titles: dict[PurePosixPath, str] = {}
    problems: list[Problem] = []
    for path in known:
        document = read(_with_shown((root / path).read_text(encoding="utf-8")), path)
        title, body = _divided(document.body)
        settled, told = filter_page(replace(document, body=resolver.settled(body, path)), ENGLISH)
        bodies[path], titles[path] = unique(_without_widths(unmarked(settled)), TakenIdentifiers()), title
        problems += [*document.problems, *told]
    menu = tuple(_menu(bodies[HOME]))
    dead = (*resolver.dead, *dead_anchors(bodies, known))
    pages = {path: _page(known[path], titles[path], bodies[path]) for path in known}
    return Contents(_in_order(pages, menu), menu, resolver.assets, dead, tuple(problems))


def build(site: Path, root: Path = ROOT) -> int:
    """Make the site in a folder, which is empty or has an earlier one, and return how many pages it has.

    Raises:
        ValueError: a link leads nowhere, or a page has a fault.
        OutputRefused: the folder has files of somebody else.
        MachineError: the site cannot be written.
    """
    made = contents(root)
    faults = [*map(str, made.dead), *(f"{problem.location}: {problem.message}" for problem in made.problems)]
    if faults:
        raise ValueError("\n".join(faults))
    identity = Identity(TITLE)
    site.parent.mkdir(parents=True, exist_ok=True)
    check_site(site, site.parent / ".none", identity)
    with prepared("mkdocs") as engine, files.temporary_folder(site.parent, ".stage.") as stage, workplace(site) as beside:
        pages = [*made.pages.values(), _not_found()]
        words = {SCRIPTED_WORDS: scripted_words(ENGLISH).encode()}
        parts = [stage_assets({**made.assets, **words}, stage)[0]]
        staged = StagedView(View.LEARNER, _settings(root, engine.scripts), stage)
        for page in pages:
            staged.add(page)
        parts.append(staged.finish(made.menu))
        report = engine.render(stage / View.LEARNER.value, beside / "site").result()
        if report.problems:
            raise ValueError("\n".join(problem.message for problem in report.problems))
        for path in files.files_below(stage / UNSERVED):
            files.place_copy(path, beside / "site" / path.relative_to(stage / UNSERVED))
        write_manifest(beside / "site", "".join(parts), parts, identity)
        publish(beside / "site", site)
    return len(pages)


def _settings(root: Path, scripts: Iterable[str]) -> dict[str, Any]:
    lesson = Lesson(root / DOCS, Settings(title=TITLE, license="MIT, CC-BY 4.0"))
    settings = configurations(lesson, scripts=tuple(scripts))[View.LEARNER]
    facts = settings["extra"]["lesson_site"]
    facts["view"] = ""  # there is one
    facts["words"] = facts["words"] | WORDS
    return settings


def _with_shown(text: str) -> str:
    """Return a page with what its marked blocks of Markdown make, below each."""
    return MARKED.sub(lambda found: f"{found[0]}\n\n{found['text']}", text)


def _divided(body: tuple[Node, ...]) -> tuple[str, tuple[Node, ...]]:
    """Return a document's title, which is its first heading of level 1, and the rest.

    Raises:
        ValueError: it has none.
    """
    for place, node in enumerate(body):
        if isinstance(node, Element) and node.tag == "h1":
            return text_of(node.children), (*body[:place], *body[place + 1 :])
    raise ValueError("a page has no heading of level 1")


def _without_widths(body: tuple[Node, ...]) -> tuple[Node, ...]:
    """Leave the widths of columns to the browser, as the forge does: by pandoc's rule they would follow the hyphens below the head."""
    return transform(body, lambda node: () if isinstance(node, Element) and node.tag == "colgroup" else None)


def _menu(home: Iterable[Node]) -> Iterator[MenuItem]:
    yield MenuItem("Start", "index.html")
    part = ""
    items: list[MenuItem] = []
    for node in home:
        if is_heading(node) and isinstance(node, Element) and node.tag == "h2":
            if items:
                yield MenuItem(part, items=tuple(items))
            part, items = text_of(node.children), []
        elif isinstance(node, Element) and node.tag == "ul":
            links = [next(elements(item.children, "a")) for item in elements((node,), "li")]
            items += [MenuItem(text_of(link.children), link.get("href")) for link in links]
    if items:
        yield MenuItem(part, items=tuple(items))


def _page(address: str, title: str, body: tuple[Node, ...]) -> Page:
    return Page(PurePosixPath(address), View.LEARNER, PageKind.PAGE, title, escape(title), (whole(body),))


def _in_order(pages: Mapping[PurePosixPath, Page], menu: Iterable[MenuItem]) -> dict[PurePosixPath, Page]:
    """Return pages that lead to the ones before and after them in the menu."""
    listed = [item for group in menu for item in (group.items or (group,))]
    before = {right.address: PageLink(left.address, escape(left.title)) for left, right in pairwise(listed)}
    after = {left.address: PageLink(right.address, escape(right.title)) for left, right in pairwise(listed)}
    return {path: replace(page, previous=before.get(str(page.address)), next=after.get(str(page.address))) for path, page in pages.items()}


def _not_found() -> Page:
    link = element("a", "first page", href="index.html")
    body = (element("p", "There is no page at this address. The ", link, " and the menu list all that there are."),)
    return _page("404.html", "Page not found", body)
