"""Pictures, sounds and other files that pages show although the lesson does not have them: only a cell can make them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import unquote

from site_builder.episode import Episode
from site_builder.kept_results import NOTHING_KEPT, KeptResults
from site_builder.lesson.model import Lesson
from site_builder.markdown.document import Document
from site_builder.markdown.tree import Cell, Element, Expression, Raw, walk
from site_builder.records.model import Display, EpisodeRecord
from site_builder.weave.filter.targets import COPIED, MEDIA, leaves_site, site_address

PAGES = (".html", ".md", ".rmd", ".ipynb", ".py")
"""Suffixes of pages, and of the sources that they are made of."""

TAG = re.compile(r"<(?P<tag>img|video|audio|source|track|embed|object)\b[^>]*?\s(?P<name>src|data)\s*=\s*[\"']?(?P<address>[^\"'\s>]+)")
"""A tag of HTML that shows a file, with its address as authors write it (HTML standard, 13.1.2)."""


def with_shown(
    lesson: Lesson, documents: Mapping[PurePosixPath, Document], episodes: Sequence[Episode], kept: KeptResults = NOTHING_KEPT
) -> tuple[Episode, ...]:
    """Return the episodes, those with cells with the files that they may make for pages: for their own, and for others where their code
    names the file. A file that the lesson has is none of these. ``kept`` has what was found on equal pages before.
    """
    if not any(episode.cells for episode in episodes):
        return tuple(episodes)
    there = {str(asset.target) for asset in lesson.assets} | {address for page in documents.values() for address, _ in page.attachments}
    wanted = {path: sorted({*_kept_addresses(document, kept)} - there) for path, document in documents.items()}
    every = sorted({name for names in wanted.values() for name in names})
    return tuple(
        replace(episode, shows=tuple(name for name in every if name in wanted[episode.path] or _named(name, episode.cells)))
        if episode.cells
        else episode
        for episode in episodes
    )


def _kept_addresses(document: Document, kept: KeptResults) -> tuple[str, ...]:
    return kept.result("shown files", lambda: kept.digest_of(document.body), lambda: tuple(dict.fromkeys(_addresses(document))))


def _addresses(document: Document) -> Iterator[str]:
    """Yield the addresses in the site of files that a page shows or links to."""
    for node in walk(document.body):
        written = ""
        if isinstance(node, Element):
            written = site_address(node.get(MEDIA.get(node.tag, "href")))
            written = written if node.tag in MEDIA or (node.tag == "a" and _is_file(written)) else ""
        for each in (written, *((found["address"] for found in TAG.finditer(node.html)) if isinstance(node, Raw) else ())):
            path = unquote(each.partition("#")[0].partition("?")[0])
            if path and not leaves_site(path) and not path.startswith("/") and not path.endswith("/"):
                found = posixpath.normpath(path)
                if not found.startswith("..") and not _is_the_sites(PurePosixPath(found)):
                    yield found


def _is_the_sites(path: PurePosixPath) -> bool:
    """Tell whether a page or a file of the theme has this address, or could have it: no cell writes these."""
    return path.parts[0] in ("assets", "instructor") or (len(path.parts) == 1 and path.suffix.lower() in PAGES)


def _is_file(address: str) -> bool:
    """Tell whether a link leads to a file, and not to a page."""
    suffix = PurePosixPath(address.partition("#")[0]).suffix
    return bool(COPIED.match(address)) or (bool(suffix) and suffix.lower() not in PAGES)


def _named(name: str, cells: Iterable[Cell | Expression]) -> bool:
    return any(PurePosixPath(name).name in cell.source for cell in cells)


def may_make(name: str, episode: Episode) -> bool:
    """Tell whether code could make a file: it names it, or makes up names with its suffix, or knitr would call a figure so."""
    path = PurePosixPath(name)
    if episode.document.rmarkdown is not None and path.name.startswith(f"{episode.slug}-rendered-"):
        return True
    computed = (
        re.compile(rf"(?:[}}*$%]|\b[\w$]+\s*\+\s*[\"']|[\"']\s*,\s*[\"']|\$\w+|%\w|`){re.escape(path.suffix)}\b") if path.suffix else None
    )
    sources = [cell.source for cell in episode.cells if not isinstance(cell, Cell) or cell.options.evaluate]
    return any(path.name in source or (computed is not None and computed.search(source)) for source in sources)


def awaited(episodes: Iterable[Episode]) -> frozenset[str]:
    """Return the addresses of files of which nobody need say that they are missing: a run would make them, as far as code tells, or it did
    and they were too large, which is told (LS532).
    """
    return frozenset(
        name
        for each in episodes
        for name in ((name for name in each.shows if may_make(name, each)) if each.record is None else _saved(each.record))
    )


def made_by_cells(episodes: Iterable[Episode]) -> frozenset[str]:
    """Return the addresses of files that cells made, as records say, or would make."""
    found = tuple(episodes)
    return awaited(found).union(name for each in found if each.record for name in _saved(each.record))


def unmade(episodes: Iterable[Episode]) -> frozenset[str]:
    """Return the addresses of files that pages show and that no cell makes, neither in its last run nor, without one, by its code."""
    found = tuple(episodes)
    made = made_by_cells(found)
    return frozenset(name for each in found for name in each.shows if name not in made)


def _saved(record: EpisodeRecord) -> Iterator[str]:
    return (output.path for cell in record.cells for output in cell.outputs if isinstance(output, Display) and output.path)
