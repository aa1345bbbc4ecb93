"""HTML inside text: spans become elements, other tags stay unchanged (pandoc manual, native_spans and raw_html)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from site_builder.markdown.attributes import AttributeList, merge_pairs
from site_builder.markdown.html_tags import read_tag
from site_builder.markdown.inline.scanning import ahead, deep, mark, read_until

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline


def html_span(state: StateInline) -> bool:
    """Read ``<span ...>text</span>``; without an end tag it is a raw tag."""
    if state.src[state.pos : state.pos + 5].lower() != "<span" or deep(state):
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
    if state.src.startswith("<!--", state.pos) and not ahead(state, "-->"):
        return False
    tag = read_tag(state.src, state.pos, state.posMax)
    if tag is None or tag.block:
        return False
    mark(state, "html_raw", "", 0).content = state.src[state.pos : tag.end]
    state.pos = tag.end
    return True
