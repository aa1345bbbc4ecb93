"""Short Markdown texts outside a page's body: titles, and questions in front matter."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from site_builder.markdown.reader import read
from site_builder.markdown.tree import Element, Node

MARKUP = frozenset("*_`<[$~^\\&:@!{\"'.-")
"""A text without any of these is plain text."""

CODE = re.compile(r"(`+[^`]+`+|<[^>]*>|\]\([^)]*\))")
SMART = re.compile(r"[\"']|--|\.\.\.")


def inline(text: str, path: PurePosixPath) -> tuple[Node, ...]:
    """Read one line of Markdown; quotes and dashes stay as typed, and what would begin a block
    there (a list's number, a heading's hash) is text.
    """
    line = " ".join(text.split())
    if not MARKUP.intersection(line):
        return (line,)
    body = read(f"\u200b{_as_typed(line)}", path).body
    if len(body) != 1 or not isinstance(body[0], Element) or body[0].tag != "p":
        return (line,)
    first, *rest = body[0].children
    return (first.removeprefix("\u200b"), *rest) if isinstance(first, str) else (first, *rest)


def _as_typed(line: str) -> str:
    """Escape what smart punctuation would change, except in code, tags and link targets."""
    pieces = CODE.split(line)
    return "".join(piece if index % 2 else SMART.sub(_escaped, piece) for index, piece in enumerate(pieces))


def _escaped(match: re.Match[str]) -> str:
    return "".join(f"\\{character}" for character in match[0])
