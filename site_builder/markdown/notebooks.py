"""Notebooks and percent scripts as lesson Markdown; the only module that imports jupytext."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from site_builder.markdown import origins
from site_builder.markdown.tree import Cell, transform

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

MAGIC = re.compile(r"^%%(bash|sh)[ \t]*\n")


class NotANotebook(ValueError):
    """The content of the file does not match its suffix."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a line of the Markdown is in the original file: its line there (0 if unknown) and, in a notebook, its cell number."""

    line: int = 0
    cell: int = 0


@dataclass(frozen=True, slots=True)
class Converted:
    """A notebook or script as Markdown, and the origin of each line."""

    text: str
    origins: tuple[Origin, ...]


def convert(text: str, suffix: str) -> Converted:
    """Read a notebook (``.ipynb``) or percent script (``.py``): a raw first cell is the front matter, code cells are cells.

    Stored outputs are left out: a page shows only what its own build produced.

    Raises:
        NotANotebook: it cannot be read as one.
    """
    jupytext = _jupytext()
    try:
        notebook = jupytext.reads(text, fmt=FORMATS[suffix])
    except Exception as error:  # jupytext and nbformat raise many kinds of errors for broken files
        raise NotANotebook(f"not a notebook: {type(error).__name__}") from error
    language = str(notebook.metadata.get("kernelspec", {}).get("language") or "python")
    sources = [str(cell.source) for cell in notebook.cells]
    starts = origins.in_notebook(text, sources) if suffix == ".ipynb" else origins.in_script(text, sources)
    lines: list[str] = []
    places: list[Origin] = []
    for number, (cell, start) in enumerate(zip(notebook.cells, starts, strict=True), 1):
        written, first = _cell(cell, language)
        lines += [*written, ""]
        places += [Origin(_line(start, place), number if suffix == ".ipynb" else 0) for place in (*first, first[-1])]
    return Converted("\n".join(lines), tuple(places))


def _line(start: int, place: int) -> int:
    return start + place if start else 0


def _cell(cell: Any, language: str) -> tuple[list[str], list[int]]:
    """The Markdown lines of one cell, and for each its line in the cell's source (from 0)."""
    source = str(cell.source).rstrip("\n")
    if cell.cell_type != "code":
        lines = source.split("\n")
        return lines, list(range(len(lines)))
    magic = MAGIC.match(source)
    skipped = 1 if magic else 0
    if magic:
        language, source = "bash", source[magic.end() :]
    longest = max((len(run) for run in re.findall(r"`{3,}", source)), default=2)
    fence = "`" * (longest + 1)
    body = source.split("\n")
    last = skipped + len(body) - 1
    return [f"{fence}{{{language}}}", *body, fence], [skipped, *range(skipped, last + 1), last]


def relocated(document: Document, places: tuple[Origin, ...]) -> Document:
    """Return a document whose line numbers, and those of its problems, are the original file's; problems name a notebook's cell."""

    def line(number: int) -> int:
        return places[number - 1].line if 0 < number <= len(places) else number

    def node(found: Node) -> Sequence[Node] | None:
        if isinstance(found, Cell):
            return (replace(found, line=line(found.line), source_line=line(found.source_line)),)
        return None if isinstance(found, str) or not found.line else (replace(found, line=line(found.line)),)

    def problem(found: Problem) -> Problem:
        number = found.location.line
        cell = places[number - 1].cell if 0 < number <= len(places) else 0
        words = f"notebook cell {cell}: {found.message}" if cell else found.message
        return replace(found, message=words, location=replace(found.location, line=line(number)))

    head = document.front_matter
    keys = MappingProxyType({key: line(number) for key, number in head.lines.items()})
    cells = tuple(sorted({place.cell: place.line for place in reversed(places) if place.cell and place.line}.items()))
    return replace(
        document, front_matter=replace(head, lines=keys), body=transform(document.body, node),
        problems=tuple(problem(found) for found in document.problems), notebook_cells=cells,
    )  # fmt: skip


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
    return str(jupytext.writes(node, fmt=SCRIPTS[node.metadata.kernelspec.language][1]))
