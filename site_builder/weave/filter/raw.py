"""HTML that the author wrote, as far as it nests properly: from loose tags to elements, so that links and images in it are seen.

Tags that do not match stay exactly as written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape

from site_builder.markdown.tree import VOID, Element, Node, Raw, transform

TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)((?:\s+[^\s=<>\"'/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?)*)\s*(/?)>")
ATTRIBUTE = re.compile(r"([^\s=<>\"'/]+)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?")
OPAQUE = re.compile(r"<(script|style|svg|math|textarea|pre|template)\b", re.IGNORECASE)
"""Elements whose content is not ordinary HTML, or where white space and letter case matter."""


def lift(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Return the tree with raw tags paired up into elements, at every level where start and end tag are siblings."""
    return _pair(transform(nodes, _inside))


def _inside(node: Node) -> tuple[Node, ...] | None:
    if isinstance(node, Element) and any(isinstance(child, Raw) for child in node.children):
        return (node.with_children(_pair(node.children)),)
    return None


def _pair(children: Sequence[Node]) -> tuple[Node, ...]:
    frames, open_ = [_Frame()], Counter[str]()
    for node in _tags(children):
        match = TAG.fullmatch(node.html) if isinstance(node, Raw) else None
        if not isinstance(node, Raw) or match is None:
            frames[-1].content.append(node)
            continue
        closing, name = match[1], match[2].lower()
        if closing:
            _close(frames, open_, node, name)
        elif name in VOID or match[4]:
            frames[-1].content.append(_element(match, (), node.line) if name in VOID else node)
        else:
            open_[name] += 1
            frames.append(_Frame(node, match))
    return tuple(_spilt(frames))


@dataclass(slots=True)
class _Frame:
    """An element whose end tag has not been met yet; the outermost has no start tag."""

    opener: Raw = field(default_factory=lambda: Raw(""))
    tag: re.Match[str] | None = None
    content: list[Node] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The element's name in lower case."""
        return self.tag[2].lower() if self.tag else ""


def _close(frames: list[_Frame], open_: Counter[str], node: Raw, name: str) -> None:
    if not open_[name]:
        frames[-1].content.append(node)
        return
    place = len(frames) - 1
    while frames[place].name != name:
        open_[frames[place].name] -= 1
        place -= 1
    open_[name] -= 1
    closed = frames[place:]
    del frames[place:]
    begun = closed[0]
    assert begun.tag is not None
    frames[-1].content.append(_element(begun.tag, tuple(_spilt(closed)), begun.opener.line))


def _spilt(frames: Sequence[_Frame]) -> Iterator[Node]:
    """Yield what is in the first of some nested elements; the others have no end tag, so theirs are loose start tags."""
    yield from frames[0].content
    for frame in frames[1:]:
        yield frame.opener
        yield from frame.content


def _element(match: re.Match[str], children: tuple[Node, ...], line: int) -> Element:
    pairs = ((found[1].lower(), unescape((found[2] or "").strip("\"'"))) for found in ATTRIBUTE.finditer(match[3]))
    return Element(match[2].lower(), tuple(dict(pairs).items()), children, line)


def _tags(children: Sequence[Node]) -> Iterator[Node]:
    """Split raw HTML of several tags into one node per tag; comments, declarations and text between tags stay raw."""
    for node in children:
        if not isinstance(node, Raw) or "<!" in node.html or OPAQUE.search(node.html):
            yield node
            continue
        position = 0
        for match in TAG.finditer(node.html):
            if position < match.start():
                yield Raw(node.html[position : match.start()], node.line)
            yield Raw(match[0], node.line + node.html.count("\n", 0, match.start()))
            position = match.end()
        if position < len(node.html):
            yield Raw(node.html[position:], node.line)
