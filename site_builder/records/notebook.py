"""A record as a file: an executed notebook (nbformat 4.5) whose ``lesson`` metadata holds key, provenance and a digest of it all."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from site_builder.environments.base import Gpu, Package, PackageSet
from site_builder.records.model import SCHEMA, CellRecord, Display, EpisodeRecord, KeyParts, Output, Provenance, Raised, Stream

ROW = r"^\S+( \S*){0,3}$"
"""A package in a record: name, version, build and digest, with nothing after the last that is known."""
TEXT_TYPES = re.compile(r"text/|application/(json|javascript|.*\+json)|image/svg\+xml")
"""MIME types whose data a notebook stores as lines of text; all others are one base64 string (nbformat 4)."""


class RecordDamaged(ValueError):
    """A record that cannot be trusted: not a notebook, of another schema, or with a digest that does not fit."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Key(_Model):
    key: str
    cells: tuple[str, ...]
    inputs: dict[str, str]
    environment: str
    variables: dict[str, str]


class _Gpu(_Model):
    name: str
    driver: str
    cuda: str


class _Provenance(_Model):
    tool: str
    provider: str
    environment: str
    platform: str
    locked: bool
    lock: str
    machine: str
    python: str
    started: str
    seconds: float
    gpu: _Gpu | None
    commit: str
    packages: tuple[Annotated[str, Field(pattern=ROW)], ...]
    undeclared: tuple[str, ...] = ()


class _Cell(_Model):
    identifier: str
    language: str
    seconds: float
    missing: tuple[str, ...]


class _Lesson(_Model):
    schema_: Literal[1] = Field(alias="schema")
    episode: str
    key: _Key
    provenance: _Provenance
    digest: str


def dump(record: EpisodeRecord) -> str:
    """Write a record as canonical JSON: sorted keys, one space of indentation, equal bytes for equal records.

    Lone surrogates, which a kernel can print and UTF-8 cannot hold, become U+FFFD.
    """
    notebook = _notebook(record)
    notebook["metadata"]["lesson"]["digest"] = _digest(notebook)
    return _canonical(notebook)


def load(text: str, origin: str = "local") -> EpisodeRecord:
    """Read a record and verify it.

    Raises:
        RecordDamaged: it is truncated, edited, merge-marked, of another schema, or its key does not follow from its parts.
    """
    try:
        notebook = json.loads(text)
        lesson = _Lesson.model_validate(notebook["metadata"]["lesson"])
        record = _record(lesson, notebook["cells"], origin)
        again = dump(record)
    except ValidationError as error:
        raise RecordDamaged(f"unexpected content in {'.'.join(map(str, error.errors()[0]['loc']))}") from error
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise RecordDamaged("it is not a record, or only a part of one") from error
    if record.parts.key != lesson.key.key or record.provenance.packages.digest != record.parts.environment:
        raise RecordDamaged("its key does not follow from its parts")
    if again != _unix(text):
        raise RecordDamaged("its digest does not fit its content: it was edited")
    return record


def _unix(text: str) -> str:
    """Undo the line ends of a checkout with ``core.autocrlf``: all of them, or none."""
    return text.replace("\r\n", "\n") if text.count("\r\n") == text.count("\n") else text


def _canonical(value: object) -> str:
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _digest(notebook: Mapping[str, Any]) -> str:
    lesson = {**notebook["metadata"]["lesson"], "digest": ""}
    plain = {**notebook, "metadata": {**notebook["metadata"], "lesson": lesson}}
    return hashlib.sha256(_canonical(plain).encode()).hexdigest()


def _notebook(record: EpisodeRecord) -> dict[str, Any]:
    provenance, parts = record.provenance, record.parts
    packages = [" ".join((p.name, p.version, p.build, p.digest)).rstrip() for p in provenance.packages.packages]
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
            "packages": packages,
            **({"undeclared": list(provenance.undeclared)} if provenance.undeclared else {}),
        },
        "digest": "",
    }  # fmt: skip
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}, "lesson": lesson},
        "cells": [_cell(cell, number) for number, cell in enumerate(record.cells, 1)],
    }


def _cell(cell: CellRecord, number: int) -> dict[str, Any]:
    lesson = {"identifier": cell.identifier, "language": cell.language, "seconds": float(cell.seconds), "missing": list(cell.missing)}
    return {
        "cell_type": "code",
        "id": re.sub(r"[^A-Za-z0-9_-]", "-", cell.identifier)[:58] + f"-{number}",
        "metadata": {"lesson": lesson},
        "execution_count": number if cell.ran else None,
        "source": as_lines(cell.source),
        "outputs": [notebook_output(output, number) for output in cell.outputs],
    }


def notebook_output(output: Output, number: int) -> dict[str, Any]:
    """Return one output as nbformat 4 has it; ``number`` is the cell's execution count."""
    if isinstance(output, Stream):
        return {"output_type": "stream", "name": output.name, "text": as_lines(output.text)}
    if isinstance(output, Raised):
        return {"output_type": "error", "ename": output.name, "evalue": output.value, "traceback": list(output.traceback)}
    data = {mime: as_lines(text) if TEXT_TYPES.match(mime) else text for mime, text in output.data.items()}
    if output.result:
        return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": number}
    return {"output_type": "display_data", "data": data, "metadata": {}}


def as_lines(text: str) -> list[str]:
    """Return text as a notebook stores it, split as nbformat does: every line keeps its line feed, and only a line feed ends a line."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _record(lesson: _Lesson, cells: list[dict[str, Any]], origin: str) -> EpisodeRecord:
    provenance, key = lesson.provenance, lesson.key
    packages = PackageSet(provenance.environment, provenance.platform, tuple(_package(row) for row in provenance.packages))
    gpu = None if provenance.gpu is None else Gpu(provenance.gpu.name, provenance.gpu.driver, provenance.gpu.cuda)
    return EpisodeRecord(
        lesson.episode,
        KeyParts(key.cells, tuple(sorted(key.inputs.items())), key.environment, tuple(sorted(key.variables.items()))),
        tuple(_cell_record(cell) for cell in cells),
        Provenance(
            provenance.tool, provenance.provider, packages, provenance.locked, provenance.lock, provenance.machine, provenance.python,
            provenance.started, provenance.seconds, gpu, provenance.commit, provenance.undeclared,
        ),
        origin,
    )  # fmt: skip


def _package(row: str) -> Package:
    name, version, build, digest = (*row.split(" "), "", "", "")[:4]
    return Package(name, version, build, digest)


def _cell_record(cell: dict[str, Any]) -> CellRecord:
    lesson = _Cell.model_validate(cell["metadata"]["lesson"])
    outputs = tuple(_read_output(item) for item in cell["outputs"])
    return CellRecord(lesson.identifier, lesson.language, "".join(cell["source"]), outputs, lesson.seconds, lesson.missing)


def _read_output(item: dict[str, Any]) -> Output:
    if item["output_type"] == "stream":
        return Stream(item["name"], "".join(item["text"]))
    if item["output_type"] == "error":
        return Raised(item["ename"], item["evalue"], tuple(item["traceback"]))
    data = {mime: value if isinstance(value, str) else "".join(value) for mime, value in item["data"].items()}
    return Display(data, item["output_type"] == "execute_result")
