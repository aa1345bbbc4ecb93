"""Control sequences that programs write for terminals (ECMA-48, https://ecma-international.org/publications-and-standards/standards/ecma-48/)."""

from __future__ import annotations

import re

SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b")
"""A control sequence, an operating system command such as a link, or the escape character of one that is incomplete."""


def plain(text: str) -> str:
    """Return a text without control sequences."""
    return SEQUENCE.sub("", text)
