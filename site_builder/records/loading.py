"""Read records and verify them: nothing that was edited, truncated or written for another schema passes."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from site_builder.environments.base import Gpu, Package, PackageSet
from site_builder.outputs.storage import kept_metadata
from site_builder.records.model import (
    CellRecord,
    Display,
    EpisodeRecord,
    FromElsewhere,
    KeyParts,
    Output,
    Piece,
    Provenance,
    Raised,
    Stream,
)
from site_builder.records.notebook import dump

ROW = r"^\S+( \S*){0,3}$"
"""A package in a record: name, version, build and digest, up to the last known one."""


class RecordDamaged(ValueError):
    """A record that cannot be trusted: not a notebook, of another schema, or with a digest that does not match."""


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


class _Data(_Model):
    path: str
    sha256: str
    size: int
    origin: str


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
    read: dict[str, str] = {}
    left: tuple[str, ...] = ()
    needs: dict[str, tuple[str, ...]] = {}
    loaded: tuple[Annotated[str, Field(pattern=ROW)], ...] = ()
    installed: tuple[str, ...] = ()
    pixi: str = ""
    job: str = ""
    data: tuple[_Data, ...] = ()


class _Cell(_Model):
    identifier: str
    language: str
    seconds: float
    missing: tuple[str, ...]
    pieces: tuple[Piece, ...] = ()
    raised: tuple[int, ...] = ()
    markdown: tuple[str, ...] | None = None


class _Lesson(_Model):
    schema_: Literal[1] = Field(alias="schema")
    episode: str
    key: _Key
    provenance: _Provenance
    digest: str


def load(text: str, origin: str = "local") -> EpisodeRecord:
    """Read a record and verify it.

    Raises:
        RecordDamaged: it is truncated, edited, merge-marked, of another schema, or its key does not match its parts.
    """
    try:
        notebook = json.loads(text)
        lesson = _Lesson.model_validate(notebook["metadata"]["lesson"])
        record = _record(lesson, notebook["cells"], origin)
        again = dump(record)
    except ValidationError as error:
        raise RecordDamaged(f"unexpected content in {'.'.join(map(str, error.errors()[0]['loc']))}") from error
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise RecordDamaged("it is not a record, or only part of one") from error
    if record.parts.key != lesson.key.key or record.provenance.packages.digest != record.parts.environment:
        raise RecordDamaged("its key does not match its parts")
    if again != _unix(text):
        raise RecordDamaged("its digest does not match its content: it was edited")
    return record


def _unix(text: str) -> str:
    """Undo the line ends of a checkout with ``core.autocrlf``: all of them, or none."""
    return text.replace("\r\n", "\n") if text.count("\r\n") == text.count("\n") else text


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
            provenance.started, provenance.seconds, gpu, provenance.commit, provenance.undeclared, tuple(sorted(provenance.read.items())),
            provenance.left, tuple(sorted(provenance.needs.items())), tuple(_package(row) for row in provenance.loaded),
            provenance.installed, provenance.pixi, provenance.job,
            tuple(FromElsewhere(each.path, each.sha256, each.size, each.origin) for each in provenance.data),
        ),
        origin,
    )  # fmt: skip


def _package(row: str) -> Package:
    name, version, build, digest = (*row.split(" "), "", "", "")[:4]
    return Package(name, version, build, digest)


def _cell_record(cell: dict[str, Any]) -> CellRecord:
    lesson = _Cell.model_validate(cell["metadata"]["lesson"])
    outputs = tuple(_read_output(item) for item in cell["outputs"])
    if lesson.pieces and len(lesson.pieces) != len(outputs):
        raise ValueError("pieces and outputs are not equally many")
    markdown = None if lesson.markdown is None else "".join(lesson.markdown)
    source = "".join(cell["source"])
    return CellRecord(
        lesson.identifier, lesson.language, source, outputs, lesson.seconds, lesson.missing, lesson.pieces, markdown, lesson.raised
    )


def _read_output(item: dict[str, Any]) -> Output:
    if item["output_type"] == "stream":
        return Stream(item["name"], "".join(item["text"]))
    if item["output_type"] == "error":
        return Raised(item["ename"], item["evalue"], tuple(item["traceback"]))
    data = {mime: value if isinstance(value, str) else "".join(value) for mime, value in item["data"].items()}
    about = {mime: named for mime, named in item["metadata"].items() if mime != "lesson"}
    own = item["metadata"].get("lesson", {})
    return Display(data, item["output_type"] == "execute_result", own.get("path", ""), kept_metadata(about), bool(own.get("saved")))
