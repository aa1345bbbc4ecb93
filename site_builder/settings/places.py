"""Positions of keys and values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]
"""Path of a value in a document: keys as text, and 0-based positions in lists."""

Mark: TypeAlias = tuple[int, int]
"""A 1-based line and column."""


def place_of(marks: Mapping[KeyPath, Mark], path: KeyPath) -> Mark:
    """Return the position of a key; for a key that comes from an alias or a merge, that of its container."""
    return next((marks[path[:size]] for size in range(len(path), 0, -1) if path[:size] in marks), (1, 1))
