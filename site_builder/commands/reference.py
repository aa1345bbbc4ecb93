"""The schemas of the documents that commands answer under ``--json``, made from the documents' definitions."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any, get_args, get_type_hints

import click

from site_builder.commands.documents.outcome import Envelope
from site_builder.commands.documents.values import Says, keys, schema_name
from site_builder.commands.main import group
from site_builder.commands.shared import JsonOption

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def every_command() -> dict[str, click.Command]:
    """Return every command that does something, by its name: ``records list``; groups that do something themselves are among them."""
    return dict(_commands(click.Context(group), group, ""))


def _commands(context: click.Context, command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield name, command
        return
    if command.invoke_without_command:
        yield name, command
    for each in command.list_commands(context):
        below = command.get_command(context, each)
        assert below is not None
        yield from _commands(context, below, f"{name} {each}".strip())


def documents() -> dict[str, tuple[type, ...]]:
    """Return for each command the documents that it may answer; none where it has no ``--json``."""
    return {
        name: next((parameter.documents for parameter in command.params if isinstance(parameter, JsonOption)), ())
        for name, command in every_command().items()
    }


def schemas() -> dict[str, str]:
    """Return every schema (JSON Schema, draft 2020-12) as text, by the name of its file before ``.schema.json``."""
    return {schema_name(kind): schema(name, kind) for name, kinds in documents().items() for kind in kinds}


def with_documents(text: str) -> str:
    """Return a documentation page with its table of documents, between ``<!-- documents -->`` and ``<!-- /documents -->``, regenerated."""
    rows = ["| command | documents |\n| --- | --- |\n"]
    for name, kinds in documents().items():
        links = ", ".join(f"[{schema_name(kind)}](schemas/results/{schema_name(kind)}.schema.json)" for kind in kinds)
        if links:
            rows.append(f"| `{name}` | {links} |\n")
    table = "".join(rows)
    return re.sub(r"(<!-- documents -->\n).*?(<!-- /documents -->)", lambda found: f"{found[1]}\n{table}\n{found[2]}", text, flags=re.S)


def schema(command: str, kind: type) -> str:
    """Return the schema of one document: the keys that all have, and its own, which are there unless the command stopped before."""
    own, envelope = _part(kind), _part(Envelope)
    properties = {**envelope["properties"], "command": {"const": command}, **own["properties"]}
    whole = {
        "$schema": DRAFT,
        "title": f"lesson {command} --json",
        "description": own["description"],
        "type": "object",
        "properties": properties,
        "required": envelope["required"],
        "additionalProperties": False,
        "if": {"properties": {"error": {"type": "null"}}},
        "then": {"required": own["required"]},
        "$defs": {**envelope.get("$defs", {}), **own.get("$defs", {})},
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _part(kind: type) -> dict[str, Any]:
    """Return what pydantic says of a document, with the names and the descriptions of its keys."""
    from pydantic import TypeAdapter

    made = TypeAdapter(kind).json_schema(mode="serialization")
    for name, part in {kind.__name__: made, **made.get("$defs", {})}.items():
        _finish(part, _class_named(kind, name))
    return made


def _class_named(kind: type, name: str) -> type:
    found = {each.__name__: each for each in _classes(kind)}
    return found[name]


def _classes(kind: type) -> Iterator[type]:
    yield kind
    for hint in get_type_hints(kind).values():
        for each in _within(hint):
            if dataclasses.is_dataclass(each):
                yield from _classes(each)


def _within(hint: Any) -> Iterator[type]:
    if isinstance(hint, type) and not get_args(hint):
        yield hint
    for each in get_args(hint):
        yield from _within(each)


def _finish(part: dict[str, Any], kind: type) -> None:
    hints = get_type_hints(kind, include_extras=True)
    properties = {}
    for field, key in keys(kind).items():
        says = next(each for each in hints[field].__metadata__ if isinstance(each, Says))
        found = {name: value for name, value in part["properties"][field].items() if name != "title"}
        if says.values:
            module, _, name = says.values.partition(":")
            found["enum"] = [each.value for each in getattr(import_module(module), name)]
        properties[key] = {**found, "description": says.meaning}
    part.pop("title", None)
    part["properties"], part["required"], part["additionalProperties"] = properties, list(properties), False
    part["description"] = " ".join((kind.__doc__ or "").split())
