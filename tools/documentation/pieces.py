"""What a page of the documentation tells a reader to do, in its order: files to write, and commands to type.

A comment says what a block is, so that the page reads the same where comments are not shown:

    <!-- file: episodes/first.md -->      the block below is the whole file
    <!-- append: episodes/first.md -->    the block below is added at the end of the file
    <!-- line: pixi.toml -->              the block below, `name = value`, takes the place of the file's line with that name
    <!-- run: git init --quiet -->        a command that the page takes for granted and does not show

Each block of ``console`` is a session: lines that begin with ``$`` are typed, the others are what is printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

PIECE = re.compile(
    r"^<!-- (?P<kind>file|append|line): (?P<path>\S+) -->\n+(?P<fence>`{3,})[^\n]*\n(?P<text>.*?)^(?P=fence)$"
    r"|^<!-- run: (?P<hidden>.*?) -->$"
    r"|^```console\n(?P<session>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)


class Kind(Enum):
    """What a piece tells the reader to do."""

    FILE = "file"
    APPEND = "append"
    LINE = "line"
    HIDDEN = "run"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing to do: a file's path or a command line; the file's text or what the page says is printed; where that stands in the page."""

    kind: Kind
    what: str
    text: str
    start: int
    end: int


def pieces(page: str) -> tuple[Piece, ...]:
    """Return what a page's text tells a reader to do."""
    return tuple(_pieces(page))


def shown_commands(page: str) -> tuple[str, ...]:
    """Return the commands that a page tells its readers to type."""
    return tuple(piece.what for piece in pieces(page) if piece.kind is Kind.COMMAND)


def _pieces(page: str) -> Iterator[Piece]:
    for found in PIECE.finditer(page):
        if found["kind"]:
            yield Piece(Kind(found["kind"]), found["path"], found["text"], found.start("text"), found.end("text"))
        elif found["hidden"]:
            yield Piece(Kind.HIDDEN, found["hidden"], "", found.end(), found.end())
        else:
            yield from _steps(found["session"], found.start("session"))


def _steps(session: str, start: int) -> Iterator[Piece]:
    for step in re.finditer(r"^\$ (?P<line>[^\n]*)\n(?P<printed>(?:(?!\$ )[^\n]*\n)*)", session, re.MULTILINE):
        yield Piece(Kind.COMMAND, step["line"], step["printed"], start + step.start("printed"), start + step.end("printed"))
