"""Where the links of the documentation lead: from paths in the repository to addresses in the site, and whether anything is there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from site_builder.markdown.tree import Element, Node, elements, transform, walk

ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")
SETTLED = "settled:"
"""Marks an address that the filters of lessons, which have rules of their own for folders of a lesson, are to leave alone."""

REPOSITORY = "repository"
"""Folder of the site with the files of the repository that pages link to and that are no pages."""


@dataclass(frozen=True, slots=True)
class DeadLink:
    """A link that leads nowhere: the file that has it, its target as written, and what is missing."""

    source: PurePosixPath
    target: str
    reason: str

    def __str__(self) -> str:
        return f"{self.source}: {self.target}: {self.reason}"


def addresses(paths: Iterable[PurePosixPath], named: Mapping[PurePosixPath, str]) -> dict[PurePosixPath, str]:
    """Return the address of each page by its path in the repository, flat: ``docs/a.md`` is ``a.html``, but for those that are ``named``.

    Raises:
        ValueError: two pages would have one address.
    """
    found = {path: named.get(path, f"{path.stem}.html") for path in paths}
    folded = [address.lower() for address in found.values()]
    twice = sorted({address for address in folded if folded.count(address) > 1})
    if twice:
        raise ValueError(f"two pages would be at {', '.join(twice)}")
    return found


class Resolver:
    """Turns targets into addresses. ``assets`` grows with the files that the site needs, by address; ``dead`` with links to nothing."""

    def __init__(self, root: Path, docs: PurePosixPath, pages: Mapping[PurePosixPath, str]) -> None:
        self._root, self._docs, self._pages = root, docs, pages
        self.assets: dict[PurePosixPath, Path] = {}
        self.dead: list[DeadLink] = []

    def settled(self, nodes: tuple[Node, ...], source: PurePosixPath) -> tuple[Node, ...]:
        """Return a page's tree with its links and pictures settled."""

        def change(node: Node) -> tuple[Node, ...] | None:
            if not isinstance(node, Element) or not (name := {"a": "href", "img": "src"}.get(node.tag, "")) or not node.has(name):
                return None
            target = node.get(name)
            if ELSEWHERE.match(target) or target.startswith("#"):
                return None
            return (node.set({name: SETTLED + self._address(target, source)}),)

        return transform(nodes, change)

    def _address(self, target: str, source: PurePosixPath) -> str:
        written, _, fragment = target.partition("#")
        path = PurePosixPath(os.path.normpath(source.parent / unquote(written)))
        if path in self._pages:
            return f"{self._pages[path]}{'#' if fragment else ''}{fragment}"
        if path.parts[0] == ".." or not (self._root / path).is_file():
            self.dead.append(DeadLink(source, target, "no such file in the repository"))
            return target
        place = path.relative_to(self._docs) if path.is_relative_to(self._docs) else PurePosixPath(REPOSITORY, path)
        self.assets[place] = self._root / path
        return str(place)


def unmarked(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """Return a finished tree with its settled addresses as they are to be."""

    def change(node: Node) -> tuple[Node, ...] | None:
        for name in ("href", "src"):
            if isinstance(node, Element) and node.get(name).startswith(SETTLED):
                return (node.set({name: node.get(name).removeprefix(SETTLED)}),)
        return None

    return transform(nodes, change)


def dead_anchors(bodies: Mapping[PurePosixPath, tuple[Node, ...]], pages: Mapping[PurePosixPath, str]) -> Iterator[DeadLink]:
    """Yield the links of finished pages to an anchor that its page does not have."""
    known = {pages[path]: {node.get("id") for node in walk(body) if isinstance(node, Element)} for path, body in bodies.items()}
    for path, body in bodies.items():
        for link in elements(body, "a"):
            address, _, fragment = link.get("href").partition("#")
            if fragment and not ELSEWHERE.match(address) and unquote(fragment) not in known.get(address or pages[path], set()):
                yield DeadLink(path, link.get("href"), "no such anchor")
