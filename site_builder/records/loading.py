"""Read records and verify them: nothing that was edited or truncated passes, and nothing of a format that this builder does not know.

Records of every earlier format are read (`tests/records/formats`): a member that an older builder did not write has a default here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic_core import SchemaValidator, ValidationError

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


def _mapping(required: Mapping[str, Any], later: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
    """Return the schema of a mapping with these members and no others; those that came ``later`` may be missing, and are empty then."""
    members = {name: {"type": "typed-dict-field", "schema": schema} for name, schema in required.items()}
    members |= {name: {"type": "typed-dict-field", "schema": schema, "required": False} for name, schema in later.items()}
    return {"type": "typed-dict", "fields": members, "extra_behavior": "forbid"}


def _many(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "default", "schema": {"type": "tuple", "items_schema": [schema], "variadic_item_index": 0}, "default": ()}


def _by_name(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "default", "schema": {"type": "dict", "keys_schema": TEXT, "values_schema": schema}, "default": {}}


def _perhaps(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "default", "schema": {"type": "nullable", "schema": schema}, "default": None}


TEXT: dict[str, Any] = {"type": "str"}
SECONDS: dict[str, Any] = {"type": "float"}
KEY = _mapping({"key": TEXT, "cells": _many(TEXT), "inputs": _by_name(TEXT), "environment": TEXT, "variables": _by_name(TEXT)})
GPU = _mapping(dict.fromkeys(("name", "driver", "cuda"), TEXT))
DATA = _mapping({"path": TEXT, "sha256": TEXT, "size": {"type": "int"}, "origin": TEXT})
PACKAGES = _many({"type": "str", "pattern": ROW})
PROVENANCE = _mapping(
    {
        **dict.fromkeys(("tool", "provider", "environment", "platform", "lock", "machine", "python", "started", "commit"), TEXT),
        "locked": {"type": "bool"}, "seconds": SECONDS, "gpu": _perhaps(GPU), "packages": PACKAGES,
    },
    {
        "undeclared": _many(TEXT), "read": _by_name(TEXT), "left": _many(TEXT), "needs": _by_name(_many(TEXT)), "loaded": PACKAGES,
        "installed": _many(TEXT), "pixi": {"type": "default", "schema": TEXT, "default": ""},
        "job": {"type": "default", "schema": TEXT, "default": ""}, "data": _many(DATA),
    },
)  # fmt: skip
PIECE = {"type": "enum", "cls": Piece, "members": list(Piece)}
CELL = SchemaValidator(_mapping(
    {"identifier": TEXT, "language": TEXT, "seconds": SECONDS, "missing": _many(TEXT)},
    {"pieces": _many(PIECE), "raised": _many({"type": "int"}), "markdown": _perhaps(_many(TEXT)["schema"])},
))  # fmt: skip
LESSON = SchemaValidator(_mapping(
    {"schema": {"type": "literal", "expected": [SCHEMA]}, "episode": TEXT, "key": KEY, "provenance": PROVENANCE, "digest": TEXT}
))  # fmt: skip
"""What the blocks of a record and of its cells hold: schemas of pydantic-core, which is imported in a quarter of the time of pydantic
(https://docs.pydantic.dev/latest/api/pydantic_core_schema/).
"""


def load(text: str, origin: str = "local") -> EpisodeRecord:
    """Read a record and verify it.

    Raises:
        RecordDamaged: it is truncated, edited, merge-marked, or its key does not match its parts.
        RecordNewer: it is whole, and of a format that this builder does not know.
    """
    text = _unix(text)
    try:
        notebook = json.loads(text)
        lesson = LESSON.validate_python(notebook["metadata"]["lesson"])
        record = _record(lesson, notebook["cells"], origin)
        whole = _is_whole(text, notebook)
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"]))
        if _is_whole(text, notebook):
            raise RecordNewer(_newer(notebook["metadata"]["lesson"], place)) from error
        raise RecordDamaged(f"unexpected content in {place}") from error
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise RecordDamaged("it is not a record, or only part of one") from error
    if record.parts.key != lesson["key"]["key"] or record.provenance.packages.digest != record.parts.environment:
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


def _record(lesson: Mapping[str, Any], cells: list[dict[str, Any]], origin: str) -> EpisodeRecord:
    key, made = lesson["key"], dict(lesson["provenance"])
    made["packages"] = PackageSet(made.pop("environment"), made.pop("platform"), tuple(map(_package, made["packages"])))
    made["gpu"] = None if made["gpu"] is None else Gpu(**made["gpu"])
    made["loaded"] = tuple(map(_package, made["loaded"]))
    made["data"] = tuple(FromElsewhere(**each) for each in made["data"])
    made |= {name: tuple(sorted(made[name].items())) for name in ("read", "needs")}
    return EpisodeRecord(
        lesson["episode"],
        KeyParts(key["cells"], tuple(sorted(key["inputs"].items())), key["environment"], tuple(sorted(key["variables"].items()))),
        tuple(map(_cell_record, cells)),
        Provenance(**made),
        origin,
    )


def _package(row: str) -> Package:
    name, version, build, digest = (*row.split(" "), "", "", "")[:4]
    return Package(name, version, build, digest)


def _cell_record(cell: dict[str, Any]) -> CellRecord:
    about = CELL.validate_python(cell["metadata"]["lesson"])
    outputs = tuple(_read_output(item) for item in cell["outputs"])
    if about["pieces"] and len(about["pieces"]) != len(outputs):
        raise ValueError("pieces and outputs are not equally many")
    markdown = about.pop("markdown")
    return CellRecord(source="".join(cell["source"]), outputs=outputs, markdown=None if markdown is None else "".join(markdown), **about)


def _read_output(item: dict[str, Any]) -> Output:
    if item["output_type"] == "stream":
        return Stream(item["name"], "".join(item["text"]))
    if item["output_type"] == "error":
        return Raised(item["ename"], item["evalue"], tuple(item["traceback"]))
    data = {mime: value if isinstance(value, str) else "".join(value) for mime, value in item["data"].items()}
    about = {mime: named for mime, named in item["metadata"].items() if mime != "lesson"}
    own = item["metadata"].get("lesson", {})
    return Display(data, item["output_type"] == "execute_result", own.get("path", ""), kept_metadata(about), bool(own.get("saved")))
