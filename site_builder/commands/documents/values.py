"""How documents are described and written: a text for each key, and dataclasses as plain values."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Says:
    """What a key of a document holds, as a sentence for its schema; ``values`` names the enumeration of its values, module and class.

    That is a name because documents are imported with their commands, and enumerations with what does the work.
    """

    meaning: str
    values: str = ""


def keys(kind: type) -> dict[str, str]:
    """Return the keys of a document by the names of its fields; ``RENAMED`` of its class has those that are no Python names."""
    renamed: dict[str, str] = getattr(kind, "RENAMED", {})
    return {field.name: renamed.get(field.name, field.name) for field in dataclasses.fields(kind)}


def plain(value: Any) -> Any:
    """Return a document as the values that JSON has."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {key: plain(getattr(value, name)) for name, key in keys(type(value)).items()}
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value


def schema_name(kind: type) -> str:
    """Return the name of a document's schema, before ``.schema.json``: ``RecordsListDocument`` is ``records-list``."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", kind.__name__.removesuffix("Document")).lower()
