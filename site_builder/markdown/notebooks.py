"""Notebooks and percent scripts as lesson Markdown; the only module that imports jupytext."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from posixpath import normpath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from site_builder.markdown import origins
from site_builder.markdown.notebook_cells import CellText, cells_may_raise, is_executed, language_of, titled
from site_builder.markdown.tree import HEADINGS, Cell, Element, elements, text_of, transform

if TYPE_CHECKING:
    from site_builder.markdown.document import Document
    from site_builder.markdown.tree import Node
    from site_builder.problems import Problem

FORMATS = {".ipynb": "ipynb", ".py": "py:percent"}
"""File suffixes that are read through jupytext, and its names for them."""

SCRIPTS = {"python": (".py", "py:percent"), "r": (".R", "R:percent"), "bash": (".sh", "sh:percent"), "julia": (".jl", "jl:percent")}
"""Language of a kernel -> the suffix of its percent scripts, and jupytext's name for them."""

SERVER_PARTS = ("jupytext.sync_contentsmanager", "jupytext.async_contentsmanager")
"""jupytext's integration with Jupyter's server, which is not needed here and takes more than half of its import time."""


class NotANotebook(ValueError):
    """The content of the file does not match its suffix."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a line of the Markdown is in the original file: its line there (0 if unknown) and, in a notebook, its cell number."""

    line: int = 0
    cell: int = 0


@dataclass(frozen=True, slots=True)
class Converted:
    """A notebook or script as Markdown, and the origin of each line.

    ``may_raise`` has the numbers of the cells that may raise; ``attachments`` the pictures that cells contain, by their address in the
    site, in base64.
    """

    text: str
    origins: tuple[Origin, ...]
    may_raise: frozenset[int] = frozenset()
    attachments: tuple[tuple[str, str], ...] = ()


def convert(text: str, suffix: str, slug: str = "page") -> Converted:
    """Read a notebook (``.ipynb``) or percent script (``.py``): a raw first cell is the front matter, code cells are cells.

    Without front matter the first heading of level 1 is the title. Tags and metadata of cells become cell options (`notebook_cells`).
    Stored outputs are left out: a page shows only what its own build produced. ``slug`` is the name of the page.

    Raises:
        NotANotebook: it cannot be read as one.
    """
    jupytext = _jupytext()
    try:
        with warnings.catch_warnings():  # nbformat warns of old notebooks that it repairs
            warnings.simplefilter("ignore")
            notebook = _present(jupytext.reads(text, fmt=FORMATS[suffix]))
    except Exception as error:  # jupytext and nbformat raise many kinds of errors for broken files
        raise NotANotebook(f"not a notebook: {type(error).__name__}") from error
    if not isinstance(notebook.get("cells"), list) or not all(isinstance(cell, Mapping) for cell in notebook.cells):
        raise NotANotebook("not a notebook: it has no list of cells")
    for cell in (notebook, *notebook.cells):  # what jupytext and nbformat let pass
        cell["metadata"] = cell["metadata"] if isinstance(cell.get("metadata"), Mapping) else {}
    for cell in notebook.cells:
        source = cell.get("source")
        cell["source"] = "".join(map(str, source)) if isinstance(source, list) else source if isinstance(source, str) else ""
    language, executed = language_of(notebook.metadata), is_executed(notebook.metadata)
    cells = [CellText.of(cell, language, f"{slug}-{number}", executed=executed) for number, cell in enumerate(notebook.cells, 1)]
    sources = [cell["source"] for cell in notebook.cells]
    starts = origins.in_notebook(text, sources) if suffix == ".ipynb" else origins.in_script(text, sources)
    lines: list[str] = titled(cells) if suffix == ".ipynb" else []
    places = [Origin(starts[0] if starts else 0) for _ in lines]
    for number, (cell, start) in enumerate(zip(cells, starts, strict=True), 1):
        lines += [*cell.lines, ""]
        places += [Origin(_line(start, place), number if suffix == ".ipynb" else 0) for place in (*cell.places, cell.places[-1])]
    every = cells_may_raise(notebook.metadata)
    raising = frozenset(number for number, cell in enumerate(cells, 1) if every or cell.may_raise)
    return Converted("\n".join(lines), tuple(places), raising, tuple(pair for cell in cells for pair in cell.attachments))


def _present(notebook: Any) -> Any:
    """Return a notebook in nbformat 4, whatever Jupyter wrote it."""
    if "worksheets" not in notebook:
        return notebook
    import nbformat

    return nbformat.convert(notebook, 4)


def _line(start: int, place: int) -> int:
    return start + place if start else 0


def relocated(document: Document, converted: Converted) -> Document:
    """Return a document whose line numbers, and those of its problems, are the original file's; problems name a notebook's cell."""
    places = converted.origins

    def line(number: int) -> int:
        return places[number - 1].line if 0 < number <= len(places) else number

    def node(found: Node) -> Sequence[Node] | None:
        if isinstance(found, Cell):
            number = places[found.line - 1].cell if 0 < found.line <= len(places) else 0
            may_raise = found.options.may_raise or number in converted.may_raise
            options = replace(found.options, may_raise=may_raise) if may_raise else found.options
            inner = tuple(replace(each, line=line(each.line)) for each in found.expressions)
            return (replace(found, line=line(found.line), source_line=line(found.source_line), options=options, expressions=inner),)
        return None if isinstance(found, str) or not found.line else (replace(found, line=line(found.line)),)

    def problem(found: Problem) -> Problem:
        number = found.location.line
        cell = places[number - 1].cell if 0 < number <= len(places) else 0
        words = f"notebook cell {cell}: {found.message}" if cell else found.message
        return replace(found, message=words, location=replace(found.location, line=line(number)))

    head = document.front_matter
    keys = MappingProxyType({key: line(number) for key, number in head.lines.items()})
    marks = MappingProxyType({key: (line(mark[0]), 0) for key, mark in head.marks.items()})
    cells = tuple(sorted({place.cell: place.line for place in reversed(places) if place.cell and place.line}.items()))
    return replace(
        document, front_matter=replace(head, lines=keys, marks=marks), body=transform(document.body, node),
        problems=tuple(problem(found) for found in document.problems), notebook_cells=cells, attachments=converted.attachments,
    )  # fmt: skip


def with_page_links(document: Document, pages: Mapping[PurePosixPath, Document]) -> Document:
    """Return a document whose links to notebooks and scripts that are ``pages`` of the lesson lead to these pages.

    Those to ``Index.ipynb`` that is no page lead to the home page. Anchors are those that Jupyter makes of headings.
    """

    def node(found: Node) -> Sequence[Node] | None:
        if not isinstance(found, Element) or found.tag != "a":
            return None
        path, mark, fragment = unquote(found.get("href")).partition("#")
        if not path and document.path.suffix in FORMATS and mark:
            return (found.set({"href": f"#{_anchor(document, fragment)}"}),)
        if PurePosixPath(path).suffix not in FORMATS or ":" in path:
            return None
        places = (PurePosixPath(normpath(document.path.parent / path)), PurePosixPath(path))
        named = next((place for place in places if place in pages), None)
        if named is None:
            return (found.set({"href": "index.html"}),) if places[0].stem.lower() == "index" else None
        anchor = _anchor(pages[named], fragment).replace(".", "-")  # as in the finished page
        return (found.set({"href": f"{named.stem}.html{'#' if anchor else ''}{anchor}"}),)

    return replace(document, body=transform(document.body, node))


def _anchor(document: Document, fragment: str) -> str:
    """Return the identifier for what Jupyter calls a heading: its text with hyphens for spaces; nothing for the page's title."""
    headings = {heading.get("id"): text_of(heading.children).strip() for heading in elements(document.body, *HEADINGS)}
    if fragment in headings or not fragment:
        return fragment
    found = next((name for name, text in headings.items() if _same(text, fragment)), None)
    if found is None and _same(document.front_matter.title, fragment):
        return ""
    return found or fragment


def _same(heading: str, fragment: str) -> bool:
    """Tell whether a fragment names a heading, whose quotes and dashes a page shows as typographers set them."""
    first, second = (re.sub(r"[\W_]+", "", text).casefold() for text in (heading, fragment))
    return first == second


def _jupytext() -> Any:
    """Return jupytext, imported when it is needed, without its parts for Jupyter's server."""
    hidden = [name for name in SERVER_PARTS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        import jupytext
    finally:
        for name in hidden:
            del sys.modules[name]
    return jupytext


def script_suffix(notebook: Any) -> str:
    """Return the file suffix of a notebook's script, by the language of its kernel."""
    return SCRIPTS[notebook["metadata"]["kernelspec"]["language"]][0]


def to_script(notebook: Any) -> str:
    """Return a notebook (nbformat 4, as plain values) as a percent script; cells in other languages than its kernel's become comments.

    Metadata of the notebook and its cells is left out: jupytext would need it to restore an equal notebook, but to readers it is noise.
    """
    import nbformat

    jupytext = _jupytext()
    node = nbformat.from_dict({**notebook, "cells": [{**cell, "source": "".join(cell["source"])} for cell in notebook["cells"]]})
    node.metadata["jupytext"] = {"notebook_metadata_filter": "-all", "cell_metadata_filter": "-all"}
    if node.metadata.kernelspec.language == "python":
        node.metadata["jupytext"]["comment_magics"] = False  # what a cell of plain Python has in its texts is no magic
    return str(jupytext.writes(node, fmt=SCRIPTS[node.metadata.kernelspec.language][1]))
