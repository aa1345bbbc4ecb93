"""Text as people compare it: spacing, and dots that stand for what was left out."""

from __future__ import annotations

import re
from collections.abc import Sequence

ELISION = re.compile(r"\s*[\[(<]?(?:\.{3,}|[…⋮])(?:\s*(?:\.{3,}|[…⋮]|more|output|truncated|omitted|skipping))*[\])>]?\s*", re.IGNORECASE)
"""A typed line that stands for any number of printed ones."""
INLINE = re.compile(r"\[?(?:\.{3,}|…)\]?")
"""Dots inside a typed line, which stand for any characters."""


def trimmed(text: str) -> list[str]:
    """Return the lines of a text without the spaces at their ends and the empty lines around them."""
    return [line.rstrip() for line in text.expandtabs().strip("\n").rstrip().split("\n")]


def squeezed(text: str) -> str:
    """Return a text in which any white space is one space."""
    return " ".join(text.split())


def squeezed_lines(lines: Sequence[str]) -> list[str]:
    """Return lines in which any white space is one space, without empty ones."""
    return [" ".join(line.split()) for line in lines if line.strip()]


def fits(typed: Sequence[str], now: Sequence[str]) -> bool:
    """Tell whether printed lines match typed ones in which dots stand for some of them, or for a part of one.

    Lines before the first dots must come first, lines after the last dots last, and the rest in between in order; as
    each part is matched where it first fits, the search never goes back (doctest's rule for ``ELLIPSIS``).
    """
    first, *rest = _between_dots(typed)
    if not rest:
        return len(first) == len(now) and all(map(_line_fits, first, now))
    *middle, last = rest
    start, end = len(first), len(now) - len(last)
    if start > end or not _lines_fit(first, now[:start]) or not _lines_fit(last, now[end:]):
        return False
    for part in middle:
        place = next((n for n in range(start, end - len(part) + 1) if _lines_fit(part, now[n : n + len(part)])), None)
        if place is None:
            return False
        start = place + len(part)
    return True


def has_dots(typed: Sequence[str]) -> bool:
    """Tell whether something was left out of typed lines."""
    return any(INLINE.search(line) or ELISION.fullmatch(line) for line in typed if line.strip())


def _lines_fit(typed: Sequence[str], now: Sequence[str]) -> bool:
    return len(typed) == len(now) and all(map(_line_fits, typed, now))


def _line_fits(typed: str, now: str) -> bool:
    if typed == now:
        return True
    parts = INLINE.split(typed)
    if len(parts) == 1 or not any(part.strip() for part in parts):
        return False
    first, *middle, last = parts
    if len(now) < len(first) + len(last) or not now.startswith(first.rstrip()) or not now.endswith(last.lstrip()):
        return False
    rest = now[len(first.rstrip()) : len(now) - len(last.lstrip()) or None]
    for part in middle:
        _, found, rest = rest.partition(part.strip())
        if part.strip() and not found:
            return False
    return True


def _between_dots(typed: Sequence[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for line in typed:
        if line.strip() and ELISION.fullmatch(line):
            parts.append([])
        else:
            parts[-1].append(line)
    return parts
