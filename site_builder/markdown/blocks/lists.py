"""Bullet and ordered lists: which lines belong to an item, and which lists are loose (pandoc manual, lists)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from site_builder.markdown.blocks.divs import ends_text
from site_builder.markdown.blocks.leaves import fence_end
from site_builder.markdown.blocks.markers import Marker, definition_marker, read_marker
from site_builder.markdown.chunk import MAXIMUM_DEPTH, TAB_STOP, Chunk, indentation, strip_columns, strip_up_to
from site_builder.markdown.reader_state import ReaderState, page_of, push, read_chunk

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

_TASK = re.compile(r"\[([ xX])\](?:[ \t]+|$)")
_OPENING = re.compile(r"`+|<!--")
_COMMENT_END = re.compile("-->")


def is_list_start(line: str) -> bool:
    """Tell whether a line begins with any list marker, at most three spaces in."""
    return read_marker(line) is not None


def begins_item(line: str) -> bool:
    """Tell whether a line begins a list item or definition, and so cannot be a lazy continuation of the item before it."""
    return is_list_start(line) or definition_marker(line) is not None


def bullet_list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a bullet list; all three bullets can be mixed in one list."""
    marker = read_marker(page_of(state).chunk.lines[start])
    return marker is not None and marker.style == "bullet" and _read_list(state, start, end, marker)


def ordered_list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read an ordered or example list."""
    marker = read_marker(page_of(state).chunk.lines[start])
    return marker is not None and marker.style != "bullet" and _read_list(state, start, end, marker)


def _read_list(state: StateBlock, start: int, end: int, first: Marker) -> bool:
    page = page_of(state)
    if page.chunk.depth >= MAXIMUM_DEPTH:
        return False
    items: list[tuple[int, list[Token]]] = []
    number, index = first.number, start
    if first.style == "example":
        number = page.examples.get(first.label, 0) or page.example_count + 1
    while index < end and not page.chunk.blank(index):
        marker = read_marker(page.chunk.lines[index], first)
        if marker is None or not marker.starts_like(first) or (items and ends_text(page.chunk, index)):
            break
        if marker.style == "example":
            page.example_count += 1
            if marker.label:
                page.examples.setdefault(marker.label, page.example_count)
        at = index
        index, tokens = read_item(page, at, end, marker)
        items.append((at, tokens))
    compact([tokens for _, tokens in items])
    _push_list(state, first, number, items)
    state.line = index
    return True


def read_item(page: ReaderState, start: int, end: int, marker: Marker) -> tuple[int, list[Token]]:
    """Read the item that a marker begins; return the line after it and its tokens."""
    stop, lines = item_lines(page.chunk, start, end, marker)
    numbers = [page.chunk.number(start + offset) for offset in range(len(lines))]
    return stop, read_chunk(page, page.chunk.child(lines, numbers, in_list=True))


def item_lines(chunk: Chunk, start: int, end: int, marker: Marker) -> tuple[int, list[str]]:
    """Return the line after an item and the item's lines without marker and indentation, trailing blank lines included."""
    line = chunk.lines[start]
    body = line[marker.end :]
    spaces = indentation(body) if body.strip() else 0
    taken = 0 if not body.strip() else (spaces if spaces <= 4 else 1)
    indent = TAB_STOP if marker.style == "example" else marker.end + taken
    lines = [strip_columns(body, taken) or "" if taken else body.strip()]
    index = _unwrapped(chunk, start, end, indent, lines)
    index = _first_block(chunk, index, end, indent, lines)
    return _continuations(chunk, index, end, indent, lines)


def _unwrapped(chunk: Chunk, index: int, end: int, indent: int, lines: list[str]) -> int:
    """Include the lines over which a code span or comment of the last line continues, unless one of them begins an item."""
    line, position, ahead = lines[-1], 0, index
    while found := _OPENING.search(line, position):
        closer = _COMMENT_END if found[0] == "<!--" else re.compile(rf"(?<!`){found[0]}(?!`)")
        close = closer.search(line, found.end())
        while not close:
            ahead += 1
            if ahead >= end or chunk.blank(ahead) or is_list_start(chunk.lines[ahead]) or _no_more(chunk, closer, ahead):
                return index + 1
            line = chunk.lines[ahead]
            close = closer.search(line)
        position = close.end()
    lines.extend(strip_up_to(line, indent) for line in chunk.lines[index + 1 : ahead + 1])
    return ahead + 1


def _no_more(chunk: Chunk, closer: re.Pattern[str], index: int) -> bool:
    """Tell whether no line from this one on ends a span; the last that does is looked up once."""
    last: int = chunk.remember(closer, lambda: max((n for n, line in enumerate(chunk.lines) if closer.search(line)), default=-1))
    return last < index


def _first_block(chunk: Chunk, index: int, end: int, indent: int, lines: list[str]) -> int:
    """Include the lines directly after an item's first one, lazy ones too, up to a marker, a fence, a closer or a blank line."""
    while index < end and not chunk.blank(index):
        line = chunk.lines[index]
        stripped = strip_columns(line, indent)
        nested = stripped is not None and is_list_start(stripped.lstrip())
        if begins_item(line) or fence_end(chunk, index) is not None or nested or ends_text(chunk, index):
            break
        lines.append(line if stripped is None else stripped)
        index = _unwrapped(chunk, index, end, indent, lines)
    return _blank_lines(chunk, index, end, lines)


def _continuations(chunk: Chunk, index: int, end: int, indent: int, lines: list[str]) -> tuple[int, list[str]]:
    """Include the further blocks of an item: each begins with a line indented like the item's text."""
    while index < end and not chunk.blank(index) and not ends_text(chunk, index):
        stripped = strip_columns(chunk.lines[index], indent)
        if stripped is None:
            break
        lines.append(stripped)
        index += 1
        while index < end and not chunk.blank(index) and not ends_text(chunk, index):
            stripped = strip_columns(chunk.lines[index], indent)
            if stripped is None and begins_item(chunk.lines[index]):
                break
            lines.append(chunk.lines[index] if stripped is None else stripped)
            index += 1
        index = _blank_lines(chunk, index, end, lines)
    return index, lines


def _blank_lines(chunk: Chunk, index: int, end: int, lines: list[str]) -> int:
    while index < end and chunk.blank(index):
        lines.append("")
        index += 1
    return index


def top_paragraphs(tokens: list[Token]) -> list[Token]:
    """Return the opening and closing tokens of the paragraphs that are not inside another block."""
    depth, found = 0, []
    for token in tokens:
        if token.nesting < 0:
            depth -= 1
        if depth == 0 and token.type in ("paragraph_open", "paragraph_close"):
            found.append(token)
        if token.nesting > 0:
            depth += 1
    return found


def compact(items: list[list[Token]]) -> None:
    """Make the paragraphs of a list uniform: tight if only the very last one has a blank line after it, else all loose."""
    tokens = [token for item in items for token in top_paragraphs(item)]
    loose = [token for token in tokens if not token.hidden]
    if not loose:
        return
    last = items[-1]
    if len(loose) == 2 and last and last[-1] is loose[-1]:
        loose[0].hidden = loose[1].hidden = True
        return
    for token in tokens:
        token.hidden = False


def _push_list(state: StateBlock, first: Marker, number: int, items: list[tuple[int, list[Token]]]) -> None:
    chunk = page_of(state).chunk
    tasks = [_task(tokens) for _, tokens in items] if first.style == "bullet" else []
    tag = "ul" if first.style == "bullet" else "ol"
    line = chunk.number(items[0][0])
    all_tasks = bool(tasks) and all(task is not None for task in tasks)
    push(state, "list_open", tag, 1, line, _list_attributes(first, number, all_tasks))
    for position, (index, tokens) in enumerate(items):
        push(state, "list_item_open", "li", 1, chunk.number(index))
        mark = tasks[position] if tasks else None
        if mark is not None:
            tokens[1].content = _TASK.sub("", tokens[1].content, count=1)
            tokens[0].meta["task"] = mark
        state.tokens.extend(tokens)
        push(state, "list_item_close", "li", -1, chunk.number(index))
    push(state, "list_close", tag, -1, line)


def _task(tokens: list[Token]) -> bool | None:
    found = _TASK.match(tokens[1].content) if len(tokens) > 1 and tokens[0].type == "paragraph_open" else None
    return found[1] in "xX" if found else None


def _list_attributes(first: Marker, number: int, tasks: bool) -> list[tuple[str, str]]:
    if first.style == "bullet":
        return [("class", "task-list")] if tasks else []
    attributes = [("start", str(number))] if number != 1 else []
    if first.style == "example":
        attributes.append(("class", "example"))
    style = "decimal" if first.style in ("example", "default") else first.style
    return attributes if first.style == "default" else [*attributes, ("style", f"list-style-type: {style}")]
