"""What a staged file is to whoever compares it with that of another time: digests of its two parts, without the file."""

from __future__ import annotations

import hashlib
from typing import TypeAlias

Content: TypeAlias = tuple[bytes, bytes]
"""The SHA-256 of what other pages may show of a file, and that of the rest; of a file that is no page the first one is that of nothing."""

FACTS = b"\nlesson:"
"""Begins the last key of a staged page's front matter: what the theme's templates show of this page, and of no other."""


def content_of_page(text: bytes) -> Content:
    """Return the content of a staged page: its front matter up to the facts that are for its own template, and the rest."""
    end = text.find(b"\n---\n", 3) if text.startswith(b"---\n") else -1
    facts = text.find(FACTS, 0, end) if end >= 0 else -1
    cut = facts if facts >= 0 else end + 5 if end >= 0 else 0
    return hashlib.sha256(text[:cut]).digest(), hashlib.sha256(text[cut:]).digest()


def content_of_file(data: bytes) -> Content:
    """Return the content of a staged file that is no page."""
    return hashlib.sha256().digest(), hashlib.sha256(data).digest()
