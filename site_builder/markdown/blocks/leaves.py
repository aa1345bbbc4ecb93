"""Blocks without nested blocks: headings, rules, code, line blocks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from site_builder.markdown.attributes import AttributeList, read_attributes, trailing_attributes
from site_builder.markdown.chunk import TAB_STOP, Chunk, fence_closer, fence_opener, strip_up_to
from site_builder.markdown.html_tags import block_tag, read_tag
from site_builder.markdown.reader_state import ReaderState, page_of, push, push_inline

if TYPE_CHECKING:
    from markdown_it.rules_block import StateBlock

_RULE = re.compile(r"[ \t]*([*_-])(?:[ \t]*\1){2,}[ \t]*$")
_HEADING = re.compile(r"(#+)(?![.)])(?:[ \t]+|$)(.*)$")
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*$")
_INFO = re.compile(r"(?P<language>[^\s`{}]*)[ \t]*(?P<rest>\{.*)?$")
_RAW = re.compile(r"\{=([\w\-]+)\}$")
_CELL = re.compile(r"\{\s*(?P<language>[A-Za-z][\w+\-]*)(?P<options>[\s,][^{}]*|[^{}]*\{.*)?\}$")


def is_rule(line: str) -> bool:
    """Tell whether a line is a horizontal rule: three or more of one of ``* - _``, spaces between allowed."""
    return bool(_RULE.match(line))


def rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a horizontal rule."""
    chunk = page_of(state).chunk
    if not is_rule(chunk.lines[start]):
        return False
    push(state, "hr", "hr", 0, chunk.number(start))
    state.line = start + 1
    return True


def heading(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a Setext heading of one line, else an ATX heading, which begins at the very start of a line."""
    chunk = page_of(state).chunk
    line = chunk.lines[start]
    if start + 1 < end and (underline := _UNDERLINE.match(chunk.lines[start + 1])) and not _holds_block(chunk, line):
        _push_heading(state, 1 if underline[1][0] == "=" else 2, line, chunk.number(start))
        state.line = start + 2
        return True
    if (found := _HEADING.match(line)) and not _holds_block(chunk, line):
        _push_heading(state, len(found[1]), found[2], chunk.number(start))
        state.line = start + 1
        return True
    return False


def _holds_block(chunk: Chunk, line: str) -> bool:
    """Tell whether a line holds a block, or ends the element around it: a tag that begins nothing here is text of a heading."""
    position = block_tag(line, chunk.html_tag) if "<" in line else None
    if position is None:
        return False
    tag = read_tag(line, position)
    return tag is None or (tag.name == chunk.html_tag if tag.closing else f"</{tag.name}" in line.lower())


def _push_heading(state: StateBlock, level: int, text: str, line: int) -> None:
    text, attributes = _heading_attributes(text.strip(" \t"))
    tag = f"h{level}" if level <= 6 else "p"
    classes = attributes.classes if level <= 6 else ("heading", *attributes.classes)
    token = push(state, "heading_open", tag, 1, line, AttributeList(attributes.identifier, classes, attributes.pairs).html())
    push_inline(state, text, line).meta["heading"] = token
    push(state, "heading_close", tag, -1, line)


def _heading_attributes(text: str) -> tuple[str, AttributeList]:
    """Take closing marks and attributes off the end of a heading; only what is last on the line counts."""
    text, attributes = trailing_attributes(text)
    stripped = text.rstrip("#")
    closing = stripped != text and not stripped.endswith("\\")
    return (stripped.rstrip() if closing else text), attributes


def parse_info(info: str) -> tuple[AttributeList, str] | None:
    """Read what follows a fence's marker: attributes and, for a raw block, its format; None if it is not a code block's info string."""
    if raw := _RAW.match(info):
        return AttributeList(), raw[1]
    found = _INFO.match(info)
    if not found:
        return None
    language = {"c++": "cpp", "objective-c": "objectivec"}.get(found["language"].lower(), found["language"].lower())
    named = (language,) if language else ()
    if not found["rest"]:
        return AttributeList("", named), ""
    read = read_attributes(found["rest"], 0)
    if not read or read[1] != len(found["rest"]):
        return None
    return AttributeList(read[0].identifier, (*named, *read[0].classes), read[0].pairs), ""


def cell_info(info: str) -> tuple[str, str] | None:
    """Return language and header options of an executable fence, ``{python}`` or ``{r, label, echo=FALSE}``, or None."""
    found = _CELL.match(info)
    return (found["language"], (found["options"] or "").strip(" ,\t")) if found else None


def fence_end(chunk: Chunk, start: int) -> int | None:
    """Return the line of the closing fence if a code block begins at ``start``, else None."""
    opener = fence_opener(chunk.lines[start])
    if not opener or (parse_info(opener[2]) is None and cell_info(opener[2]) is None):
        return None
    return fence_closer(chunk, start + 1, opener[1])


def is_cell(chunk: Chunk, index: int) -> bool:
    """Tell whether a line is the opening fence of a cell."""
    opener = fence_opener(chunk.lines[index])
    return opener is not None and cell_info(opener[2]) is not None


def fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a fenced code block, raw block or cell; one that is never closed is text, and a problem."""
    page = page_of(state)
    opener = fence_opener(page.chunk.lines[start])
    if not opener:
        return False
    indent, marker, info = opener
    cell, parsed = cell_info(info), parse_info(info)
    if cell is None and parsed is None:
        return False
    closer = fence_closer(page.chunk, start + 1, marker)
    if closer is None:
        _unclosed(page, start, marker)
        return False
    body = [strip_up_to(line, indent) for line in page.chunk.lines[start + 1 : closer]]
    token = push(state, "cell" if cell else "code", "", 0, page.chunk.number(start))
    token.content, token.info, token.markup = "\n".join(body), info, marker
    token.meta.update(cell=cell, attributes=parsed[0] if parsed else AttributeList(), raw=parsed[1] if parsed else "")
    token.meta["body_line"] = page.chunk.number(start + 1)
    token.meta["header_column"] = page.chunk.lines[start].rfind(cell[1]) + 1 if cell else 0
    state.line = closer + 1
    return True


def _unclosed(page: ReaderState, start: int, marker: str) -> None:
    line = page.chunk.number(start)
    page.complain("LS201", "this code fence is never closed", line, f"end the block with a line of {marker}")


def indented_code(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read lines indented by four columns as code of class ``sh``: sandpaper runs pandoc with ``--indented-code-classes=sh``."""
    chunk = page_of(state).chunk
    if _unindented(chunk.lines[start]) is None:
        return False
    lines, last, blank = [], start, False
    for index in range(start, end):
        stripped = _unindented(chunk.lines[index])
        if chunk.blank(index) and (blank or stripped is None):  # after an empty line, white space on further ones does not count
            lines.append("")
            blank = True
            continue
        if stripped is None:
            break
        lines.append(stripped)
        last, blank = index, False
    token = push(state, "code", "", 0, chunk.number(start))
    token.content = "\n".join(lines[: last - start + 1]).rstrip("\n")
    token.meta.update(attributes=AttributeList("", ("sh",)), raw="", cell=None, indent=TAB_STOP)
    state.line = last + 1
    return True


def _unindented(line: str) -> str | None:
    """Return a line of code without its indentation, four spaces or a tab at its very beginning; None where it has neither."""
    if line.startswith("\t"):
        return line[1:]
    return line[TAB_STOP:] if line.startswith(" " * TAB_STOP) else None


def line_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read lines that begin with ``| `` and keep their breaks and leading spaces (pandoc manual, line_blocks)."""
    chunk = page_of(state).chunk
    lines: list[str] = []
    index = start
    while index < end and (chunk.lines[index].startswith("| ") or chunk.lines[index].rstrip() == "|"):
        text = chunk.lines[index][2:]
        body = text.lstrip(" ")
        lines.append("\u00a0" * (len(text) - len(body)) + body.rstrip())
        index += 1
        while index < end and chunk.lines[index].startswith(" ") and not chunk.blank(index) and lines[-1]:
            lines[-1] += " " + chunk.lines[index].strip()
            index += 1
    if not lines:
        return False
    push(state, "line_block_open", "div", 1, chunk.number(start), (("class", "line-block"),))
    for number, text in enumerate(lines):
        if number:
            push(state, "line_break", "br", 0, chunk.number(start + number))
        push_inline(state, text, chunk.number(start + number))
    push(state, "line_block_close", "div", -1, chunk.number(start))
    state.line = index
    return True
