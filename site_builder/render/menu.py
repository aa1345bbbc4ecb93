"""The text of a view's settings apart from that of its menu, which is their last key, and of a long lesson most of them."""

from __future__ import annotations

import re
from typing import Any

import yaml

KEY = "\nnav:"
LINES = re.compile(r"(?: \[\])?(?:\n[- ][^\n]*)*\n?")
"""What may follow the key: entries, which are indented or begin with a hyphen, and nothing else."""


def divided(text: str) -> tuple[str, str]:
    """Return the settings before the menu, and the menu with its key; the menu is empty if it does not come last."""
    head, key, menu = text.rpartition(KEY)
    return (f"{head}\n", f"{key[1:]}{menu}") if key and LINES.fullmatch(menu) else (text, "")


def entries(menu: str) -> Any:
    """Return what the text of a menu says; libyaml reads it where PyYAML includes it."""
    values = yaml.load(menu, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe one
    return values["nav"]
