"""Tables that pandas wraps at the width of the screen, or in which it leaves out columns: another width is no other table."""

from __future__ import annotations

from collections.abc import Sequence

from site_builder.verification.typed.text import fits

WRAP = "\\"
"""What pandas writes at the end of a header whose table goes on below (pandas, ``display.width``)."""
SKIPPED = "..."


def same_table(typed: Sequence[str], now: Sequence[str]) -> bool:
    """Tell whether two texts are one table, wrapped or shortened in two ways.

    Each cell's text is one word or more; a wrapped row is put together by the number of columns in each header.
    """
    if not any(_is_wrapped(lines) or _skips(lines) for lines in (typed, now)):
        return False
    ones, others = _rows(typed), _rows(now)
    return bool(ones) and len(ones) == len(others) and all(map(_same_row, ones, others))


def _is_wrapped(lines: Sequence[str]) -> bool:
    return any(line.rstrip().endswith(WRAP) for line in lines)


def _skips(lines: Sequence[str]) -> bool:
    return any(SKIPPED in line.split() for line in lines)


def _rows(lines: Sequence[str]) -> list[list[str]]:
    """Return the words of each row, those of all blocks put together; none if the blocks do not fit each other."""
    blocks: list[list[list[str]]] = [[]]
    ending: list[list[str]] = []
    wrapped = True
    for line in lines:
        words = line.split()
        if not words:
            if blocks[-1] and wrapped:
                blocks.append([])
            continue
        if not blocks[-1]:
            wrapped = words[-1] == WRAP
            blocks[-1].append(words[:-1] if wrapped else words)
        elif words[0].startswith("[") and words[-1].endswith("columns]"):
            ending.append(words)
        else:
            blocks[-1].append(words)
    blocks = [block for block in blocks if block]
    if not blocks or any(len(block) != len(blocks[0]) for block in blocks):
        return []
    first, *more = blocks
    rows = [list(row) for row in first]
    for block in more:
        columns = len(block[0])
        for number, (row, further) in enumerate(zip(rows, block, strict=True)):
            if further != row[: len(further)]:  # the name of the index, which each block repeats
                row.extend(further if number == 0 else further[-columns:])
    return [*rows, *ending]


def _same_row(one: list[str], other: list[str]) -> bool:
    if one == other:
        return True
    pairs = ((one, other), (other, one))
    return any(SKIPPED in short and SKIPPED not in long and fits(short, long) for short, long in pairs)
