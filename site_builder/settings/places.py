"""Where keys and values stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]
"""Where a value stands in a document: keys as text, and 0-based positions in lists."""

Mark: TypeAlias = tuple[int, int]
"""A 1-based line and column."""


def place_of(marks: Mapping[KeyPath, Mark], path: KeyPath) -> Mark:
    """Return where a key stands; for one that an alias or a merge brought, where what holds it stands."""
    return next((marks[path[:size]] for size in range(len(path), 0, -1) if path[:size] in marks), (1, 1))
