"""Text as a terminal leaves it after it has moved its cursor: progress bars, spinners, lines that were written over. Pure.

The sequences are those of ECMA-48 (https://ecma-international.org/publications-and-standards/standards/ecma-48/) that programs use without
asking how large the screen is. Colours stay as they are written.
"""

from __future__ import annotations

import re

MOVES = re.compile(r"\r(?!\n|\Z)|\x08|\x1b\[[0-9;]*[ABCDGHJKf]")
"""What makes text more than one line after another."""

TOKEN = re.compile(
    r"\x1b\[(?P<numbers>[0-9;?]*)[ -/]*(?P<final>[@-~])|\x1b\].*?(?:\x07|\x1b\\)|\x1b.|(?P<control>[\r\n\x08])|(?P<text>[^\x1b\r\n\x08]+)",
    re.DOTALL,
)

WIDEST, FURTHER = 10_000, 200
"""Columns, and lines below the last one, beyond which a cursor does not move: what it writes there is written at the edge."""


def moved(text: str) -> bool:
    """Tell whether a text moves the cursor in another way than from line to line."""
    return MOVES.search(text) is not None


def settled(text: str) -> str:
    """Return what a terminal shows when all of a text was written."""
    screen = _Screen()
    for found in TOKEN.finditer(text):
        if found["text"] is not None:
            screen.write(found["text"])
        elif found["control"] is not None:
            screen.control(found["control"])
        elif found["final"] is not None:
            screen.sequence(found[0], found["numbers"], found["final"])
    return screen.text()


class _Screen:
    """Lines of characters, each with the colours it was written in."""

    def __init__(self) -> None:
        self._rows: list[list[tuple[str, str]]] = [[]]
        self._row = self._column = 0
        self._style = ""

    def write(self, text: str) -> None:
        row = self._rows[self._row]
        if len(row) < self._column:
            row.extend([("", " ")] * (self._column - len(row)))
        row[self._column : self._column + len(text)] = [(self._style, letter) for letter in text]
        self._column += len(text)

    def control(self, letter: str) -> None:
        if letter == "\n":
            self._go(self._row + 1, 0)
        else:
            self._go(self._row, 0 if letter == "\r" else self._column - 1)

    def sequence(self, whole: str, numbers: str, final: str) -> None:
        first, second = (int(part[:6]) if part.isdigit() else 0 for part in [*numbers.split(";"), ""][:2])
        if final == "m":
            self._style = "" if numbers in ("", "0") else self._style + whole
        elif final in "AB":
            self._go(self._row + max(1, first) * (-1 if final == "A" else 1), self._column)
        elif final in "CD":
            self._go(self._row, self._column + max(1, first) * (1 if final == "C" else -1))
        elif final == "G":
            self._go(self._row, first - 1)
        elif final in "Hf":
            self._go(first - 1, max(1, second) - 1)
        elif final in "JK":
            self._erase(first, page=final == "J")

    def _go(self, row: int, column: int) -> None:
        self._row, self._column = min(max(row, 0), len(self._rows) + FURTHER), min(max(column, 0), WIDEST)
        while len(self._rows) <= self._row:
            self._rows.append([])

    def _erase(self, what: int, *, page: bool) -> None:
        row = self._rows[self._row]
        if what == 0:
            del row[self._column :]
        elif what == 1:
            row[: self._column + 1] = [("", " ")] * min(self._column + 1, len(row))
        else:
            row.clear()
        if page and what == 0:
            del self._rows[self._row + 1 :]
        elif page and what in (2, 3):
            for each in self._rows:
                each.clear()

    def text(self) -> str:
        last = self._rows[-1]
        if self._row == len(self._rows) - 1 and not self._column and all(letter == " " for _, letter in last):
            last.clear()  # a bar that was written over with blanks: whatever comes next, of either stream, begins here
        lines = []
        for row in self._rows:
            parts, style = [], ""
            for colours, letter in row:
                if colours != style:
                    parts.append(("\x1b[0m" if style else "") + colours)
                    style = colours
                parts.append(letter)
            lines.append("".join(parts) + ("\x1b[0m" if style else ""))  # no colour of a line reaches what is put behind it
        return "\n".join(lines)
