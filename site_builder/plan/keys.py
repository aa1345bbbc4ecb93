"""Execution keys: what must be equal for a result to be valid. Pure: bytes in, digests out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from site_builder.markdown.tree import Cell, Expression
from site_builder.records.model import KeyParts


def cell_digest(cell: Cell | Expression) -> str:
    """Return the sha256 of what changes a cell's result: language, source, and the options that affect what runs or is kept."""
    if isinstance(cell, Expression):
        content: list[object] = ["expression", cell.language, cell.source]
    elif cell.knitr is not None:
        content = ["chunk", cell.identifier, cell.language, cell.source, cell.knitr]
        content += ["may raise"] if cell.options.may_raise else []
    else:
        options = cell.options
        content = ["cell", cell.identifier, cell.language, cell.source, options.evaluate, options.error, list(options.requires)]
        content += ["may raise"] if options.may_raise else []
        content += [["input", *options.answers]] if options.answers else []
        content += [["errexit", options.errexit]] if options.errexit is not None else []
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()


def key_parts(
    cells: Iterable[Cell | Expression], environment: str, inputs: Mapping[str, bytes], variables: Mapping[str, str] | None = None,
    further: Mapping[str, str] | None = None,
) -> KeyParts:  # fmt: skip
    """Return the parts of a key: cells in order, the digest of the packages, the declared inputs, and what activation adds.

    ``variables`` are digests by name (`site_builder.environments.workspace.launch`), ``further`` those of files that count as inputs.
    """
    files = {**(further or {}), **{path: hashlib.sha256(data).hexdigest() for path, data in inputs.items()}}
    digests = tuple(cell_digest(cell) for cell in cells)
    return KeyParts(digests, tuple(sorted(files.items())), environment, tuple(sorted((variables or {}).items())))
