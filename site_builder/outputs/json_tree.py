"""``application/json``: a tree of nested lists that opens and closes without a script, and that screen readers announce as lists."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from site_builder.markdown.tree import CodeBlock, Element, Node, element
from site_builder.outputs.base import Bundle, OutputPlace, OutputType, Rendered

MIME = "application/json"
GEOGRAPHIC = "application/geo+json"
DEEPEST = 30
"""Levels that are shown as lists; deeper values are shown as text."""
OPEN = 2
"""Levels that are open when the page is loaded."""


def render(mime: str, bundle: Bundle, place: OutputPlace) -> Rendered:
    """Return the value as nested lists; text that is not JSON is shown unchanged."""
    try:
        tree = _value(json.loads(bundle[mime]), 0)
    except (ValueError, RecursionError):
        return Rendered((CodeBlock(bundle[mime], ("output",), line=place.line),))
    return Rendered((element("div", tree, class_="output-html output-json", line=place.line),))


def _value(value: Any, depth: int) -> Node:
    if isinstance(value, dict | list) and value and depth < DEEPEST:
        return _items(value, depth)
    return element("code", json.dumps(value, ensure_ascii=False))


def _items(value: dict[str, Any] | list[Any], depth: int) -> Element:
    if isinstance(value, list):
        return element("ol", *(element("li", *_entry("", item, depth + 1)) for item in value), start="0")
    return element("ul", *(element("li", *_entry(name, item, depth + 1)) for name, item in value.items()))


def _entry(name: str, value: Any, depth: int) -> tuple[Node, ...]:
    """A name and its value; a value with parts can be closed."""
    key: tuple[Node, ...] = (element("span", name, class_="json-key"), ": ") if name else ()
    if not isinstance(value, dict | list) or not value or depth >= DEEPEST:
        return (*key, _value(value, depth))
    count = f"{{{len(value)}}}" if isinstance(value, dict) else f"[{len(value)}]"
    summary = element("summary", *key, element("code", count))
    return (Element("details", (("open", ""),) if depth < OPEN else (), (summary, _items(value, depth))),)


def plain(mime: str, bundle: Bundle) -> str:
    """Return the value with one entry a line, sorted, so that a change of one entry is a change of one line."""
    try:
        return json.dumps(json.loads(bundle[mime]), indent=1, sort_keys=True, ensure_ascii=False)
    except (ValueError, RecursionError):
        return bundle[mime]


TYPES = (
    OutputType(MIME, partial(render, MIME), partial(plain, MIME)),
    OutputType(GEOGRAPHIC, partial(render, GEOGRAPHIC), partial(plain, GEOGRAPHIC), lost="the map"),
)
