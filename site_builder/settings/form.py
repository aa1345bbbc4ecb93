"""One form of value: what an author is asked for, what YAML may have made of it, and what pydantic checks.

A form imports nothing: its ``core`` is a schema of pydantic-core, which is plain data
(https://docs.pydantic.dev/latest/api/pydantic_core_schema/).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any


class Unusable(ValueError):
    """A value that is not of its form, in words of its own; ``hint`` is what to write."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Keep what is wrong, said after the key's name, and what to do."""
        super().__init__(message)
        self.message, self.hint = message, hint


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """One form of value.

    ``wanted`` completes "must be …". ``core`` checks a single value; in its place a form may have a ``block``, the dataclass that a
    mapping of keys is read into, ``values`` of a mapping with any keys, or ``items`` of a list. ``before`` turns what YAML gives into
    what is checked, ``after`` what was checked into what is kept. ``json`` is the JSON schema where that of ``core`` asks for more,
    or that of what may stand in a block's place.
    A key without a value has its default, or what ``empty`` says.
    """

    wanted: str
    core: Mapping[str, Any] | None = None
    before: Callable[[Any], Any] | None = None
    after: Callable[[Any], Any] | None = None
    hint: str = ""
    json: Mapping[str, Any] | None = None
    block: type | None = None
    values: Form | None = None
    items: Form | None = None
    empty: Any = None

    def schema(self, of_block: Callable[[type], dict[str, Any]]) -> dict[str, Any]:
        """Return the schema of pydantic-core that checks a value of this form; ``of_block`` gives that of a dataclass of keys."""
        if self.block:
            schema = of_block(self.block)
        elif self.values:
            schema = {"type": "dict", "strict": True, "keys_schema": {"type": "str"}, "values_schema": self.values.schema(of_block)}
        elif self.items:
            schema = {"type": "list", "strict": True, "items_schema": self.items.schema(of_block)}
        else:
            schema = dict(self.core or {"type": "any"})
        if self.before:
            schema = {"type": "function-before", "function": {"type": "no-info", "function": self.before}, "schema": schema}
        if self.after:
            schema = _after(schema, self.after)
        return schema

    def schema_of_key(self, of_block: Callable[[type], dict[str, Any]]) -> dict[str, Any]:
        """Return the schema of a key of this form, which may be left empty."""
        schema = {"type": "nullable", "schema": self.schema(of_block)}
        return schema if self.empty is None else _after(schema, lambda value: self.empty if value is None else value)


def _after(schema: dict[str, Any], function: Callable[[Any], Any]) -> dict[str, Any]:
    return {"type": "function-after", "function": {"type": "no-info", "function": function}, "schema": schema}


def block(kind: type, **changes: Any) -> Form:
    """Return the form of a mapping that is read into a dataclass of keys."""
    return replace(Form("a mapping", block=kind, hint="write its keys below it, indented"), **changes)
