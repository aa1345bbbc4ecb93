"""Writes pages to a staged folder: for each view, Markdown files, assets and an ``mkdocs.yml``, which every site engine can build.

A staged page consists of front matter, the headings of its outline as Markdown, and everything between them as finished HTML blocks.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any

import yaml

from site_builder import files
from site_builder.kept_results import NOTHING_KEPT, KeptResults
from site_builder.markdown.tree import Element, Node, elements, is_heading, to_html
from site_builder.outputs.origins import joined as joined_sources
from site_builder.outputs.origins import policy, sources
from site_builder.weave.filter.formula_text import plain_text
from site_builder.weave.model import DataLink, MenuItem, Page, Takeaway, TakenFile, View
from site_builder.weave.search_index import index_script

BLOCK_START, BLOCK_END = "<!-- block -->", "<!-- /block -->"
SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!])")
"""Characters that Python-Markdown lets a backslash escape (`Markdown.ESCAPED_CHARS`)."""

ATTRIBUTE = re.compile(r"""=\s*(?:"[^"]*"|'[^']*')""")
IN_ATTRIBUTE = re.compile(r"[\\`\[\]{}!]")
"""Characters that Python-Markdown reads even between the quotation marks of a tag: its links and code come before HTML."""

TAG = re.compile(r"<[A-Za-z][^<>]*>")
IDENTIFIER = re.compile(r"""[^\s"'`=<>{}()\[\]\\]+""")
"""Ids that may stand behind ``#`` in a heading's braces (https://python-markdown.github.io/extensions/attr_list/)."""

LABELLED = re.compile(r"[^\w ]")
"""Characters that are written as references in a label of the table of contents, where they could be read as markup."""


PAGE = ".md"
"""Suffix of a staged page."""

SEARCH_INDEX = PurePosixPath("assets/search-index.js")
"""Path of each view's search index, relative to the view's folder."""


@dataclass(frozen=True, slots=True)
class Verbatim:
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


_Dumper.add_representer(Verbatim, lambda dumper, value: value.node)


def joined(digests: Iterable[str]) -> str:
    """Return the digest of a whole, computed from the digests of its parts in order."""
    return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def stage_view(
    view: View, pages: Iterable[Page], menu: Iterable[MenuItem], settings: Mapping[str, Any], root: Path, kept: KeptResults = NOTHING_KEPT
) -> str:
    """Write one view's pages and configuration below ``root`` and return the sha256 over their paths and bytes, without
    where on this machine its parts are.

    ``kept`` has what was made of equal texts before.

    Raises:
        MachineError: the disk is full or the folder cannot be written.
    """
    digest, folder, all_pages = hashlib.sha256(), root / view.value, list(pages)
    for page in all_pages:
        text = page_text(page, settings.get(SOURCES, {}), kept)
        digest.update(f"{view.value}/{page.address}\0{text}\0".encode())
        files.place_text(folder / "docs" / page.address.with_suffix(PAGE), text)
    index = index_script(all_pages, kept)
    digest.update(index.encode())
    files.place_text(folder / "docs" / SEARCH_INDEX, index)
    written = {key: value for key, value in settings.items() if key not in (SOURCES, PLACES)}
    configuration = _yaml({**written, "nav": navigation(menu, all_pages)})
    digest.update(_anywhere(configuration, settings.get(PLACES, ())).encode())
    files.place_text(folder / "mkdocs.yml", configuration)
    return digest.hexdigest()


def _anywhere(text: str, places: Iterable[str]) -> str:
    """Return a text without the paths of folders of this machine; their parts below stay."""
    for place in sorted(places, key=len, reverse=True):
        text = text.replace(place, "")
    return text


def stage_assets(assets: Mapping[PurePosixPath, Path | bytes], root: Path) -> str:
    """Copy the files beside the pages into the learners' view and return the sha256 over their paths and bytes.

    What no engine would copy is put into the folder `BESIDE` instead, for the finished site.

    Raises:
        MachineError: a file cannot be read or written.
    """
    digest = hashlib.sha256()
    for target, source in sorted(assets.items()):
        data = source if isinstance(source, bytes) else None
        digest.update(f"{target}\0".encode() + hashlib.sha256(data if data is not None else _bytes(source)).digest())
        _place(root / (f"{View.LEARNER.value}/docs" if _is_served(target) else BESIDE) / target, source)
    return digest.hexdigest()


def stage_beside(made: Mapping[PurePosixPath, bytes], root: Path) -> str:
    """Write files that the finished site has as they are, and return the sha256 over their paths and bytes.

    Raises:
        MachineError: the disk is full or the folder cannot be written.
    """
    digest = hashlib.sha256()
    for target, data in sorted(made.items()):
        digest.update(f"{target}\0".encode() + hashlib.sha256(data).digest())
        files.write_bytes(root / BESIDE / target, data)
    return digest.hexdigest()


def _is_served(target: PurePosixPath) -> bool:
    """Tell whether site engines copy a file: of Markdown they would make a page, hidden files and templates they leave out."""
    hidden = any(part.startswith(".") for part in target.parts)
    return not hidden and target.suffix.lower() not in ENGINES_PAGES and target.parts[0] != "templates"


def _yaml(value: Mapping[str, Any]) -> str:
    """Write YAML in the order given."""
    return str(yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=200))


def _bytes(source: Path | bytes) -> bytes:
    return source.read_bytes() if isinstance(source, Path) else source


def _place(target: Path, source: Path | bytes) -> None:
    if isinstance(source, Path):
        files.place_copy(source, target)
    else:
        files.write_bytes(target, source)


def page_text(page: Page, loaded: Mapping[str, Iterable[str]] = MappingProxyType({}), kept: KeptResults = NOTHING_KEPT) -> str:
    """Return a page as staged Markdown; ``loaded`` are the sources that every page of the site loads from, by directive."""
    text, own, boxes = _body(page, kept)
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
        "other_view": f"instructor/{page.address}" if page.view is View.LEARNER else f"../{page.address}",
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


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is written of nodes that follow each other: HTML before the first heading of the outline and after the last one, which what
    comes before and after continues, and finished text between; the sources that all of it loads from, and how many of its boxes open.
    """

    before: str
    text: str
    after: str
    sources: Mapping[str, frozenset[str]]
    boxes: int


def _body(page: Page, kept: KeptResults) -> tuple[str, Mapping[str, frozenset[str]], int]:
    """Return the text of a page's body, the sources that it loads from, and how many boxes of it can be opened."""
    pieces = [kept.result("piece", partial(kept.digest_of, nodes), partial(_piece, nodes)) for nodes, _ in page.pieces()]
    return _joined(pieces), joined_sources(*(piece.sources for piece in pieces)), sum(piece.boxes for piece in pieces)


def body_text(body: Sequence[Node]) -> str:
    """Return the body as Markdown headings of the outline with finished HTML between them."""
    return _joined([_piece(body)])


def _joined(pieces: Iterable[_Piece]) -> str:
    out: list[str] = []
    block = ""
    for piece in pieces:
        block += piece.before
        if piece.text:
            out += (*_block(block), piece.text)
            block = piece.after
    return "\n".join((*out, *_block(block)))


def _piece(nodes: Sequence[Node]) -> _Piece:
    out: list[str] = []
    blocks: list[list[Node]] = [[]]
    for node in nodes:
        if isinstance(node, Element) and is_heading(node) and IDENTIFIER.fullmatch(node.get("id")):
            out.extend(_block(to_html(blocks[-1])) if len(blocks) > 1 else ())
            out.append(heading_line(node) + "\n")
            blocks.append([])
        else:
            blocks[-1].append(node)
    before, text, after = to_html(blocks[0]), "\n".join(out), to_html(blocks[-1]) if out else ""
    whole = f"{before}\n{text}\n{after}"
    return _Piece(before, text, after, sources(whole), whole.count('<summary class="accordion-button'))


def _block(html: str) -> Iterator[str]:
    # Python-Markdown expands tabs in its source before any extension sees it; code must keep them.
    html = html.strip("\n").replace("\t", "&#9;")
    if html.strip():
        yield f"{BLOCK_START}\n{html}\n{BLOCK_END}\n"


def heading_line(heading: Element) -> str:
    """Return one heading as an ATX line with its id; its text is on this one line, even if it was on several lines before."""
    facts = "".join(f" .{name}" for name in heading.classes)
    if any("math" in span.classes for span in elements(heading.children, "span")):
        facts += f' data-toc-label="{LABELLED.sub(lambda found: f"&#{ord(found[0])};", plain_text(heading.children))}"'
    content = TAG.sub(_tag, " ".join(to_html(_escaped(heading.children)).split()))
    return f"{'#' * int(heading.tag[1])} {content} {{#{heading.get('id')}{facts}}}"


def _tag(found: re.Match[str]) -> str:
    """Return a tag in whose attributes nothing can be read as Markdown."""
    return ATTRIBUTE.sub(lambda value: IN_ATTRIBUTE.sub(lambda letter: f"&#{ord(letter[0])};", value[0]), found[0])


def _escaped(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, str):
            yield SPECIAL.sub(r"\\\1", node)
        elif isinstance(node, Element):
            yield node.with_children(_escaped(node.children))
        else:
            yield node


def navigation(menu: Iterable[MenuItem], pages: Iterable[Page]) -> list[Any]:
    """Return a menu as MkDocs' ``nav``; pages that no menu names are left out and are found by their links."""
    known = {str(page.address) for page in pages}
    return list(_entries(menu, known))


def _entries(menu: Iterable[MenuItem], known: set[str]) -> Iterator[Any]:
    for item in menu:
        inner = list(_entries(item.items, known))
        path, _, fragment = item.address.partition("#")
        if item.items and inner:
            yield {item.title: inner}
        elif path in known and fragment:  # a link: pages have one title wherever the menu names them
            yield {item.title: item.address}
        elif path in known:
            yield {item.title: str(PurePosixPath(path).with_suffix(PAGE))}
