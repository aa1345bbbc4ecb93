"""Where a fence stands in its file: its lines, what is before its marks, and its info string. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

LINE_END = re.compile(r"\r\n|\r|\n")
"""What the reader takes for the end of a line."""
_OPENING = re.compile(
    r"^(?P<margin>[ \t>]*(?:(?:[-*+]|[(]?[\w#]{1,9}[.)]|:|~)[ \t]+[ \t>]*)*)(?P<marks>`{3,}|~{3,})[ \t]*(?P<info>[^\r\n]*?)[ \t]*$"
)
_NOT_MARGIN = re.compile(r"[^ \t>]")


@dataclass(frozen=True, slots=True)
class FenceSource:
    """A fence by its lines, counted from 0: ``first`` opens it, ``last`` closes it.

    ``opening`` is what stands before its marks, which may begin a list item, ``margin`` what its further lines have there.
    """

    first: int
    last: int
    opening: str
    margin: str
    marks: str
    info: str


def lines_of(text: str) -> tuple[list[str], list[str]]:
    """Return the lines of a text without their ends, and these ends; the last line may have none."""
    lines, ends, place = list[str](), list[str](), 0
    for found in LINE_END.finditer(text):
        lines.append(text[place : found.start()])
        ends.append(found[0])
        place = found.end()
    if place < len(text):
        lines.append(text[place:])
        ends.append("")
    return lines, ends


def fence_at(lines: Sequence[str], line: int) -> FenceSource | None:
    """Return the fence that a line (counted from 1) opens; None if it opens none, or none that is closed."""
    opening = _OPENING.match(lines[line - 1]) if 0 < line <= len(lines) else None
    if opening is None:
        return None
    closing = re.compile(rf"[ \t>]*{re.escape(opening['marks'][0])}{{{len(opening['marks'])},}}[ \t]*$")
    last = next((number for number in range(line, len(lines)) if closing.match(lines[number])), None)
    if last is None:
        return None
    margin = _NOT_MARGIN.sub(" ", opening["margin"])
    return FenceSource(line - 1, last, opening["margin"], margin, opening["marks"], opening["info"])


def holds(lines: Sequence[str], fence: FenceSource, text: str) -> bool:
    """Tell whether a fence of the file has this text, whatever stands before its lines."""
    written = [line.lstrip(" \t>").rstrip() for line in lines[fence.first + 1 : fence.last]]
    meant = [line.lstrip(" \t>").rstrip() for line in text.split("\n")]
    return written == meant or (not text and not written)
