"""Control sequences that programs write for terminals (ECMA-48, https://ecma-international.org/publications-and-standards/standards/ecma-48/)."""

from __future__ import annotations

import re

SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b|\x07")
"""A control sequence, an operating system command such as a link, the escape character of one that is incomplete, or the bell."""


def plain(text: str) -> str:
    """Return a text without control sequences."""
    return SEQUENCE.sub("", text)
