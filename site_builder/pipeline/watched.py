"""What somebody looks at while a site is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

OnShown = Callable[[Mapping[str, bytes], frozenset[str]], None]
"""Receives pages that are ahead of the site, by address, and the addresses of the files that stay as they are."""


@dataclass(frozen=True, slots=True)
class Watched:
    """The addresses of pages that are looked at, and what shows them."""

    addresses: frozenset[str] = frozenset()
    show: OnShown = lambda pages, unchanged: None


NOBODY = Watched()
