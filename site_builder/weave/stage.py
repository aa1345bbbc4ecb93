"""Writes pages to a staged folder: for each view, Markdown files, assets and an ``mkdocs.yml``, which every site engine can build.

A staged page consists of front matter and its body (`site_builder.weave.staged_text`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

import yaml

from site_builder import files
from site_builder.kept_results import NOTHING_KEPT, KeptResults
from site_builder.outputs.origins import joined as joined_sources
from site_builder.outputs.origins import policy
from site_builder.weave.model import DataLink, MenuItem, Page, Takeaway, TakenFile, View
from site_builder.weave.search_index import SearchIndex
from site_builder.weave.staged_content import Content, content_of_file, content_of_page
from site_builder.weave.staged_text import page_body

PAGE = ".md"
"""Suffix of a staged page."""

SEARCH_INDEX = PurePosixPath("assets/search-index.js")
"""Path of each view's search index, relative to the view's folder; further scripts of a large one are called ``search-index-2.js`` …"""


@dataclass(frozen=True, slots=True)
class KeptNode:
    """A value of a YAML file that is written unchanged, with its tag."""

    node: yaml.Node


SOURCES = "sources"
"""Key of a view's settings that is not the engine's: the sources that all of its pages load from (`site_builder.outputs.origins`)."""

PLACES = "places"
"""Key of a view's settings that is not the engine's: folders of this machine whose paths are in the others, no part of what a site is."""

MISSING = "404.html"
BESIDE = "beside"
"""In the staged folder: files that the finished site has as they are."""
ENGINES_PAGES = (".md", ".markdown", ".mdown", ".mkdn", ".mkd")
"""Suffixes of which MkDocs makes pages (https://www.mkdocs.org/user-guide/writing-your-docs/)."""


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes YAML with libyaml where PyYAML includes it, because every page has front matter."""


_Dumper.add_representer(KeptNode, lambda dumper, value: value.node)


def joined(digests: Iterable[str]) -> str:
    """Return the digest of a whole, computed from the digests of its parts in order."""
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


FEW = 20
"""Of so many new pages the texts are held until they are written; others are put together again."""


class StagedView:
    """One view on its way into a folder below ``root``, page by page: nobody need have the nodes of all pages at once.

    ``contents`` tells what is staged under each name below ``docs/``. Pages of a ``deferred`` view are written when `write` names them.
    """

    def __init__(
        self, view: View, settings: Mapping[str, Any], root: Path, kept: KeptResults = NOTHING_KEPT, *, deferred: bool = False
    ) -> None:
        """Write nothing yet; ``kept`` has what was made of equal texts before."""
        self._view, self._settings, self._folder, self._kept = view, settings, root / view.value, kept
        self._digest, self._index, self._addresses = hashlib.sha256(), SearchIndex(kept), set[str]()
        self._loaded = self._settings.get(SOURCES, {})
        self._loading = repr(sorted((directive, sorted(found)) for directive, found in self._loaded.items()))
        self._deferred = deferred
        self._waiting: dict[str, Page] = {}
        self._made: dict[str, str] = {}
        self.contents: dict[str, Content] = {}

    def add(self, page: Page) -> None:
        """Write a page, now or when it is asked for.

        Raises:
            MachineError: the disk is full or the folder cannot be written.
        """
        name = str(page.address.with_suffix(PAGE))
        made: list[str] = []

        def content() -> Content:
            made.append(page_text(page, self._loaded, self._kept))
            return content_of_page(made[0].encode())

        decided = page.digest, repr((page.title, page.search, page_facts(page))), self._loading
        self.contents[name] = head, rest = self._kept.grouped("staged page", lambda: decided, content)
        self._digest.update(f"{self._view.value}/{page.address}\0".encode() + head + rest)
        if self._deferred:
            self._waiting[name] = page
            if made and len(self._made) < FEW:
                self._made[name] = made[0]
        else:
            self._place(name, made[0] if made else page_text(page, self._loaded, self._kept))
        self._index.add(page)
        self._addresses.add(str(page.address))

    def write(self, names: Collection[str]) -> None:
        """Write those of these pages that wait for it.

        Raises:
            MachineError: as `add` does.
        """
        for name in [name for name in self._waiting if name in names]:
            page = self._waiting.pop(name)
            self._place(name, self._made.pop(name, "") or page_text(page, self._loaded, self._kept))

    def _place(self, name: str, text: str) -> None:
        files.place_text(self._folder / "docs" / name, text)

    def finish(self, menu: Iterable[MenuItem]) -> str:
        """Write what all pages share, and return the sha256 over all paths and bytes, without where on this machine its parts are.

        Raises:
            MachineError: as `add` does.
        """
        for number, script in enumerate(self._index.scripts(), 1):
            name = SEARCH_INDEX if number == 1 else SEARCH_INDEX.with_stem(f"{SEARCH_INDEX.stem}-{number}")
            self._digest.update(script.encode())
            self.contents[str(name)] = content_of_file(script.encode())
            self._place(str(name), script)
        written = {key: value for key, value in self._settings.items() if key not in (SOURCES, PLACES, "nav")}  # which is to be the last
        configuration = _yaml({**written, "nav": navigation(menu, self._addresses)})
        self._digest.update(_anywhere(configuration, self._settings.get(PLACES, ())).encode())
        files.place_text(self._folder / "mkdocs.yml", configuration)
        return self._digest.hexdigest()


def _anywhere(text: str, places: Iterable[str]) -> str:
    """Return a text without the paths of folders of this machine; their parts below stay."""
    for place in sorted(places, key=len, reverse=True):
        text = text.replace(place, "")
    return text


def stage_assets(assets: Mapping[PurePosixPath, Path | bytes], root: Path) -> tuple[str, dict[str, Content]]:
    """Copy the files beside the pages into the learners' view; return the sha256 over their paths and bytes, and what is in that view.

    What no engine would copy is put into the folder `BESIDE` instead, for the finished site.

    Raises:
        MachineError: a file cannot be read or written.
    """
    digest, contents = hashlib.sha256(), dict[str, Content]()
    for target, source in sorted(assets.items()):
        data = files.read_bytes(source) if isinstance(source, Path) else source
        content = content_of_file(data)
        digest.update(f"{target}\0".encode() + content[1])
        if _is_served(target):
            contents[str(target)] = content
        files.place_bytes(root / (f"{View.LEARNER.value}/docs" if _is_served(target) else BESIDE) / target, data)
    return digest.hexdigest(), contents


def stage_beside(made: Mapping[PurePosixPath, bytes], root: Path) -> str:
    """Write files that the finished site has as they are, and return the sha256 over their paths and bytes.

    Raises:
        MachineError: the disk is full or the folder cannot be written.
    """
    digest = hashlib.sha256()
    for target, data in sorted(made.items()):
        digest.update(f"{target}\0".encode() + hashlib.sha256(data).digest())
        files.place_bytes(root / BESIDE / target, data)
    return digest.hexdigest()


def _is_served(target: PurePosixPath) -> bool:
    """Tell whether site engines copy a file: of Markdown they would make a page, hidden files and templates they leave out."""
    hidden = any(part.startswith(".") for part in target.parts)
    return not hidden and target.suffix.lower() not in ENGINES_PAGES and target.parts[0] != "templates"


def _yaml(value: Mapping[str, Any]) -> str:
    """Write YAML in the order given."""
    return str(yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=200))


def page_text(page: Page, loaded: Mapping[str, Iterable[str]] = MappingProxyType({}), kept: KeptResults = NOTHING_KEPT) -> str:
    """Return a page as staged Markdown; ``loaded`` are the sources that every page of the site loads from, by directive."""
    text, own, boxes = page_body(page, kept)
    facts = page_facts(page)
    facts["policy"] = policy(joined_sources(loaded, own), base=page.address.name == MISSING)
    if boxes:
        facts["boxes"] = boxes
    front = {"title": page.title, **_search(page), "lesson": facts}
    head = kept.result("head", partial(repr, front), partial(_yaml, front))
    return f"---\n{head}---\n\n{text}"


def _search(page: Page) -> dict[str, Any]:
    return {} if page.search else {"search": {"exclude": True}}


def page_facts(page: Page) -> dict[str, Any]:
    """Return what the theme's templates need to know of a page, as plain values."""
    facts: dict[str, Any] = {
        "kind": page.kind.value,
        "view": page.view.value,
        "title_html": page.title_html,
        "other_view": None if page.alone else f"instructor/{page.address}" if page.view is View.LEARNER else f"../{page.address}",
        "number": page.number,
        "minutes": page.minutes,
        "minutes_left": page.minutes_left,
        "progress": page.progress,
        "previous": None if page.previous is None else {"address": page.previous.address, "title": page.previous.title},
        "next": None if page.next is None else {"address": page.next.address, "title": page.next.title},
        "updated": page.updated,
        "edit": page.edit,
        "metadata": page.metadata,
        "missing": page.address.name == MISSING or None,
        "takeaway": _takeaway(page.takeaway),
        "data": [_data_link(link) for link in page.data] or None,
    }
    return {name: value for name, value in facts.items() if value not in (None, "")}


def _takeaway(takeaway: Takeaway | None) -> dict[str, Any] | None:
    if takeaway is None:
        return None
    return {"files": _listed(takeaway.files), "command": takeaway.command, "teaching": _listed(takeaway.teaching)}


def _data_link(link: DataLink) -> dict[str, str]:
    found = {"address": link.address, "name": link.name, "size": size_in_words(link.size), "title": link.title, "license": link.license}
    return {name: value for name, value in found.items() if value}


def size_in_words(size: int | None) -> str:
    """Return a number of bytes as people write it, in units of 1000; empty if it is not known."""
    if size is None:
        return ""
    value, unit = float(size), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 999.5:
            break
        value, unit = value / 1000, larger
    return f"{value:.0f} {unit}" if unit == "B" or value >= 99.5 else f"{value:.1f} {unit}"


def _listed(files: Iterable[TakenFile]) -> list[dict[str, str]]:
    return [{"address": str(file.address), "title": file.title} for file in files]


def navigation(menu: Iterable[MenuItem], addresses: Collection[str]) -> list[Any]:
    """Return a menu as MkDocs' ``nav``, for pages with these addresses; those that no menu names are found by their links."""
    return list(_entries(menu, addresses))


def _entries(menu: Iterable[MenuItem], known: Collection[str]) -> Iterator[Any]:
    for item in menu:
        inner = list(_entries(item.items, known))
        path, _, fragment = item.address.partition("#")
        if item.items and inner:
            yield {item.title: inner}
        elif path in known and fragment:  # a link: pages have one title wherever the menu names them
            yield {item.title: item.address}
        elif path in known:
            yield {item.title: str(PurePosixPath(path).with_suffix(PAGE))}
