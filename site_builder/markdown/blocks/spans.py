"""Code in a line of text that goes on over several lines: what looks like a fence in it begins no block of code."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from site_builder.markdown.chunk import Chunk

_MARKS = re.compile(r"\\.|`+", re.S)
_TICKS = re.compile(r"`+")


class CodeSpans:
    """The code spans of a paragraph, which are looked for from its beginning on, each line once."""

    def __init__(self, chunk: Chunk, start: int) -> None:
        """Begin at the column at which the chunk is read."""
        self._chunk, self._line, self._column = chunk, start, chunk.column

    def last_line_around(self, index: int) -> int:
        """Return the last line of the code span that takes in the beginning of a line; -1 if none does."""
        lines = [self._chunk.lines[self._line][self._column :], *self._chunk.lines[self._line + 1 : index]]
        text = "\n".join(lines)
        runs: dict[int, list[int]] = {}
        for run in _TICKS.finditer(text):
            runs.setdefault(len(run[0]), []).append(run.start())
        position = 0
        while found := _MARKS.search(text, position):
            position = found.end()
            if found[0][0] == "\\":
                continue
            same = runs.get(len(found[0]), [])
            at = bisect_left(same, position)
            if at < len(same):
                position = same[at] + len(found[0])
            elif (last := self._closing_line(index, len(found[0]))) is not None:
                return last
        return -1

    def _closing_line(self, index: int, length: int) -> int | None:
        """Return the first line from ``index`` on that has as many backticks in a row, without a blank line before it."""
        lines = self._chunk.remember("backticks", self._lines_with_runs)
        ends = lines.get(0, [])
        end = ends[at] if (at := bisect_left(ends, index)) < len(ends) else len(self._chunk.lines)
        found = lines.get(length, [])
        at = bisect_left(found, index)
        if at == len(found) or found[at] >= end:
            return None
        self._line = found[at]
        closing = next(run for run in _TICKS.finditer(self._chunk.lines[self._line]) if len(run[0]) == length)
        self._column = closing.end()
        return self._line

    def _lines_with_runs(self) -> dict[int, list[int]]:
        """Return the lines with each number of backticks in a row; blank lines for 0."""
        found: dict[int, list[int]] = {}
        for index, line in enumerate(self._chunk.lines):
            for length in {0} if self._chunk.blank(index) else {len(run) for run in _TICKS.findall(line)}:
                found.setdefault(length, []).append(index)
        return found
