"""Waiting for a page. Playwright's own way evaluates a text inside the page, which the page's policy forbids; the tests keep the policy."""

from __future__ import annotations

import time
from typing import Any


def until(page: Any, expression: str, timeout: float = 30_000) -> None:
    """Ask a page again and again until an expression of JavaScript is true; ``timeout`` is in milliseconds."""
    end = time.monotonic() + timeout / 1000
    while not page.evaluate(f"Boolean({expression})"):
        assert time.monotonic() < end, f"not within {timeout:g} ms: {expression}"
        page.wait_for_timeout(20)


def open_search(page: Any) -> None:
    """Open the search with its key, again where the first press is lost: a page that has just come up need not have the focus yet."""
    for _ in range(20):
        if page.locator(".lesson-search").is_visible():
            return
        page.keyboard.press("/")
        page.wait_for_timeout(100)
    assert page.locator(".lesson-search").is_visible()
