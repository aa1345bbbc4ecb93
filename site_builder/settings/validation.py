"""Checked values: a mapping as YAML gives it into a dataclass of keys, by pydantic's core."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

from pydantic_core import ErrorDetails, SchemaValidator, ValidationError

from site_builder.settings.keys import keys_of, made

T = TypeVar("T")


def validated(kind: type[T], values: Mapping[str, Any]) -> tuple[T | None, list[ErrorDetails]]:
    """Return the dataclass, or None and pydantic's list of what is wrong (``loc``, ``type``, ``ctx``)."""
    try:
        return made(kind, _validator(kind).validate_python(values)), []
    except ValidationError as error:
        return None, error.errors(include_url=False, include_input=False)


def _validator(kind: type) -> SchemaValidator:
    return _cached_validator(kind)


@cache
def _cached_validator(kind: type) -> SchemaValidator:
    return SchemaValidator(_mapping(kind))


def _mapping(kind: type) -> dict[str, Any]:
    """The schema of a mapping whose keys may be left out or empty, and that has no others."""
    fields = {
        key.name: {"type": "typed-dict-field", "schema": key.form.schema_of_key(_block), "required": False}
        for key in keys_of(kind).values()
    }
    return {"type": "typed-dict", "fields": fields, "extra_behavior": "forbid"}


def _block(kind: type) -> dict[str, Any]:
    def finished(written: Mapping[str, Any]) -> Any:
        return made(kind, written)

    return {"type": "function-after", "function": {"type": "no-info", "function": finished}, "schema": _mapping(kind)}
