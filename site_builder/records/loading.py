"""Read records and verify them: nothing that was edited or truncated passes, and nothing of a format that this builder does not know.

Records of every earlier format are read (`tests/records/formats`): a member that an older builder did not write has a default here.
"""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from site_builder.environments.base import Gpu, Package, PackageSet
from site_builder.outputs.storage import kept_metadata
from site_builder.records.canonical import canonical
from site_builder.records.model import (
    SCHEMA,
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
from site_builder.records.notebook import DIGEST

ROW = r"^\S+( \S*){0,3}$"
"""A package in a record: name, version, build and digest, up to the last known one."""


class RecordDamaged(ValueError):
    """A record that cannot be trusted: not a notebook, or with a digest that does not match."""


class RecordNewer(ValueError):
    """A whole record with something that this builder does not know: a newer one wrote it."""


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
        RecordDamaged: it is truncated, edited, merge-marked, or its key does not match its parts.
        RecordNewer: it is whole, and of a format that this builder does not know.
    """
    text = _unix(text)
    try:
        notebook = json.loads(text)
        lesson = _Lesson.model_validate(notebook["metadata"]["lesson"])
        record = _record(lesson, notebook["cells"], origin)
        whole = _is_whole(text, notebook)
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"]))
        if _is_whole(text, notebook):
            raise RecordNewer(_newer(notebook["metadata"]["lesson"], place)) from error
        raise RecordDamaged(f"unexpected content in {place}") from error
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise RecordDamaged("it is not a record, or only part of one") from error
    if record.parts.key != lesson.key.key or record.provenance.packages.digest != record.parts.environment:
        raise RecordDamaged("its key does not match its parts")
    if not whole:
        raise RecordDamaged("its digest does not match its content: it was edited")
    return record


def _is_whole(text: str, notebook: Any) -> bool:
    """Tell whether a record is as it was written, by its digest; the text must be canonical, so that there is one text of a record.

    The first builders made the digest of the notebook without it, later ones of the text in which it is empty.
    """
    try:
        lesson = dict(notebook["metadata"]["lesson"])
        digest = str(lesson.pop("digest"))
        if canonical(notebook) != text:
            return False
        if _sha256(text.replace(f'{DIGEST[:-1]}{digest}"', DIGEST, 1)) == digest:
            return True
        return _sha256(canonical({**notebook, "metadata": {**notebook["metadata"], "lesson": lesson}})) == digest
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _newer(lesson: dict[str, Any], place: str) -> str:
    provenance = lesson.get("provenance")
    tool = provenance.get("tool") if isinstance(provenance, dict) else None
    who = tool if isinstance(tool, str) else "another builder"
    return f"{who} wrote it in format {lesson.get('schema')}; this builder reads format {SCHEMA} and does not know what it has in `{place}`"


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
