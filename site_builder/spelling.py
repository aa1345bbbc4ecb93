"""Which known word somebody meant: by typing errors, and by likeness."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

LONGEST = 60
"""Characters of a word that is compared; nobody misspells a longer one."""


def distance(one: str, other: str) -> int:
    """Return how many letters are added, left out, replaced or exchanged with their neighbour (optimal string alignment distance)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        present = [row]
        for column, known in enumerate(other, 1):
            cost = min(last[column] + 1, present[-1] + 1, last[column - 1] + (letter != known))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == known:
                cost = min(cost, before[column - 2] + 1)
            present.append(cost)
        before, last = last, present
    return last[-1]


def misspelt(word: str, known: Iterable[str]) -> str:
    """Return the known word that another one is a misspelling of, or an empty string.

    Two typing errors make a misspelling, one in words of up to five letters, where two lead to other words; case, hyphens and
    underscores count as none. A short word begins with its own letter: `seeds` is not `needs`.
    """
    plain = _plain(word)
    if not plain or len(plain) > LONGEST:
        return ""
    ranked = sorted((distance(plain, _plain(each)), each) for each in known if abs(len(plain) - len(_plain(each))) <= 2)
    return next((each for errors, each in ranked if each != word and _may_be(plain, _plain(each), errors)), "")


def closest(word: str, known: Iterable[str]) -> str:
    """Return the known word that is most like another one: a misspelling's, or else a similar one; empty where none is similar."""
    names = sorted(known)
    return misspelt(word, names) or next(iter(difflib.get_close_matches(word, names, n=1, cutoff=0.6)), "")


def _may_be(word: str, known: str, errors: int) -> bool:
    if len(known) > 5:
        return errors <= 2
    return errors <= 1 and (word[:1] == known[:1] or sorted(word) == sorted(known) or len(word) != len(known))


def _plain(word: str) -> str:
    return word.strip().lower().replace("_", "-")
