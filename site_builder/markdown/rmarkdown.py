"""R Markdown as knitr divides it: chunks of code, and text with inline code. What stands in a header is R, which is not judged here.

knitr looks at lines alone and knows no outer fences, lists or quotations: a chunk inside ``~~~`` runs too. The patterns are those of
``knitr::all_patterns$md`` and the grouping that of ``knitr:::group_indices`` (knitr 1.42 to 1.51).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_BEGIN = re.compile(r"(?P<fence>(?P<indent>[\t >]*)```+)\s*\{(?P<header>[a-zA-Z0-9_]+(?:[ ,].*)?)\}\s*$")
_END = re.compile(r"[\t >]*```+\s*$")
_INLINE = re.compile(r"(?<!\n``)(?<!\A``)`r[ #](?P<code>[^`]++)`")
_ENGINE = re.compile(r"[a-zA-Z0-9_]+")
_OPTION_LINE = re.compile(r"[ \t]*(?:#|//|--)\| ?(.*)$")
_NAMED = re.compile(r"\s*([\w.\-]+)\s*=(?!=)\s*(.*)$", re.DOTALL)
_ARGUMENT = re.compile(r"\s*([\w.\-]+)\s*[=:]\s*(.*?)\s*$", re.DOTALL)
_YAML_LABEL = re.compile(r"\s*(?:label|id)\s*[:=]\s*(.*?)\s*,?\s*$")
_CLOSERS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class KnitrChunk:
    """A chunk: its label ("" where it has none), engine, options as written, and code without its ``#|`` lines.

    ``indent`` is what stands before its fence (``"    "``, ``"> "``); ``first`` and ``last`` are its lines, ``code_line`` is that of its
    first line of code, all counted from 1. ``options`` is R, never evaluated here. A chunk that is ``empty`` has no line of code at all:
    with a label that is known, it stands for that one's code.
    """

    label: str
    engine: str
    options: str
    code: str
    indent: str
    first: int
    last: int
    code_line: int
    empty: bool


@dataclass(frozen=True, slots=True)
class InlineCode:
    """An inline expression: its code, where it stands in its text (offsets), and its line counted from 1."""

    code: str
    start: int
    end: int
    line: int


@dataclass(frozen=True, slots=True)
class KnitrText:
    """Text between chunks with its inline code; ``first`` is its first line, counted from 1."""

    text: str
    first: int
    inline: tuple[InlineCode, ...]


def divide(text: str) -> tuple[KnitrChunk | KnitrText, ...]:
    """Divide a document as knitr does, in its order; ``text`` has ``\\n`` line ends. Every line is in exactly one part."""
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return tuple(_chunk(lines, first, last) if chunk else _text(lines, first, last) for chunk, first, last in _groups(lines))


def _groups(lines: Sequence[str]) -> Iterator[tuple[bool, int, int]]:
    """Yield for each part whether it is a chunk, its first line and the one after its last, counted from 0."""
    fence, start = "", 0
    decided: dict[str, tuple[int, bool]] = {}
    for number, line in enumerate(lines):
        begins = _BEGIN.match(line)
        if fence and begins and line.startswith(f"{fence}{{"):  # the one before was never closed
            yield True, start, number
            fence, start = begins["fence"], number
        elif fence and _END.match(line) and _closes(lines, number, fence, decided):
            yield True, start, number + 1
            fence, start = "", number + 1
        elif not fence and begins:
            if start < number:
                yield False, start, number
            fence, start = begins["fence"], number
    if start < len(lines):
        yield bool(fence), start, len(lines)


def _closes(lines: Sequence[str], number: int, fence: str, decided: dict[str, tuple[int, bool]]) -> bool:
    """Tell whether a line of backticks ends the chunk: where they are not the opening ones, only if those do not follow.

    ``decided`` has for each fence the line that decides this for all lines before it.
    """
    if _same_fence(lines[number], fence):
        return True
    if decided.get(fence, (-1, True))[0] <= number:
        decided[fence] = next(_deciding(lines, number + 1, fence), (len(lines), True))
    return decided[fence][1]


def _deciding(lines: Sequence[str], start: int, fence: str) -> Iterator[tuple[int, bool]]:
    for number in range(start, len(lines)):
        line = lines[number]
        if _same_fence(line, fence):
            yield number, False
        elif line.startswith(fence) and line[len(fence) :].lstrip("`").startswith("{"):
            yield number, True


def _same_fence(line: str, fence: str) -> bool:
    return line.startswith(fence) and not line[len(fence) :].strip()


def _text(lines: Sequence[str], first: int, last: int) -> KnitrText:
    text = "\n".join(lines[first:last])
    found: list[InlineCode] = []
    position, line = 0, first + 1
    for each in _INLINE.finditer(text):
        line += text.count("\n", position, each.start())
        position = each.start()
        found.append(InlineCode(each["code"], each.start(), each.end(), line))
    return KnitrText(text, first + 1, tuple(found))


def _chunk(lines: Sequence[str], first: int, last: int) -> KnitrChunk:
    head = _BEGIN.match(lines[first])
    assert head is not None
    indent = head["indent"]
    end = last - 1 if last - first > 1 and _END.match(lines[last - 1]) else last
    body = [_without(line, indent) for line in lines[first + 1 : end]]
    count = next((number for number, line in enumerate(body) if not _OPTION_LINE.match(line)), len(body))
    notes = [found[1] for line in body[:count] if (found := _OPTION_LINE.match(line))]
    if 0 < count < len(body) and not body[count].strip():
        count += 1  # a blank line below the options is theirs
    engine = _ENGINE.match(head["header"])
    assert engine is not None
    options = head["header"][engine.end() :].strip(" \t,")
    label = _label(options) or next((found[1].strip("\"'") for line in notes if (found := _YAML_LABEL.match(line))), "")
    return KnitrChunk(
        label, engine[0], "\n".join([options, *notes]), "\n".join(body[count:]), indent, first + 1, last, first + 2 + count,
        len(body) == count,
    )  # fmt: skip


def _without(line: str, indent: str) -> str:
    line = line.removeprefix(indent)
    bare = indent.rstrip()
    return line.removeprefix(bare) if bare else line


def _label(options: str) -> str:
    """Return a header's label: the option of that name, or the one without a name."""
    unnamed = ""
    for option in arguments(options):
        found = _NAMED.match(option)
        if found and found[1] == "label":
            return found[2].strip().strip("\"'")
        if not found and not unnamed:
            unnamed = option.strip().strip("\"'").replace(" ", "")
    return unnamed


def named_options(options: str) -> Iterator[tuple[str, str]]:
    """Yield name and value of the options as written, those of the header and of ``#|`` lines."""
    for line in options.split("\n"):
        for option in arguments(line):
            found = _ARGUMENT.match(option)
            if found:
                yield found[1], found[2]


def arguments(options: str) -> list[str]:
    """Split the options of a header at its outermost commas, as R would; brackets and quotes that do not match end nothing."""
    found, start, stack, quote = [], 0, list[str](), ""
    skip = False
    for place, character in enumerate(options):
        if skip:
            skip = False
        elif quote:
            skip = character == "\\"
            quote = "" if character == quote else quote
        elif character in "\"'`":
            quote = character
        elif character in "([{":
            stack.append(character)
        elif character in _CLOSERS and stack and stack[-1] == _CLOSERS[character]:
            stack.pop()
        elif character == "," and not stack:
            found.append(options[start:place])
            start = place + 1
    found.append(options[start:])
    return [option for option in found if option.strip()]
