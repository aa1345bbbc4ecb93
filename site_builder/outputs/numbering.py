"""Names that are new in every run, as numbers: ids of HTML, UUIDs, digests. Two runs of one output then have equal text. Pure."""

from __future__ import annotations

import re

ATTRIBUTE = re.compile(r"""\b(?:id|for|headers|aria-(?:labelledby|describedby|controls))=(?:"#?([^"<>]+)"|'#?([^'<>]+)')""")
"""Attributes that hold ids, one or more (HTML standard, 3.2.6)."""

RANDOM = re.compile(
    r"(?<![0-9a-fA-F])[0-9a-fA-F]{8}[-_][0-9a-fA-F]{4}[-_][0-9a-fA-F]{4}[-_][0-9a-fA-F]{4}[-_][0-9a-fA-F]{12}(?![0-9a-fA-F])|(?<![0-9a-fA-F])[0-9a-f]{32}(?![0-9a-fA-F])|\bT_[0-9a-f]{5}(?=_|\b)"
)
"""UUIDs (RFC 9562), digests of 128 bits, and the names of pandas' styled tables."""

WORD = re.compile(r"[\w.:-]*\w")


def numbered(html: str) -> str:
    """Return HTML with each of its ids, and every other random name, as ``<name N>``, counted from where it comes first."""
    named = {word for found in ATTRIBUTE.finditer(html) for word in (found[1] or found[2]).split()}
    numbers: dict[str, str] = {}

    def number(name: str) -> str:
        return numbers.setdefault(name, f"<name {len(numbers) + 1}>")

    def known(found: re.Match[str]) -> str:
        return number(found[0]) if found[0] in named else RANDOM.sub(lambda part: number(part[0]), found[0])

    return WORD.sub(known, html)
