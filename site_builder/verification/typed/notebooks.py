"""Notebooks: the outputs that are stored in their cells are compared as typed ones are."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from site_builder.markdown.document import Document
from site_builder.markdown.tree import Cell
from site_builder.outputs.registry import shows_picture
from site_builder.outputs.storage import PLAIN
from site_builder.terminal import plain
from site_builder.verification.typed.fences import LANGUAGES, Exchange, Fences, LeftOut, Typed


def stored_outputs(document: Document, text: str) -> Fences:
    """Return the code cells of a notebook (nbformat 4) with their stored outputs; ``document`` is what was read from its ``text``.

    A cell counts as one fence. A cell that was never run, or that is not to be run, has nothing to compare.
    """
    try:
        given = json.loads(text).get("cells", ())
    except (ValueError, AttributeError):
        return Fences((), ())
    stored = [cell for cell in given if isinstance(cell, Mapping) and cell.get("cell_type") == "code"]
    cells = [cell for cell in document.cells if isinstance(cell, Cell)]
    if len(stored) != len(cells):
        return Fences((), ())
    exchanges: list[Exchange] = []
    left_out: list[LeftOut] = []
    for cell, kept in zip(cells, stored, strict=True):
        language = LANGUAGES.get(cell.language.lower())
        if language is None or not cell.options.evaluate:
            left_out.append(LeftOut(cell.line, f"`{cell.language}` is not run" if language is None else "marked not to be run"))
        else:
            exchanges.append(Exchange(language, cell.source, cell.line, tuple(_typed(kept.get("outputs"), cell.line))))
    return Fences(tuple(exchanges), tuple(left_out))


def _typed(outputs: Any, line: int) -> Iterator[Typed]:
    text = ""
    for output in outputs if isinstance(outputs, list) else ():
        kind = output.get("output_type")
        if kind == "stream" and output.get("name") == "stdout":
            text += _joined(output.get("text", ""))
        elif kind in ("execute_result", "display_data") and not shows_picture(output.get("data", {})):
            text += ("" if not text or text.endswith("\n") else "\n") + _joined(output.get("data", {}).get(PLAIN, "")) + "\n"
    if text.strip():
        yield Typed("output", plain(text), line)
    for output in outputs if isinstance(outputs, list) else ():
        if output.get("output_type") == "error":
            yield Typed("error", f"{output.get('ename')}: {output.get('evalue')}", line)


def _joined(text: str | Iterable[str]) -> str:
    return text if isinstance(text, str) else "".join(text)
