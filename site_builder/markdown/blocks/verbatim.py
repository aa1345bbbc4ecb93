"""Elements whose content is never Markdown, such as ``pre``: where each of them ends, found once for all lines of a chunk."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from site_builder.markdown.html_tags import VERBATIM_TAGS, Tag, read_tag

if TYPE_CHECKING:
    from site_builder.markdown.chunk import Chunk

_VERBATIM = re.compile(rf"<(/?)({'|'.join(sorted(VERBATIM_TAGS))})(?![\w:-])", re.I)


@dataclass(frozen=True, slots=True)
class VerbatimElement:
    """An element as it is written, and the line and column behind its end tag."""

    html: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The lines from ``first`` on as one text, where each of them ends in it, and by the place of a start tag where its element ends."""

    first: int
    text: str
    line_ends: list[int]
    ends: dict[int, int]


def last_line_with(chunk: Chunk, text: str) -> int:
    """Return the last line that contains a text, in lower case; -1 if none does."""
    return int(chunk.remember(text, lambda: max((n for n, line in enumerate(chunk.lines) if text in line.lower()), default=-1)))


def verbatim_end(chunk: Chunk, index: int, column: int, tag: Tag) -> VerbatimElement | None:
    """Return the element that a start tag begins, which elements of its kind may be in; None if it is no such tag, or has no end tag."""
    if tag.closing or tag.empty or tag.name not in VERBATIM_TAGS or last_line_with(chunk, f"</{tag.name}") < index:
        return None
    pairs: _Pairs = chunk.remember("verbatim", lambda: _pairs(chunk, index))
    line_end = pairs.line_ends[index - pairs.first]
    start = line_end - len(chunk.lines[index]) + column  # lines lose what is read at their beginning
    end = pairs.ends.get(start)
    if end is None:
        return None
    last = bisect_left(pairs.line_ends, end)
    line = pairs.first + last
    return VerbatimElement(pairs.text[start:end], line, len(chunk.lines[line]) - (pairs.line_ends[last] - end))


def _pairs(chunk: Chunk, first: int) -> _Pairs:
    lines = chunk.lines[first:]
    text = "\n".join(lines)
    line_ends = [end - 1 for end in accumulate(len(line) + 1 for line in lines)]
    ends: dict[int, int] = {}
    open_: dict[str, list[int]] = {name: [] for name in VERBATIM_TAGS}
    position = 0
    while found := _VERBATIM.search(text, position):
        stack, position = open_[found[2].lower()], found.end()
        if not found[1]:
            tag = read_tag(text, found.start())
            if tag:
                stack.append(found.start())
                position = tag.end
            continue
        position = text.find(">", position) + 1
        if not position:
            break
        if stack:
            ends[stack.pop()] = position
    return _Pairs(first, text, line_ends, ends)
