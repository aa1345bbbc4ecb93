"""Links of the finished site, checked in the model that made them: pages, fragments, images and ids (codes LS401 to LS404)."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from site_builder.markdown.tree import CodeBlock, Element, Node
from site_builder.problems import Location, Problem, Report, Severity, did_you_mean
from site_builder.weave.filter.targets import MEDIA, SCHEME
from site_builder.weave.model import Page, View, WovenSite

ALWAYS = ("", "top")
"""Fragments that a browser finds on every page (HTML standard, 7.4.6.4)."""


@dataclass(frozen=True, slots=True)
class _Site:
    """What can be linked to: ids by page address, and all other files."""

    identifiers: Mapping[str, frozenset[str]]
    files: frozenset[str]


def check_links(site: WovenSite, assets: Collection[PurePosixPath]) -> Report:
    """Return a problem for every internal link and image that leads nowhere, and for every id that a page has twice.

    ``assets`` are the addresses of files that are copied. A fault that several pages share is reported once. Lines are those of the nearest
    enclosing block whose line is known.
    """
    looked = [_look(page) for page in site.pages]
    known = _Site({_address(seen.page): frozenset(name for name, _ in seen.names) for seen in looked}, frozenset(str(a) for a in assets))
    return Report(tuple(_once(looked, known)))


@dataclass(frozen=True, slots=True)
class _Seen:
    """Ids and anchor names of a page, and its elements that lead somewhere inside the site, each with the best known line."""

    page: Page
    names: tuple[tuple[str, int], ...]
    targets: tuple[tuple[Element, str, int], ...]


def _look(page: Page) -> _Seen:
    names: list[tuple[str, int]] = []
    targets: list[tuple[Element, str, int]] = []
    for node, line in _lines(page.body):
        if isinstance(node, CodeBlock):
            names += [(node.identifier, line)] if node.identifier else []
            continue
        if not node.attributes:
            continue
        attributes = dict(reversed(node.attributes))  # of two with one name, browsers use the first
        names += [(name, line) for name in (attributes.get("id"), attributes.get("name") if node.tag == "a" else "") if name]
        target = attributes.get("href" if node.tag == "a" else MEDIA.get(node.tag, ""), "").strip()
        if target and not SCHEME.match(target) and not target.startswith("/"):
            targets.append((node, target, line))
    return _Seen(page, tuple(names), tuple(targets))


def _once(looked: Iterable[_Seen], known: _Site) -> Iterator[Problem]:
    """Yield each problem once: aggregated pages repeat the problems of their sources."""
    told: set[Problem] = set()
    messages: set[str] = set()
    for seen in sorted(looked, key=lambda seen: seen.page.source is None):
        wrong = (problem for node, target, line in seen.targets for problem in _target(seen.page, node, target, line, known))
        for problem in (*wrong, *_repeated(seen)):
            if problem not in told and (seen.page.source or problem.message not in messages):
                yield problem
            told.add(problem)
            messages.add(problem.message)


def _address(page: Page) -> str:
    return f"instructor/{page.address}" if page.view is View.INSTRUCTOR else str(page.address)


def _lines(body: tuple[Node, ...]) -> Iterator[tuple[Element | CodeBlock, int]]:
    """Yield every element and code block with the best known source line: its own, or that of the nearest element around it."""
    stack: list[tuple[Node, int]] = [(node, 0) for node in body[::-1]]
    while stack:
        node, line = stack.pop()
        if isinstance(node, Element):
            known = node.line or line
            yield node, known
            stack.extend([(child, known) for child in node.children[::-1] if type(child) is not str])
        elif isinstance(node, CodeBlock):
            yield node, node.line or line


def _target(page: Page, node: Element, target: str, line: int, known: _Site) -> Iterator[Problem]:
    own = _address(page)
    path, _, fragment = target.partition("#")
    path = unquote(path.partition("?")[0])
    full = posixpath.normpath(posixpath.join(posixpath.dirname(own), path)) if path else own
    full = "index.html" if full == "." else posixpath.join(full, "index.html") if path.endswith("/") else full
    place = _place(page, line)
    if full not in known.identifiers:
        if full not in known.files:
            yield _missing(node, target, full, place, known)
    elif unquote(fragment) not in (*ALWAYS, *known.identifiers[full]) and fragment not in known.identifiers[full]:
        hint = did_you_mean(unquote(fragment), known.identifiers[full])
        where = "this page" if full == own else f"'{full.removeprefix('instructor/')}'"
        yield Problem("LS402", f"link to '#{fragment}': there is no such anchor on {where}", place, hint, Severity.WARNING)


def _missing(node: Element, target: str, full: str, place: Location, known: _Site) -> Problem:
    shown = target.removeprefix("../")
    if node.tag == "a":
        hint = did_you_mean(full.removeprefix("instructor/"), (*known.identifiers, *known.files))
        return Problem("LS401", f"link to '{shown}': there is no such page or file in the site", place, hint, Severity.WARNING)
    return Problem(
        "LS403", f"{node.tag} '{shown}': there is no such file in the site", place, did_you_mean(full, known.files), Severity.WARNING
    )


def _repeated(seen: _Seen) -> Iterator[Problem]:
    met: set[str] = set()
    for name, line in seen.names:
        if name in met:
            message = f"the id '{name}' occurs more than once on the page: links reach only the first"
            yield Problem("LS404", message, _place(seen.page, line), "give each its own id", Severity.WARNING)
        met.add(name)


def _place(page: Page, line: int) -> Location:
    """A page without a source is named by its address and has no lines."""
    return Location(page.source, line) if page.source else Location(page.address)
