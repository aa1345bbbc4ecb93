"""HTML inside text: spans become elements, other tags stay unchanged (pandoc manual, native_spans and raw_html)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from site_builder.markdown.attributes import AttributeList, merge_pairs
from site_builder.markdown.html_tags import read_tag
from site_builder.markdown.inline.scanning import ahead, deep, mark, read_until
from site_builder.markdown.reader_state import page_of
from site_builder.markdown.tree import VOID

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    from site_builder.markdown.html_tags import Tag


def html_span(state: StateInline) -> bool:
    """Read ``<span ...>text</span>``; without an end tag it is a raw tag."""
    if state.src[state.pos : state.pos + 5].lower() != "<span" or deep(state) or page_of(state).as_typed:
        return False
    tag = read_tag(state.src, state.pos, state.posMax)
    if tag is None or tag.name != "span":
        return False
    source = state.src[state.pos : tag.end]
    opened = mark(state, "html_raw", "", 0)
    opened.content = source
    state.pos = tag.end
    state.level += 1
    ended = read_until(state, _at_end)
    state.level -= 1
    if ended:
        opened.type, opened.tag, opened.nesting, opened.content = "span_open", "span", 1, ""
        opened.attrs = dict(AttributeList(*merge_pairs(tag.attributes)).html())
        state.level += 1
        mark(state, "span_close", "span", -1)
        end = read_tag(state.src, state.pos, state.posMax)
        state.pos = end.end if end else state.pos
    return True


def _at_end(state: StateInline) -> bool:
    return state.src[state.pos : state.pos + 6].lower() == "</span" and read_tag(state.src, state.pos, state.posMax) is not None


def raw_tag(state: StateInline) -> bool:
    """Read a tag or comment that stays unchanged."""
    if page_of(state).as_typed or (state.src.startswith("<!--", state.pos) and not ahead(state, "-->")):
        return False
    tag = read_tag(state.src, state.pos, state.posMax)
    if tag is None:
        return False
    mark(state, "html_raw", "", 0).content = state.src[state.pos : tag.end]
    state.pos = tag.end
    return True


def strays(tokens: list[Token]) -> list[tuple[Tag, Token]]:
    """Return the tags that open or close nothing: of no HTML element, or without the other tag of their pair among these tokens."""
    opened: list[tuple[Tag, Token]] = []
    found: list[tuple[Tag, Token]] = []
    names = Counter[str]()
    for token in tokens:
        tag = read_tag(token.content, 0) if token.type == "html_raw" else None
        if tag is None or not tag.name[0].isalpha() or (tag.name in VOID and not tag.closing):
            continue
        if not tag.closing and not tag.empty:
            opened.append((tag, token))
            names[tag.name] += 1
        elif tag.closing and names[tag.name]:
            while opened[-1][0].name != tag.name:
                found.append(opened.pop())
                names[found[-1][0].name] -= 1
            opened.pop()
            names[tag.name] -= 1
        else:
            found.append((tag, token))
    return [*found, *opened]
