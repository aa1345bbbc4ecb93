"""Heading identifiers by pandoc's algorithm, unique on the whole page (https://pandoc.org/MANUAL.html#extension-auto_identifiers)."""

from __future__ import annotations

import re

_DROPPED = re.compile(r"[^\w\s.\-]")
_SPACE = re.compile(r"\s+")


class Identifiers:
    """Assigns the identifiers of one page in document order."""

    def __init__(self) -> None:
        """Start a page with no identifier taken."""
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def take(self, identifier: str) -> str:
        """Register an identifier the author wrote; it is used as it is, even if it is a duplicate."""
        self._taken.add(identifier)
        return identifier

    def make(self, text: str) -> str:
        """Return the identifier of a heading with this plain text, with ``-1``, ``-2`` ... if it is taken."""
        base = slug(text) or "section"
        if base not in self._taken:
            return self.take(base)
        number = self._next.get(base, 1)
        while f"{base}-{number}" in self._taken:
            number += 1
        self._next[base] = number + 1
        return self.take(f"{base}-{number}")


def slug(text: str) -> str:
    """Return the identifier of a text, or an empty string: lower case, only letters, digits, ``_ - .``, from the first letter on."""
    kept = _DROPPED.sub("", text.lower())
    joined = _SPACE.sub("-", kept.strip())
    first = next((position for position, character in enumerate(joined) if character.isalpha()), len(joined))
    return joined[first:]
