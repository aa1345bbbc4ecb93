"""The definition of a key: its name in YAML, the form of its value, whether it belongs to the Workbench, and its meaning."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from site_builder.settings.form import Form

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Key:
    """The metadata of a dataclass field that authors write.

    ``name`` is the key in YAML where it differs from the field's name, ``also`` an older name of it. ``default`` describes what applies
    without the key, where that is not the field's default. An unusable value is a warning for a ``lenient`` key and an error for
    others; ``code`` is the code of that problem where it differs from the code of the other keys.
    """

    form: Form
    meaning: str
    name: str = ""
    also: str = ""
    default: str = ""
    workbench: bool = False
    lenient: bool = False
    code: str = ""


def keys_of(kind: type) -> Mapping[str, Key]:
    """Return the keys of a dataclass by field name, in order; fields that authors do not write are left out."""
    return _keys_of(kind)


@cache
def _keys_of(kind: type) -> Mapping[str, Key]:
    hints = get_type_hints(kind, include_extras=True)
    found: dict[str, Key] = {}
    for each in dataclasses.fields(kind):
        hint = hints[each.name]
        key = next((part for part in get_args(hint) if isinstance(part, Key)), None) if get_origin(hint) is Annotated else None
        if key:
            found[each.name] = dataclasses.replace(key, name=key.name or each.name)
    return MappingProxyType(found)


@cache
def named_keys(kind: type) -> Mapping[str, Key]:
    """Return the keys of a dataclass by the names that authors write, including older names."""
    keys = keys_of(kind).values()
    return MappingProxyType({name: key for key in keys for name in (key.name, key.also) if name})


def made(kind: type[T], written: Mapping[str, Any]) -> T:
    """Return the dataclass made from checked values by key name; a missing or empty value becomes the default."""
    values = {field: written.get(key.name) for field, key in keys_of(kind).items()}
    return kind(**{field: value for field, value in values.items() if value is not None})


def form_at(kind: type, path: tuple[str | int, ...]) -> Form | None:
    """Return the form of the value at a path; None below an undefined key, or where any value is accepted."""
    form = None
    block: type | None = kind
    for step in path:
        if block is not None and isinstance(step, str):
            key = named_keys(block).get(step)
            form = key.form if key else None
        elif form is not None:
            form = form.items if isinstance(step, int) else form.values
        block = form.block if form else None
    return form


def label(path: tuple[str | int, ...]) -> str:
    """Return how a message names a key: ``workshop: days: date``."""
    return ": ".join(str(step) for step in path if isinstance(step, str))
