"""Attributes in braces, ``{#id .class key="value"}``, as pandoc reads them (pandoc manual, header_attributes and link_attributes)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from site_builder.markdown.tree import Attributes

_IDENTIFIER = re.compile(r"#([\w\-:.]+)")
_CLASS = re.compile(r"\.([\w\-:.]+)")
_KEY = re.compile(r"([^\W\d][\w\-:.]*)=")
_BARE = re.compile(r"(?:\\[!-/:-@\[-`{-~]|[^\s}])*")
_QUOTED = {quote: re.compile(rf"{quote}((?:\\.|[^{quote}\\\n]|\n(?![ \t]*\n))*){quote}", re.S) for quote in "\"'"}
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_TAKES_ATTRIBUTES = re.compile(r"(?:`|\[[^\[\]]*\](?:\([^()]*\))?)$")
_TRAILING = re.compile(r"\{[^{}]*\}[ \t]*$")
_LENGTH = re.compile(r"([0-9.]+)\s*(%|px|in|cm|mm|em|pt|pc)?$")


@dataclass(frozen=True, slots=True)
class AttributeList:
    """The content of a pair of braces."""

    identifier: str = ""
    classes: tuple[str, ...] = ()
    pairs: Attributes = ()

    def html(self) -> Attributes:
        """Return the attributes in pandoc's order (id, class, others); ``width`` and ``height`` with units become a style."""
        named = (("id", self.identifier), ("class", " ".join(self.classes)))
        return (*((key, value) for key, value in named if value), *self.pairs)


NO_ATTRIBUTES = AttributeList()
"""No attributes."""


def read_attributes(text: str, position: int, end: int | None = None) -> tuple[AttributeList, int] | None:
    """Read braces at ``position``, of which nothing stands behind ``end``.

    Returns:
        The attributes and the position after them, or None if the text is not an attribute list.
    """
    limit = len(text) if end is None else end
    if not text.startswith("{", position, limit):
        return None
    identifier = ""
    classes: list[str] = []
    pairs: list[tuple[str, str]] = []
    position = _skip_space(text, position + 1, limit)
    while position < limit:
        if text[position] == "}":
            return AttributeList(identifier, tuple(classes), tuple(pairs)), position + 1
        if found := _IDENTIFIER.match(text, position, limit):
            identifier, position = found[1], found.end()
        elif found := _CLASS.match(text, position, limit):
            classes.append(found[1])
            position = found.end()
        elif found := _KEY.match(text, position, limit):
            value, position = _value(text, found.end(), limit)
            pairs.append((found[1], value))
        elif text[position] == "-":
            classes.append("unnumbered")
            position += 1
        else:
            return None
        position = _skip_space(text, position, limit)
    return None


def trailing_attributes(text: str) -> tuple[str, AttributeList]:
    """Take attributes off the end of a heading or caption; those of code, of a link or of a span there stay with it."""
    found = _TRAILING.search(text) if text.endswith("}") else None
    if found is None or _TAKES_ATTRIBUTES.search(text, 0, found.start()):
        return text, NO_ATTRIBUTES
    read = read_attributes(text, found.start())
    return (text[: found.start()].rstrip(), read[0]) if read and read[1] == len(text) else (text, NO_ATTRIBUTES)


def _skip_space(text: str, position: int, limit: int) -> int:
    newlines = 0
    while position < limit and text[position] in " \t\r\n":
        newlines += text[position] == "\n"
        position += 1
    return position if newlines < 2 else limit


def _value(text: str, position: int, limit: int) -> tuple[str, int]:
    quoted = _QUOTED[text[position]].match(text, position, limit) if position < limit and text[position] in "\"'" else None
    if quoted:
        return plain(quoted[1].replace("\n", " ")), quoted.end()
    bare = _BARE.match(text, position, limit)
    return (plain(bare[0]), bare.end()) if bare else ("", position)


def plain(text: str) -> str:
    """Resolve backslash escapes and character references."""
    return _ESCAPE.sub(r"\1", text if "&" not in text else unescape(text))


def merge_pairs(pairs: Attributes) -> tuple[str, tuple[str, ...], Attributes]:
    """Split pairs into an id, classes and the rest, as pandoc does for native divs and spans."""
    identifier = next((value for key, value in pairs if key == "id"), "")
    classes = tuple(word for key, value in pairs if key == "class" for word in value.split())
    return identifier, classes, tuple((key, value) for key, value in pairs if key not in ("id", "class"))


def dimensions(pairs: Attributes) -> Attributes:
    """Write ``width`` and ``height`` as pandoc's HTML does: a bare number or pixels stay, any other unit becomes a style.

    ``width=50%`` is ``style="width:50.0%"`` (https://pandoc.org/MANUAL.html#extension-link_attributes).
    """
    kept, style = [], []
    for key, value in pairs:
        found = _LENGTH.match(value) if key in ("width", "height") else None
        if key not in ("width", "height"):
            kept.append((key, value))
        elif found and found[2] not in (None, "px"):
            style.append(f"{key}:{_number(found)}{found[2]}")
        elif found:
            kept.append((key, found[1]))
    if style:
        kept.insert(0, ("style", ";".join(style)))
    return tuple(kept)


def _number(found: re.Match[str]) -> str:
    return str(float(found[1])) if found[2] == "%" and found[1].count(".") < 2 else found[1]
