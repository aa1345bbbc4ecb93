"""Which episodes of R Markdown use a file that an earlier one writes: told from the names in their code. Pure.

The Workbench runs all of them, one after the other, in one folder that it never empties, so that lessons hand files on without saying so.
A name that code puts together while it runs is not found here: such an episode says ``needs`` itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from site_builder.markdown.tree import Cell, Expression

_STRING = re.compile(r"\"((?:\\.|[^\"\\\n])*)\"|'((?:\\.|[^'\\\n])*)'")
_WRITES = re.compile(
    r"\b(?:write\w*(?:\.\w+)?|fwrite|save\w*|ggsave|sink|cat|dump|dput|pdf|png|jpeg|tiff|svg|bmp|file\.(?:copy|create|rename)|download\.file"
    r"|unzip|saveWidget|st_write|writeRaster|dbConnect)\s*\("
)
"""Calls of R that write a file which they name; ``cat`` does with ``file=`` alone, and otherwise names none that another episode reads."""


def derived_needs(episodes: Sequence[tuple[str, Iterable[Cell | Expression]]]) -> Mapping[str, tuple[str, ...]]:
    """Return for each episode, in the lesson's order, the earlier ones that write a file which its code names."""
    writers: dict[str, list[str]] = {}
    found: dict[str, tuple[str, ...]] = {}
    for slug, cells in episodes:
        running = [cell for cell in cells if isinstance(cell, Expression) or cell.options.evaluate]
        named = {name for cell in running for name in _names(cell.source)}
        needs = [writer for name in sorted(named) for writer in writers.get(name, ())]
        found[slug] = tuple(dict.fromkeys(needs))
        for name in {name for cell in running for name in _written(cell.source)}:
            writers.setdefault(name, []).append(slug)
    return found


def _written(source: str) -> Iterable[str]:
    """Yield the names in calls that write: from the call's name to its closing bracket."""
    for call in _WRITES.finditer(source):
        yield from _names(source[call.end() : _end(source, call.end())])


def _end(source: str, start: int) -> int:
    depth, position = 1, start
    while position < len(source) and depth:
        text = _STRING.match(source, position)
        if text:
            position = text.end()
            continue
        depth += (source[position] == "(") - (source[position] == ")")
        position += 1
    return position


def _names(source: str) -> Iterable[str]:
    """Yield the texts in quotes that look like the name of a file: no spaces, and an ending or a folder."""
    for found in _STRING.finditer(source):
        text = found[1] or found[2] or ""
        path = PurePosixPath(text)
        if text and not re.search(r"[\s\\:*?<>|]", text) and len(path.suffix) > 1:
            yield str(path)
