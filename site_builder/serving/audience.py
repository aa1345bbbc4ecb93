"""Who looks at which page: those whose browsers wait for news of it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager

LATELY = 1.0
"""Seconds for which a page counts as looked at after its browser's question was answered: it asks again, or loads the page again."""


class Audience:
    """The pages that are looked at; asked from one thread, noted in another one."""

    def __init__(self) -> None:
        """Nobody looks."""
        self._lock = threading.Lock()
        self._waiting: Counter[str] = Counter()
        self._lately: dict[str, float] = {}
        self._expected: frozenset[str] = frozenset()
        self._loaded = threading.Event()

    @property
    def pages(self) -> frozenset[str]:
        """The files of the pages that are looked at."""
        now = time.monotonic()
        with self._lock:
            self._lately = {name: when for name, when in self._lately.items() if now - when < LATELY}
            return frozenset((*self._waiting, *self._lately))

    @contextmanager
    def looks(self, name: str, *, first: bool = False) -> Iterator[None]:
        """Count one who waits for news of a page; with ``first`` the page was just loaded."""
        with self._lock:
            self._waiting[name] += 1
            if first and name in self._expected:
                self._loaded.set()
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= Counter((name,))
                self._lately[name] = time.monotonic()

    def expected(self, names: Collection[str]) -> threading.Event:
        """Return what is set as soon as one of these pages was loaded anew."""
        with self._lock:
            self._expected, self._loaded = frozenset(names), threading.Event()
            return self._loaded
