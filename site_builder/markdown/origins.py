"""Where the cells of a notebook or script are in their file, so that a message can name a line that an editor opens."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

SOURCE_KEY = re.compile(r'\s*"source"\s*:\s*(.*)$')


def in_notebook(text: str, sources: Sequence[str]) -> tuple[int, ...]:
    """Return the file's line at which each cell's source begins, 0 if unknown.

    Jupyter writes each source line on its own line (nbformat 4), so the lines after the first one follow. Outputs may contain
    a key of that name as well: only the one with the cell's exact source counts.
    """
    lines = text.split("\n")
    found: list[int] = []
    place = 0
    for source in sources:
        start, after = _next_source(lines, place, source)
        found.append(start)
        place = after
    return tuple(found)


def _next_source(lines: list[str], place: int, source: str) -> tuple[int, int]:
    for number in range(place, len(lines)):
        key = SOURCE_KEY.match(lines[number])
        if key and _content(lines, number, key[1]) == source:
            first = number + 2 if key[1].strip() == "[" else number + 1
            return first, number + 1
    return 0, place


def _content(lines: list[str], number: int, value: str) -> str | None:
    """Return the text of a ``source`` value that begins on a line, or None if it is neither a string nor a list of strings."""
    if value.strip() == "[":
        end = next((n for n in range(number + 1, len(lines)) if lines[n].strip() in ("]", "],")), number)
        value = "\n".join(["[", *lines[number + 1 : end], "]"])
    try:
        read = json.loads(value.strip().rstrip(","))
    except ValueError:
        return None
    if isinstance(read, list):
        return "".join(part for part in read if isinstance(part, str))
    return read if isinstance(read, str) else None


def in_script(text: str, sources: Sequence[str]) -> tuple[int, ...]:
    """Return the script's line at which each cell's source begins, 0 if unknown.

    In a percent script prose and magics are comments; apart from that every line of a cell is a line of the script.
    """
    lines = [_bare(line) for line in text.split("\n")]
    found: list[int] = []
    place = 0
    for source in sources:
        wanted = [_bare(line) for line in source.split("\n")]
        anchor = next((number for number, line in enumerate(wanted) if line and not line.startswith("%%")), None)
        start = next((n for n in range(place, len(lines)) if anchor is not None and lines[n] == wanted[anchor]), None)
        if anchor is None or start is None:
            found.append(0)
        else:
            found.append(max(start - anchor + 1, 1))
            place = start + len(wanted) - anchor
    return tuple(found)


def _bare(line: str) -> str:
    return line.strip().lstrip("# \t")
