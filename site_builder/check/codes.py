"""What is known of each problem code: the table of ``docs/problems.md``, as data that is installed with the builder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("codes.json")
"""Written by ``tools/reference.py`` from the documentation; a test compares them."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code: its severities, the usual one first; what it means and what to do, in Markdown; the page that explains it.

    The page is a path in the repository, with an anchor: that of its example, or of its section where it has none.
    """

    code: str
    severities: tuple[str, ...]
    meaning: str
    remedy: str
    page: str


def known_codes() -> Mapping[str, Code]:
    """Return all codes in their order."""
    rows = json.loads(TABLE.read_text(encoding="utf-8"))
    return {row["code"]: Code(row["code"], tuple(row["severities"]), row["meaning"], row["remedy"], row["page"]) for row in rows}
