"""Marks the tests that `slow.txt` lists as slow: a decorator on each of them would say no more, and a line can be made from a measurement."""

from __future__ import annotations

from pathlib import Path

import pytest

LIST = Path(__file__).parent / "slow.txt"


def listed() -> frozenset[str]:
    """Return the tests that are listed, as ``tests/folder/test_file.py::Class::test_name`` without parameters."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@pytest.hookimpl(tryfirst=True)  # `-m` chooses by marks in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them."""
    slow = listed()
    for item in items:
        if item.nodeid.partition("[")[0] in slow:
            item.add_marker(pytest.mark.slow)
