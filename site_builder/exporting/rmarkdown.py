"""An R Markdown episode for learners: its text as CommonMark, and between it the chunks as their author wrote them. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from site_builder.markdown.document import Document
from site_builder.markdown.rmarkdown import KnitrChunk
from site_builder.markdown.tree import Cell, Expression, Raw

_FENCE = re.compile(r"`{3,}")


def written_chunks(document: Document) -> Mapping[str, str]:
    """Return the chunks of an episode as written, without what indents or quotes them, by the identifiers of their cells."""
    if document.rmarkdown is None:
        return {}
    lines = document.rmarkdown.text.split("\n")
    chunks = (part for part in document.rmarkdown.parts if isinstance(part, KnitrChunk))
    cells = (cell for cell in document.rmarkdown.cells if isinstance(cell, Cell))
    return {cell.identifier: "\n".join(_written(chunk, lines)) for cell, chunk in zip(cells, chunks, strict=True)}


def _written(chunk: KnitrChunk, lines: list[str]) -> Iterator[str]:
    bare = chunk.indent.rstrip()
    found = [line.removeprefix(chunk.indent) for line in lines[chunk.first - 1 : chunk.last]]
    found = [line.removeprefix(bare) if bare else line for line in found]
    yield from found
    fence = _FENCE.match(found[0])
    if fence and (len(found) == 1 or not _FENCE.fullmatch(found[-1].strip())):  # one that the document leaves open
        yield fence[0]


def written_expressions(document: Document) -> Mapping[str, str | Raw]:
    """Return the inline code of an episode as written, as raw Markdown by the identifiers of its expressions."""
    return {cell.identifier: Raw(f"`r {cell.source.strip()}`") for cell in document.cells if isinstance(cell, Expression)}


def to_rmarkdown(notebook: Mapping[str, Any], title: str) -> str:
    """Return a notebook of texts and chunks (`ExportKind.RMARKDOWN`) as an R Markdown document with a title."""
    head = f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\noutput: html_document\n---"
    texts = ("".join(cell["source"]).rstrip("\n") for cell in notebook["cells"])
    return "\n\n".join((head, *texts)) + "\n"
