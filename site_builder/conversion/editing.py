"""Write a page's new text: fences become cells and typed outputs go; no other byte of the file changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from site_builder.conversion.model import Choice, LeftPlain, NewCell
from site_builder.markdown.fence_source import FenceSource, fence_at, holds, lines_of

PLAIN_INFO = re.compile(r"[\w.+-]+|\{\s*\.[\w.+-]+\s*\}")
"""An info string that names a language and nothing else: ``python``, ``{.python}``."""
EDGE = re.compile(r"[ \t>]*(?::{3,}.*|`{3,}.*|~{3,}.*)?$")
"""A line that ends a picture's paragraph: an empty one, or one that opens or closes a box or a fence."""


@dataclass(frozen=True, slots=True)
class Edited:
    """A page's new text, what became of each fence now that the text was looked at, and the labels that the cells got."""

    text: str
    choices: tuple[Choice, ...]
    places: Mapping[int, int] = field(default_factory=dict)


def edit(
    text: str,
    choices: Iterable[Choice],
    labels: Iterable[str] = (),
    front_matter: Sequence[str] = (),
    begin: Sequence[tuple[str, str]] = (),
) -> Edited:
    """Return a page with cells in place of fences.

    ``labels`` are taken on the page; ``front_matter`` are lines to add to its front matter, ``begin`` language and code of hidden cells to
    put below it. A fence whose source is not found as it was read stays plain. ``places`` has, by the line of each old fence, the line of
    its first cell in the new text.
    """
    lines, ends = lines_of(text)
    newline = next((end for end in ends if end), "\n")
    taken = set(labels)
    done: list[Choice] = []
    changes: dict[int, tuple[int, list[str]]] = {}
    for choice in choices:
        made = _change(lines, choice, taken) if isinstance(choice, NewCell) else None
        if isinstance(choice, LeftPlain) or made is None:
            done.append(choice)
            changes |= _behind(lines, choice) if isinstance(choice, LeftPlain) and choice.behind else {}
        elif isinstance(made, str):
            done.append(LeftPlain(choice.line, choice.language, made))
        else:
            done.append(made[0])
            changes |= made[1]
    if (front_matter or begin) and (place := _end_of_front_matter(lines)):
        changes[place] = (place + 1, [*front_matter, lines[place], *(line for cell in begin for line in _hidden(*cell))])
    out: list[str] = []
    places, number = dict[int, int](), 0
    while number < len(lines):
        if number in changes:
            last, new = changes[number]
            places[number + 1] = sum(piece.count("\n") if newline != "\r" else piece.count("\r") for piece in out) + 1
            out += [line + newline for line in new]
            number = last
            continue
        out.append(lines[number] + ends[number])
        number += 1
    return Edited("".join(out), tuple(done), places)


def _hidden(language: str, code: str, margin: str = "", marks: str = "```") -> list[str]:
    return [margin.rstrip(), *(f"{margin}{line}" for line in (f"{marks}{{{language}}}", "#| include: false", *code.split("\n"), marks))]


def _behind(lines: Sequence[str], choice: LeftPlain) -> dict[int, tuple[int, list[str]]]:
    """Return the change that puts a hidden cell after a fence that stays plain; none where the fence is not found."""
    fence = fence_at(lines, choice.line)
    if fence is None or fence.last >= len(lines):
        return {}
    marks = "`" * max((len(found) + 1 for found in re.findall(r"`{3,}", choice.behind)), default=3)
    return {fence.last: (fence.last + 1, [lines[fence.last], *_hidden(choice.language, choice.behind, fence.margin, marks)])}


def _end_of_front_matter(lines: Sequence[str]) -> int | None:
    if not lines or lines[0].removeprefix("\ufeff").rstrip() != "---":
        return None
    return next((number for number in range(1, len(lines)) if lines[number].rstrip() in ("---", "...")), None)


def _change(lines: Sequence[str], cell: NewCell, taken: set[str]) -> tuple[NewCell, dict[int, tuple[int, list[str]]]] | str:
    """Return what a cell changes, by the first line of each change (from 0): the line after its last, and the lines that come instead."""
    fence = fence_at(lines, cell.line)
    if fence is None or not holds(lines, fence, cell.code):
        return "its fence could not be found in the file, or is not closed"
    if not PLAIN_INFO.fullmatch(fence.info):
        return f"its fence has attributes, `{fence.info}`, which a cell cannot have"
    named = _with_label(cell, taken)
    changes = {fence.first: (fence.last + 1, _written(lines, fence, named))}
    for line in cell.removed:
        typed = fence_at(lines, line)
        if typed is None:
            return "a fence typed below it could not be found in the file"
        if len(typed.margin) < len(fence.margin) and _next(lines, typed.last + 1).startswith((" ", "\t")):
            return "the output below it is what parts its list from the next lines"
        changes |= _removal(lines, typed.first, typed.last + 1, typed.margin)
    if cell.picture is not None:
        last = _end_of_picture(lines, cell.picture.line - 1)
        if last is None:
            return "the picture below it could not be found in the file"
        changes |= _removal(lines, cell.picture.line - 1, last)
    return named, changes


def _with_label(cell: NewCell, taken: set[str]) -> NewCell:
    label = cell.picture.label if cell.picture else ""
    if not label:
        return cell
    name, number = label, 2
    while name in taken:
        name, number = f"{label}-{number}", number + 1
    taken.add(name)
    parts = (
        replace(part, options=tuple(f"label: {name}" if option == f"label: {label}" else option for option in part.options))
        for part in cell.parts
    )
    return replace(cell, parts=tuple(parts))


def _written(lines: Sequence[str], fence: FenceSource, cell: NewCell) -> list[str]:
    out: list[str] = []
    for number, part in enumerate(cell.parts):
        out += [f"{fence.opening if not number else fence.margin}{fence.marks}{{{cell.language}}}"]
        out += [f"{fence.margin}#| {option}" for option in part.options]
        body = lines[fence.first + 1 : fence.last] if cell.asis else [fence.margin + line for line in part.source.split("\n")]
        out += [*body, lines[fence.last]]
        if number < len(cell.parts) - 1:
            out.append(fence.margin.rstrip())
    return out


def _next(lines: Sequence[str], first: int) -> str:
    """Return the next line that is not empty."""
    return next((line for line in lines[first:] if line.strip()), "")


def _removal(lines: Sequence[str], first: int, last: int, margin: str = "") -> dict[int, tuple[int, list[str]]]:
    """Remove lines together with the empty ones before them; an empty one stays if nothing else would part what is around them.

    Without it, words below a quote would become a part of it (CommonMark, "Block quotes": laziness).
    """
    start = first
    while start > 0 and not lines[start - 1].strip(" \t>"):
        start -= 1
    parted = start == 0 or last >= len(lines) or not lines[last].strip(" \t>")
    return {start: (last, [] if parted else [lines[start] if start < first else margin.rstrip()])}


def _end_of_picture(lines: Sequence[str], first: int) -> int | None:
    """Return the line after a picture's paragraph, if it has nothing but the picture."""
    last = first
    while last < len(lines) and not EDGE.match(lines[last]):
        last += 1
    written = " ".join(line.lstrip(" \t>").rstrip() for line in lines[first:last])
    return last if written.startswith(("![", "<img", "<div", "<figure")) and written.endswith((")", "}", "]", ">")) else None
