"""A record as a file: an executed notebook (nbformat 4.5) whose ``lesson`` metadata holds key, provenance and a digest of it all.

Here it is written; `site_builder.records.loading` reads it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from site_builder.environments.base import Package
from site_builder.outputs.storage import is_json, is_text
from site_builder.records.canonical import canonical
from site_builder.records.model import SCHEMA, CellRecord, EpisodeRecord, FromElsewhere, Output, Raised, Stream

DIGEST = '\n   "digest": ""'
"""The place of the digest: the one member of this name at this depth. It is the digest of the text in which it is empty."""


def dump(record: EpisodeRecord) -> str:
    """Return a record as canonical JSON: equal bytes for equal records."""
    text = canonical(_notebook(record))
    return text.replace(DIGEST, f'{DIGEST[:-1]}{hashlib.sha256(text.encode()).hexdigest()}"', 1)


def _notebook(record: EpisodeRecord) -> dict[str, Any]:
    provenance, parts = record.provenance, record.parts
    lesson = {
        "schema": SCHEMA,
        "episode": record.episode,
        "key": {
            "key": parts.key, "cells": list(parts.cells), "inputs": dict(parts.inputs), "environment": parts.environment,
            "variables": dict(parts.variables),
        },
        "provenance": {
            "tool": provenance.tool, "provider": provenance.provider, "environment": provenance.packages.environment,
            "platform": provenance.packages.platform, "locked": provenance.locked, "lock": provenance.lock, "machine": provenance.machine,
            "python": provenance.python, "started": provenance.started, "seconds": float(provenance.seconds), "commit": provenance.commit,
            "gpu": None if provenance.gpu is None else {
                "name": provenance.gpu.name, "driver": provenance.gpu.driver, "cuda": provenance.gpu.cuda,
            },
            "packages": _rows(provenance.packages.packages),
            **({"undeclared": list(provenance.undeclared)} if provenance.undeclared else {}),
            **({"read": dict(provenance.read)} if provenance.read else {}),
            **({"left": list(provenance.left)} if provenance.left else {}),
            **({"needs": {name: list(found) for name, found in provenance.needs}} if provenance.needs else {}),
            **({"loaded": _rows(provenance.loaded)} if provenance.loaded else {}),
            **({"installed": list(provenance.installed)} if provenance.installed else {}),
            **({"pixi": provenance.pixi} if provenance.pixi else {}),
            **({"job": provenance.job} if provenance.job else {}),
            **({"data": [_fetched(each) for each in provenance.data]} if provenance.data else {}),
        },
        "digest": "",
    }  # fmt: skip
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}, "lesson": lesson},
        "cells": [_cell(cell, number) for number, cell in enumerate(record.cells, 1)],
    }


def _rows(packages: Iterable[Package]) -> list[str]:
    return [" ".join((package.name, package.version, package.build, package.digest)).rstrip() for package in packages]


def _fetched(file: FromElsewhere) -> dict[str, str | int]:
    return {"path": file.path, "sha256": file.sha256, "size": file.size, "origin": file.origin}


def _cell(cell: CellRecord, number: int) -> dict[str, Any]:
    lesson: dict[str, Any] = {
        "identifier": cell.identifier, "language": cell.language, "seconds": float(cell.seconds), "missing": list(cell.missing),
    }  # fmt: skip
    if cell.pieces:
        lesson["pieces"] = [piece.value for piece in cell.pieces]
    if cell.raised:
        lesson["raised"] = list(cell.raised)
    if cell.markdown is not None:
        lesson["markdown"] = as_lines(cell.markdown)
    return {
        "cell_type": "code",
        "id": re.sub(r"[^A-Za-z0-9_-]", "-", cell.identifier)[:58] + f"-{number}",
        "metadata": {"lesson": lesson},
        "execution_count": number if cell.ran else None,
        "source": as_lines(cell.source),
        "outputs": [_output(output, number, _stored) for output in cell.outputs],
    }


def notebook_output(output: Output, number: int) -> dict[str, Any]:
    """Return one output in nbformat 4, as Jupyter shows it; ``number`` is the cell's execution count."""
    return _output(output, number, _shown)


def _stored(mime: str, text: str) -> Any:
    """Return data of a type as a record stores it: all text as lines, also JSON, whose spelling is part of the digest."""
    return as_lines(text) if is_text(mime) else text


def _shown(mime: str, text: str) -> Any:
    if is_json(mime):
        with suppress(ValueError, RecursionError):
            return json.loads(text)
    return _stored(mime, text)


def _output(output: Output, number: int, data_of: Callable[[str, str], Any]) -> dict[str, Any]:
    if isinstance(output, Stream):
        return {"output_type": "stream", "name": output.name, "text": as_lines(output.text)}
    if isinstance(output, Raised):
        return {"output_type": "error", "ename": output.name, "evalue": output.value, "traceback": list(output.traceback)}
    data = {mime: data_of(mime, text) for mime, text in output.data.items()}
    about: dict[str, Any] = {mime: dict(named) for mime, named in sorted(output.metadata.items())}
    if output.result:
        return {"output_type": "execute_result", "data": data, "metadata": about, "execution_count": number}
    metadata = {**about, "lesson": {"path": output.path, **({"saved": True} if output.saved else {})}} if output.path else about
    return {"output_type": "display_data", "data": data, "metadata": metadata}


def as_lines(text: str) -> list[str]:
    """Return text as a notebook stores it, split as nbformat does: every line keeps its line feed, and only a line feed ends a line."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)
