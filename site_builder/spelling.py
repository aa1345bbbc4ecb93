"""Which known word somebody meant: by typing errors, and by likeness."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

LONGEST = 60
"""Characters of a word that is compared; nobody misspells a longer one."""

MOST = 2
"""Errors of a misspelling."""

SIMILAR = 500
"""Words among which a similar one is looked for."""

COMPARISONS = 5_000_000
"""How often words are compared in all, about a second: of ten thousand faults, the last need no hint."""


def misspelt(word: str, known: Iterable[str]) -> str:
    """Return the known word that another one is a misspelling of, or an empty string; many words are asked for through a `Speller`."""
    return Speller(known).misspelt(word)


class Speller:
    """Words in which misspellings are looked up."""

    def __init__(self, known: Iterable[str]) -> None:
        """Take in the words."""
        self._known = tuple(known)
        self._plain: list[str] = []
        self._left = COMPARISONS

    def misspelt(self, word: str) -> str:
        """Return the known word that another one is a misspelling of, or an empty string.

        Two typing errors make a misspelling, one in words of up to five letters, where two lead to other words; case, hyphens and
        underscores count as none. A short word begins with its own letter: `seeds` is not `needs`.
        """
        plain = _plain(word)
        if not plain or len(plain) > LONGEST or self._left < 0:
            return ""
        self._left -= len(self._known)
        ranked = sorted(self._within(plain))
        return next((each for errors, each in ranked if each != word and _may_be(plain, _plain(each), errors)), "")

    def closest(self, word: str) -> str:
        """Return what the function `closest` does; among very many words, of which some are always similar, only a misspelling's."""
        found = self.misspelt(word)
        if found or len(self._known) > SIMILAR:
            return found
        return next(iter(difflib.get_close_matches(word, self._known, n=1, cutoff=0.6)), "")

    def _within(self, plain: str) -> list[tuple[int, str]]:
        """Return the words with at most `MOST` errors, each with their number: optimal string alignment distance, which counts letters that
        are added, left out, replaced or exchanged with their neighbour.
        """
        from rapidfuzz import process  # for words that are wrong alone
        from rapidfuzz.distance import OSA

        self._plain = self._plain or [_plain(each) for each in self._known]
        found = process.extract(plain, self._plain, scorer=OSA.distance, score_cutoff=MOST, limit=None)
        return [(int(errors), self._known[number]) for _, errors, number in found]


def closest(word: str, known: Iterable[str]) -> str:
    """Return the known word that is most like another one: a misspelling's, or else a similar one; empty where none is similar."""
    return Speller(sorted(known)).closest(word)


def _may_be(word: str, known: str, errors: int) -> bool:
    if len(known) > 5:
        return errors <= 2
    return errors <= 1 and (word[:1] == known[:1] or sorted(word) == sorted(known) or len(word) != len(known))


def _plain(word: str) -> str:
    return word.strip().lower().replace("_", "-")
