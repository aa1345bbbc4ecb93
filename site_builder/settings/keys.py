"""What is said of a key where it is defined: its name in YAML, the form of its value, whose it is, and what it means."""

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

    ``name`` is the key in YAML where it is not the field's own name, ``also`` an older name of it. ``default`` says in words what holds
    without the key, where that is not the field's default. A ``lenient`` key whose value cannot be used is a warning, others an error;
    ``code`` is that of the problem where it is not the one of all keys beside it.
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
    """Return the keys of a dataclass by the name of their field, in their order; fields that nobody writes are not among them."""
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
    """Return the keys of a dataclass by the names that authors write, older names too."""
    keys = keys_of(kind).values()
    return MappingProxyType({name: key for key in keys for name in (key.name, key.also) if name})


def made(kind: type[T], written: Mapping[str, Any]) -> T:
    """Return the dataclass of checked values by the names of their keys; what was left out, or left empty, is its default."""
    values = {field: written.get(key.name) for field, key in keys_of(kind).items()}
    return kind(**{field: value for field, value in values.items() if value is not None})


def form_at(kind: type, path: tuple[str | int, ...]) -> Form | None:
    """Return the form of the value that a path leads to; None below a key that nobody defines, or where any value will do."""
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
