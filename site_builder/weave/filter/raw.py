"""HTML that the author wrote, as far as it nests properly: from loose tags to elements, so that links and images in it are seen.

Tags that do not match stay exactly as written.
"""

from __future__ import annotations

import re
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
    frames = [_Frame()]
    for node in _tags(children):
        match = TAG.fullmatch(node.html) if isinstance(node, Raw) else None
        if not isinstance(node, Raw) or match is None:
            frames[-1].content.append(node)
            continue
        closing, name = match[1], match[2].lower()
        if closing:
            _close(frames, node, name)
        elif name in VOID or match[4]:
            frames[-1].content.append(_element(match, (), node.line) if name in VOID else node)
        else:
            frames.append(_Frame(node, match))
    while len(frames) > 1:
        _spill(frames)
    return tuple(frames[0].content)


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


def _close(frames: list[_Frame], node: Raw, name: str) -> None:
    if name not in [frame.name for frame in frames]:
        frames[-1].content.append(node)
        return
    while frames[-1].name != name:
        _spill(frames)
    frame = frames.pop()
    frames[-1].content.extend((_element(frame.tag, tuple(frame.content), frame.opener.line),) if frame.tag else ())


def _spill(frames: list[_Frame]) -> None:
    frame = frames.pop()
    frames[-1].content.extend((frame.opener, *frame.content))


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
