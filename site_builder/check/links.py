"""Links of the finished site, checked in the model that made them: pages, fragments, images and ids (codes LS401 to LS404)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TypeAlias
from urllib.parse import unquote

from site_builder.check.link_targets import HOST
from site_builder.check.nearest import NearestAnchors, NearestFiles
from site_builder.kept_results import NOTHING_KEPT, KeptResults, digest_of_plain
from site_builder.markdown.tree import CodeBlock, Element, Node
from site_builder.problems import Location, Problem, Report, Severity
from site_builder.weave.filter.targets import MEDIA, SCHEME
from site_builder.weave.model import Page, View, WovenSite
from site_builder.weave.parts import PagePart

ATTACHMENT = "attachment:"
"""How notebooks address a picture that a cell contains; it is still there where the cell does not contain it."""

NOWHERE_ELSE: Mapping[str, str] = MappingProxyType({})

ALWAYS = ("", "top")
"""Fragments that a browser finds on every page (HTML standard, 7.4.6.4)."""


@dataclass(frozen=True, slots=True)
class _Site:
    """What can be linked to: ids by page address, and all other files; what no cell makes although a page with cells shows it.

    ``pages`` and ``media`` find what a link, or a picture, may have meant, ``anchors`` what on a page, by its address. ``elsewhere`` has
    the addresses of data that are not in the site.
    """

    identifiers: Mapping[str, frozenset[str]]
    files: frozenset[str]
    unmade: frozenset[str]
    pages: NearestFiles
    media: NearestFiles
    elsewhere: Mapping[str, str]
    anchors: dict[str, NearestAnchors] = field(default_factory=dict)


def check_links(
    site: WovenSite, assets: Collection[PurePosixPath], awaited: Collection[str] = (), unmade: Collection[str] = (),
    kept: KeptResults = NOTHING_KEPT, elsewhere: Mapping[str, str] = NOWHERE_ELSE,
) -> Report:  # fmt: skip
    """Return a problem for every internal link and image that leads nowhere, and for every id that a page has twice.

    ``assets`` are the addresses of files that are copied, ``awaited`` those that cells will make, ``unmade`` those that none
    makes. A fault that several pages share is reported once. Lines are those of the nearest enclosing block whose line is known. ``kept``
    has what was seen on equal pages before. ``elsewhere`` has, by the path at which cells find them, the addresses of data from elsewhere.
    """
    files = frozenset((*(str(asset) for asset in assets), *awaited))

    def given() -> object:
        pages = tuple((_address(page), _leading(page, kept)) for page in site.pages)
        return pages, tuple(sorted(files)), tuple(sorted(unmade)), tuple(sorted(elsewhere.items()))

    @cache
    def found() -> tuple[Problem, ...]:
        return _problems(site, files, unmade, kept, elsewhere)

    # without a problem it does not matter which lines the links are in
    return Report(()) if kept.grouped("links are right", given, lambda: not found()) else Report(found())


def _problems(
    site: WovenSite, files: frozenset[str], unmade: Collection[str], kept: KeptResults, elsewhere: Mapping[str, str]
) -> tuple[Problem, ...]:
    looked = [_seen(page, kept) for page in site.pages]
    identifiers = {_address(seen.page): frozenset(name for name, _, _ in seen.names) for seen in looked}
    learners = [address for address in identifiers if not address.startswith("instructor/")]
    known = _Site(identifiers, files, frozenset(unmade), NearestFiles((*learners, *files)), NearestFiles(files), elsewhere)
    return tuple(_once(looked, known))


def _leading(page: Page, kept: KeptResults) -> bytes:
    """Return the digest of a page's ids and of where it leads, without their lines."""
    digests = tuple(part.digest for part in page.parts)
    return kept.grouped("leading", lambda: digests, lambda: _leading_now(page, kept))


def _leading_now(page: Page, kept: KeptResults) -> bytes:
    seen = _seen(page, kept)
    return digest_of_plain((tuple(name for name, *_ in seen.names), tuple((tag, target) for tag, target, *_ in seen.targets)))


def identifiers_of(site: WovenSite, kept: KeptResults = NOTHING_KEPT) -> dict[PurePosixPath, frozenset[str]]:
    """Return the ids of every page by its address within a view; a page of both views has those of either."""
    found: dict[PurePosixPath, frozenset[str]] = {}
    for page in site.pages:
        names = frozenset(name for name, _, _ in _seen(page, kept).names)
        found[page.address] = found.get(page.address, frozenset(ALWAYS)) | names
    return found


_Name: TypeAlias = tuple[str, int]
_Target: TypeAlias = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class _Seen:
    """Ids and anchor names of a page, and the tag and address of its elements that lead somewhere inside the site; each with the best known
    line and its file.
    """

    page: Page
    names: Sequence[tuple[str, int, PurePosixPath | None]]
    targets: Sequence[tuple[str, str, int, PurePosixPath | None]]


def _seen(page: Page, kept: KeptResults) -> _Seen:
    names: list[tuple[str, int, PurePosixPath | None]] = []
    targets: list[tuple[str, str, int, PurePosixPath | None]] = []
    for part in page.parts:
        found, leading = look_at(part, kept)
        names += [(*name, part.file) for name in found]
        targets += [(*target, part.file) for target in leading]
    return _Seen(page, names, targets)


def look_at(part: PagePart, kept: KeptResults) -> tuple[tuple[_Name, ...], tuple[_Target, ...]]:
    """Return the ids of a part of a page and where it leads, as `check_links` wants to know; what was seen in an equal one is kept."""
    return kept.result("links", lambda: part.digest, lambda: _look(part.nodes))


def _look(nodes: Iterable[Node]) -> tuple[tuple[_Name, ...], tuple[_Target, ...]]:
    names: list[_Name] = []
    targets: list[_Target] = []
    for node, line in _lines(nodes):
        if isinstance(node, CodeBlock):
            names += [(node.identifier, line)] if node.identifier else []
            continue
        if not node.attributes:
            continue
        attributes = dict(reversed(node.attributes))  # of two with one name, browsers use the first
        names += [(name, line) for name in (attributes.get("id"), attributes.get("name") if node.tag == "a" else "") if name]
        target = attributes.get("href" if node.tag == "a" else MEDIA.get(node.tag, ""), "").strip()
        if target and (not SCHEME.match(target) or target.startswith(ATTACHMENT)) and not target.startswith("/"):
            targets.append((node.tag, target, line))
    return tuple(names), tuple(targets)


def _once(looked: Iterable[_Seen], known: _Site) -> Iterator[Problem]:
    """Yield each problem once: aggregated pages repeat the problems of their sources."""
    told: set[tuple[str, Location, str]] = set()
    messages: set[str] = set()
    for seen in sorted(looked, key=lambda seen: (seen.page.source is None, seen.page.view is View.INSTRUCTOR)):
        for tag, target, line, path in seen.targets:
            for problem in _target(seen.page, tag, target, _place(seen.page, line, path), known):
                # the instructors' pages lie a folder deeper: their targets begin with one more `../`
                key = problem.code, problem.location, re.sub(r"^(\.\./)+|^\./", "", target)
                if key not in told and (seen.page.source or problem.message not in messages):
                    yield problem
                told.add(key)
                messages.add(problem.message)
        for problem in _repeated(seen):
            key = problem.code, problem.location, problem.message
            if key not in told and (seen.page.source or problem.message not in messages):
                yield problem
            told.add(key)
            messages.add(problem.message)


def _address(page: Page) -> str:
    return f"instructor/{page.address}" if page.view is View.INSTRUCTOR else str(page.address)


def _lines(nodes: Iterable[Node]) -> Iterator[tuple[Element | CodeBlock, int]]:
    """Yield every element and code block with the best known source line: its own, or that of an element around it."""
    stack: list[tuple[Node, int]] = [(node, 0) for node in nodes][::-1]
    while stack:
        node, line = stack.pop()
        if isinstance(node, Element):
            known = node.line or line
            yield node, known
            stack.extend([(child, known) for child in node.children[::-1] if type(child) is not str])
        elif isinstance(node, CodeBlock):
            yield node, node.line or line


def _target(page: Page, tag: str, target: str, place: Location, known: _Site) -> Iterator[Problem]:
    own = _address(page)
    path, _, fragment = target.partition("#")
    path = unquote(path.partition("?")[0])
    full = posixpath.normpath(posixpath.join(posixpath.dirname(own), path)) if path else own
    full = "index.html" if full == "." else posixpath.join(full, "index.html") if path.endswith("/") else full
    if full not in known.identifiers:
        if full not in known.files:
            yield _missing(tag, target, full, place, known)
    elif unquote(fragment) not in ALWAYS and known.identifiers[full].isdisjoint((fragment, unquote(fragment))):
        if full not in known.anchors:
            known.anchors[full] = NearestAnchors(known.identifiers[full])
        hint = known.anchors[full].hint(fragment)
        where = "this page" if full == own else f"'{full.removeprefix('instructor/')}'"
        yield Problem("LS402", f"link to '#{fragment}': there is no such anchor on {where}", place, hint, Severity.WARNING)


def _missing(tag: str, target: str, full: str, place: Location, known: _Site) -> Problem:
    shown = target.removeprefix("../")
    if tag == "a":
        plain = full.removeprefix("instructor/")
        hint = f"write `https://{shown}`" if HOST.match(shown) else known.pages.hint(plain)
        if plain in known.elsewhere:
            hint = f"the site has no copy of it: link to {known.elsewhere[plain]}"
        return Problem("LS401", f"link to '{shown}': there is no such page or file in the site", place, hint, Severity.WARNING)
    nobody = ", and no cell makes it" if full.removeprefix("instructor/") in known.unmade else ""
    message = f"{tag} '{shown}': there is no such file in the site{nobody}"
    return Problem("LS403", message, place, known.media.hint(full), Severity.WARNING)


def _repeated(seen: _Seen) -> Iterator[Problem]:
    met: set[str] = set()
    for name, line, path in seen.names:
        if name in met:
            message = f"the id '{name}' occurs more than once on the page: links reach only the first"
            yield Problem("LS404", message, _place(seen.page, line, path), "give each its own id", Severity.WARNING)
        met.add(name)


def _place(page: Page, line: int, path: PurePosixPath | None) -> Location:
    """A page without a source is named by its address and has no lines."""
    return Location(path, line) if page.source and path else Location(page.address)
