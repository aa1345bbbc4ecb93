"""Links, images, bracketed spans and footnote references (pandoc manual, links and images)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from site_builder.markdown.attributes import AttributeList, dimensions, plain, read_attributes
from site_builder.markdown.blocks.containers import reference_key
from site_builder.markdown.inline.brackets import closing_bracket
from site_builder.markdown.inline.scanning import add, at, deep, inside, mark, next_place, within
from site_builder.markdown.reader_state import Note, Reference, page_of

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

LONGEST_NAME = 999
"""Characters of the name of a note or reference, as in CommonMark (https://spec.commonmark.org/0.31.2/#link-label)."""

MOST_REPEATED = 4_000_000
"""Characters of all addresses and titles that a page's references repeat: a short text would become a page of any size."""

_NOTE = re.compile(rf"\[\^([^\s\]]{{1,{LONGEST_NAME}}})\]")
_ANGLE = re.compile(r"<((?:\\.|[^<>\\])*)>")
_TITLE = re.compile(r"\s+(?:\"((?:\\.|[^\"\\]|\"(?!\s*\)))*)\"|'((?:\\.|[^'\\]|'(?!\s*\)))*)')\s*(?=\))", re.S)
_TITLE_END = re.compile(r"\\.|([\"'])(?=\s*\))", re.S)
_ADDRESS = re.compile(r"[^()\s\\]+|\\.|\((?:\\.|[^()\\]|\((?:\\.|[^()\\])*\))*\)|\s+(?![\"'\s)])|\\", re.S)
_UNSAFE = re.compile(r"[\s<>|\"{}\[\]^`\\]|[^\x00-\x7f]")


def escape_address(address: str) -> str:
    """Percent-encode what an address cannot contain, letters outside ASCII too."""
    return _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace")), address)


def note_reference(state: StateInline) -> bool:
    """Read ``[^name]`` if that footnote is defined."""
    found = _NOTE.match(state.src, state.pos, state.posMax)
    note = page_of(state).notes.get(found[1]) if found else None
    if not found or note is None:
        return False
    mark(state, "note_reference", "", 0).meta["note"] = note
    state.pos = found.end()
    return True


def inline_note(state: StateInline) -> bool:
    """Read ``^[text]``, an inline footnote."""
    end = closing_bracket(state, state.pos + 1) if at(state, 1) == "[" else None
    if end is None or deep(state):
        return False
    reference = mark(state, "note_reference", "", 0)
    outer, state.tokens = state.tokens, []
    mark(state, "paragraph_open", "p", 1)
    within(state, state.pos + 2, end)
    mark(state, "paragraph_close", "p", -1)
    reference.meta["note"] = Note(state.tokens, 0)
    state.tokens = outer
    state.pos = end + 1
    return True


def span(state: StateInline) -> bool:
    """Read ``[text]{attributes}``."""
    end = closing_bracket(state, state.pos)
    read = read_attributes(state.src, end + 1, state.posMax) if end is not None and state.src.startswith("{", end + 1) else None
    if end is None or read is None or deep(state):
        return False
    mark(state, "span_open", "span", 1).attrs = dict(read[0].html())
    within(state, state.pos + 1, end)
    mark(state, "span_close", "span", -1)
    state.pos = read[1]
    return True


def link(state: StateInline) -> bool:
    """Read an inline link or a reference link; links do not nest."""
    end = closing_bracket(state, state.pos)
    if end is None or state.linkLevel or deep(state):
        return False
    resolved = _resolve(state, state.pos + 1, end)
    if resolved is None:
        return False
    reference, behind = resolved
    mark(state, "link_open", "a", 1).attrs = dict(_link_attributes(reference))
    state.linkLevel += 1
    within(state, state.pos + 1, end)
    state.linkLevel -= 1
    mark(state, "link_close", "a", -1)
    state.pos = behind
    return True


def brackets(state: StateInline) -> bool:
    """Read brackets that link to nothing: they stay, and marks do not match across them."""
    end = closing_bracket(state, state.pos)
    if end is None or deep(state):
        return False
    add(state, "[")
    state.level += 1
    inside(state, state.pos + 1, end)
    state.level -= 1
    add(state, "]")
    state.pos = end + 1
    return True


def _link_attributes(reference: Reference) -> tuple[tuple[str, str], ...]:
    title = (("title", reference.title),) if reference.title else ()
    return (("href", escape_address(reference.target)), *reference.attributes.html(), *title)


def image(state: StateInline) -> bool:
    """Read an image; its bracket text is kept as a possible caption."""
    end = closing_bracket(state, state.pos + 1) if at(state, 1) == "[" else None
    resolved = _resolve(state, state.pos + 2, end) if end is not None and not deep(state) else None
    if end is None or resolved is None:
        return False
    reference, behind = resolved
    token = mark(state, "image", "img", 0)
    outer, state.tokens = state.tokens, []
    state.level += 1
    within(state, state.pos + 2, end)
    state.level -= 1
    if state.pending:
        state.pushPending()
    token.children, state.tokens = state.tokens, outer
    token.meta["alt"] = next((value for key, value in reference.attributes.pairs if key == "alt"), None)
    token.attrs = dict(_image_attributes(reference))
    state.pos = behind
    return True


def _image_attributes(reference: Reference) -> tuple[tuple[str, str], ...]:
    title = (("title", reference.title),) if reference.title else ()
    written = reference.attributes
    pairs = tuple(pair for pair in dimensions(written.pairs) if pair[0] != "alt")
    shown = AttributeList(written.identifier, written.classes, pairs)
    return (("src", escape_address(reference.target)), *title, *shown.html())


def _resolve(state: StateInline, start: int, end: int) -> tuple[Reference, int] | None:
    """Return what the brackets from ``start`` to ``end`` link to, and the position after the link."""
    return _inline_target(state, end + 1) or _by_reference(state, start, end)


def _inline_target(state: StateInline, position: int) -> tuple[Reference, int] | None:
    text = state.src
    if not text.startswith("(", position) or position >= state.posMax:
        return None
    position = _skip(text, position + 1)
    angle = _ANGLE.match(text, position, state.posMax)
    if angle:
        address, position = angle[1], angle.end()
    else:
        start = position
        while (found := _ADDRESS.match(text, position, state.posMax)) and found.end() > position:
            position = found.end()
        address = " ".join(text[start:position].split())
    title = _TITLE.match(text, position, state.posMax) if _title_ends(state, position) else None
    if title:
        position = title.end()
    position = _skip(text, position)
    if position >= state.posMax or text[position] != ")":
        return None
    name = _title_text(title[0]) if title else ""
    read = read_attributes(text, position + 1, state.posMax) if text.startswith("{", position + 1) else None
    attributes, behind = read if read else (AttributeList(), position + 1)
    return Reference(plain(address), name, attributes), behind


def _title_ends(state: StateInline, position: int) -> bool:
    """Tell whether the quotation mark behind the spaces here has a partner before a closing parenthesis."""
    start = _skip_all(state.src, position)
    return start < state.posMax and state.src[start] in "\"'" and next_place(state, _TITLE_END, state.src[start], start + 1) is not None


def _title_text(written: str) -> str:
    return plain(" ".join(written.strip()[1:-1].split()))


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\n":
        position += 1
    return position


def _skip_all(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _by_reference(state: StateInline, start: int, end: int) -> tuple[Reference, int] | None:
    behind, name = end + 1, state.src[start : min(end, start + LONGEST_NAME + 1)]
    named = state.src.startswith("[", behind) and not state.src.startswith(("[^", "[@"), behind)
    following = closing_bracket(state, behind) if named else None
    if following is not None:  # then the text in the first brackets names nothing
        written = state.src[behind + 1 : min(following, behind + LONGEST_NAME + 2)]
        found = lookup(state, written or name)
        return _with_attributes(state, found, following + 1) if found else None
    found = lookup(state, name)
    return _with_attributes(state, found, behind) if found else None


def _with_attributes(state: StateInline, found: Reference, behind: int) -> tuple[Reference, int]:
    read = read_attributes(state.src, behind, state.posMax) if state.src.startswith("{", behind) else None
    return (Reference(found.target, found.title, read[0]), read[1]) if read else (found, behind)


def lookup(state: StateInline, name: str) -> Reference | None:
    """Return the reference of this name: a definition, else the heading of this text (pandoc manual, implicit_header_references)."""
    if len(name) > LONGEST_NAME:
        return None
    page = page_of(state)
    key = reference_key(name)
    if key in page.references:
        found = page.references[key]
        page.repeated += len(found.target) + len(found.title)
        return found if page.repeated <= MOST_REPEATED else None
    identifier = page.headings.get(key)
    return Reference(f"#{identifier}") if identifier else None
