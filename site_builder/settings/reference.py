"""The reference of all keys, as tables for the documentation and as JSON schemas for editors, generated from their definitions."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from site_builder.settings.batch import BatchSettings
from site_builder.settings.cell import CellOptions
from site_builder.settings.data import DataEntry
from site_builder.settings.execution import ExecutionSettings
from site_builder.settings.front_matter import FrontMatter
from site_builder.settings.keys import Key, keys_of, named_keys
from site_builder.settings.lesson import SILENT, Colours, Language, Languages, Settings
from site_builder.settings.models import model_of
from site_builder.settings.records import RecordsSettings
from site_builder.settings.workshop import Day, Workshop

TABLES: Mapping[str, type] = {
    "settings": Settings,
    "languages": Languages,
    "languages-other": Language,
    "brand": Colours,
    "execution": ExecutionSettings,
    "batch": BatchSettings,
    "records": RecordsSettings,
    "data": DataEntry,
    "workshop": Workshop,
    "workshop-days": Day,
    "front-matter": FrontMatter,
    "cell-options": CellOptions,
}
"""Name of a table in the documentation -> the dataclass whose keys it lists."""

SCHEMAS: Mapping[str, type] = {"settings": Settings, "front-matter": FrontMatter, "cell-options": CellOptions}
"""Name of a schema's file, before ``.schema.json`` -> the dataclass whose keys it checks."""

_BLOCK = re.compile(r"(<!-- keys: ([\w-]+) -->\n).*?(<!-- /keys -->)", re.S)


def with_tables(text: str) -> str:
    """Return a documentation page with its tables, between ``<!-- keys: NAME -->`` and ``<!-- /keys -->``, regenerated."""
    return _BLOCK.sub(lambda found: f"{found[1]}\n{table(TABLES[found[2]])}\n{found[3]}", text)


def table(kind: type) -> str:
    """Return the table of a dataclass's keys in Markdown, with a line break at its end."""
    keys = keys_of(kind)
    shared = len({key.workbench for key in keys.values()}) > 1
    head = ["key", "value", "default", "meaning", *(["of"] if shared else [])]
    rows = [head, ["---"] * len(head), *(_row(kind, name, key, shared=shared) for name, key in keys.items())]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(kind: type, field: str, key: Key, *, shared: bool) -> list[str]:
    name = f"`{key.name}`" + (f", formerly `{key.also}`" if key.also else "")
    cells = [name, key.form.wanted, key.default or _default(kind, field), key.meaning]
    return [cell.replace("|", "\\|") for cell in [*cells, *(["the Workbench" if key.workbench else "this builder"] if shared else [])]]


def _default(kind: type, field: str) -> str:
    value = next(each.default for each in dataclasses.fields(kind) if each.name == field)
    if isinstance(value, bool | int | str) and value != "":
        return f"`{json.dumps(value, ensure_ascii=False).strip(chr(34))}`"
    return "none"


def schema(name: str) -> str:
    """Return one of `SCHEMAS` (JSON Schema, draft 2020-12) as text."""
    kind = SCHEMAS[name]
    made = model_of(kind).model_json_schema()
    for part, owner in ((made, kind), *((made.get("$defs", {}).get(each.__name__, {}), each) for each in TABLES.values())):
        _finish(part, owner)
    if kind is Settings:
        made["properties"] |= {each: {"description": "Accepted for the Workbench; has no effect here."} for each in sorted(SILENT)}
    if kind is FrontMatter:
        del made["additionalProperties"]  # a page may carry keys of its own
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _finish(part: dict[str, Any], kind: type) -> None:
    """Remove pydantic's titles, and insert the documented defaults."""
    part.pop("title", None)
    properties: dict[str, Any] = part.get("properties", {})
    for name, value, key in _defaults(kind):
        if name in properties:
            properties[name].pop("title", None)
            properties[name].pop("default", None)
            if not key.default and isinstance(value, bool | int | str) and value != "":
                properties[name]["default"] = value
    for name, key in named_keys(kind).items():
        if name == key.also and key.name in properties:
            properties[name] = {**properties[key.name], "deprecated": True}


def _defaults(kind: type) -> Iterator[tuple[str, Any, Key]]:
    defaults = {each.name: each.default for each in dataclasses.fields(kind)}
    for field, key in keys_of(kind).items():
        yield key.name, defaults[field], key
