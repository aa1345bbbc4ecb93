"""Which known word somebody meant: by typing errors, and by likeness."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

LONGEST = 60
"""Characters of a word that is compared; nobody misspells a longer one."""

MOST = 2
"""Errors of a misspelling."""


def misspelt(word: str, known: Iterable[str]) -> str:
    """Return the known word that another one is a misspelling of, or an empty string; many words are asked for through a `Speller`."""
    return Speller(known).misspelt(word)


class Speller:
    """Words in a tree of their letters, in which misspellings are looked up: what begins with too many errors is passed over at once."""

    def __init__(self, known: Iterable[str]) -> None:
        """Take in the words; the tree is made when it is first needed."""
        self._known = tuple(known)
        self._tree: _Branch | None = None

    def misspelt(self, word: str) -> str:
        """Return the known word that another one is a misspelling of, or an empty string.

        Two typing errors make a misspelling, one in words of up to five letters, where two lead to other words; case, hyphens and
        underscores count as none. A short word begins with its own letter: `seeds` is not `needs`.
        """
        plain = _plain(word)
        if not plain or len(plain) > LONGEST:
            return ""
        ranked = sorted(self._within(plain))
        return next((each for errors, each in ranked if each != word and _may_be(plain, _plain(each), errors)), "")

    def _within(self, plain: str) -> Iterator[tuple[int, str]]:
        """Yield the words with at most `MOST` errors, each with their number (optimal string alignment distance).

        That counts letters that are added, left out, replaced or exchanged with their neighbour. Its rows are shared by what begins alike.
        """
        if self._tree is None:
            self._tree = _tree_of(self._known)
        first = list(range(len(plain) + 1))
        stack = [(letter, branch, "", first, first) for letter, branch in self._tree.branches.items()]
        while stack:
            letter, branch, earlier, last, before = stack.pop()
            present = [last[0] + 1]
            for column, own in enumerate(plain, 1):
                cost = min(last[column] + 1, present[-1] + 1, last[column - 1] + (letter != own))
                if earlier and column > 1 and letter == plain[column - 2] and earlier == own:
                    cost = min(cost, before[column - 2] + 1)
                present.append(cost)
            if present[-1] <= MOST:
                yield from ((present[-1], word) for word in branch.words)
            if min(present) <= MOST or min(last) < MOST:  # letters that change places count in the next row but one
                stack += [(following, below, letter, present, last) for following, below in branch.branches.items()]


@dataclass(slots=True)
class _Branch:
    """What follows one beginning of words: the words that are that, and longer ones by their next letter."""

    words: list[str] = field(default_factory=list)
    branches: dict[str, _Branch] = field(default_factory=dict)


def _tree_of(known: Iterable[str]) -> _Branch:
    tree = _Branch()
    for word in known:
        branch = tree
        for letter in _plain(word):
            branch = branch.branches.setdefault(letter, _Branch())
        branch.words.append(word)
    return tree


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
