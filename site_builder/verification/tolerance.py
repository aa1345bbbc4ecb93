"""Numbers that differ by less than a tolerance, found pair by pair in two texts of the same form."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d+\.\d*|\.\d+|\d+(?=[eE][-+]?\d))(?:[eE][-+]?\d+)?(?!\w|\.\w)")
"""A number with a fraction or an exponent. A whole number is a count, a year or an index, and must be equal."""
SMALL = 1e-9
"""Below this size two numbers count as equal: the remainder of a sum that should be zero has no significant digits."""


def tolerated(recorded: Sequence[str], fresh: Sequence[str], tolerance: float) -> tuple[str, ...]:
    """Return the fresh lines with every number that is close enough written as recorded.

    Lines correspond if everything but their numbers is equal; the width of white space does not count, because a number's own
    width changes it. ``tolerance`` is relative to the larger of the two numbers.
    """
    done = list(fresh)
    for old, new, size in _matching([_form(line) for line in recorded], [_form(line) for line in fresh]):
        for offset in range(size):
            done[new + offset] = _line(recorded[old + offset], fresh[new + offset], tolerance)
    return tuple(done)


def _matching(before: list[str], after: list[str]) -> Iterable[tuple[int, int, int]]:
    """Return the blocks in which two lists of lines agree; an equal beginning needs no search."""
    same = next((n for n, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), min(len(before), len(after)))
    yield 0, 0, same
    rest = SequenceMatcher(None, before[same:], after[same:])
    yield from ((same + block.a, same + block.b, block.size) for block in rest.get_matching_blocks())


def _form(line: str) -> str:
    return " ".join(NUMBER.sub("#", line).split())


def _line(recorded: str, fresh: str, tolerance: float) -> str:
    if recorded == fresh:
        return fresh
    pairs = list(zip(NUMBER.findall(recorded), NUMBER.findall(fresh), strict=True))
    close = [near(float(old), float(new), tolerance) for old, new in pairs]
    if all(close):
        return recorded
    numbers = iter([old if equal else new for (old, new), equal in zip(pairs, close, strict=True)])
    return NUMBER.sub(lambda _: next(numbers), fresh)


def near(first: float, second: float, tolerance: float) -> bool:
    """Tell whether two numbers are equal within a relative tolerance, or both are as good as zero."""
    return math.isclose(first, second, rel_tol=tolerance, abs_tol=SMALL)
