"""Challenges: a train of boxes and accordions side by side, so that an answer is never inside its question.

As in https://github.com/carpentries/sandpaper/blob/main/inst/rmarkdown/lua/lesson.lua.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from site_builder.markdown.tree import Element, Node, element
from site_builder.weave.filter.accordions import is_accordion
from site_builder.weave.filter.boxes import Box, draw, own_attributes, split_title
from site_builder.weave.filter.page_state import PageState


@dataclass(slots=True)
class _Train:
    """The cars coupled so far, and the content of the next box."""

    box: Box
    state: PageState
    later: Element
    cars: list[Node] = field(default_factory=list)
    pending: list[Node] = field(default_factory=list)

    def couple_box(self, kind: str) -> None:
        """Emit the pending content as one box; a heading at its start is its title."""
        heading, content = split_title(self.pending)
        box = replace(self.box, kind=kind, title=heading or self.box.title, content=content)
        self.cars.append(draw(box, self.state))
        self.pending = []
        self.box = replace(self.box, title=self.later, attributes=())

    @property
    def has_content(self) -> bool:
        """Tell whether anything but white space waits for a box."""
        return any(not isinstance(node, str) or node.strip() for node in self.pending)


def challenge(div: Element, state: PageState) -> tuple[Node, ...]:
    """Return the boxes and accordions that a challenge becomes.

    Content after an accordion continues in a box with the same title marked as continued; the last one is a discussion. A challenge
    without accordion is one challenge box. Continued boxes have no id of their own unless they are counted ones.
    """
    train = _start(div, state)
    for node in split_title(div.children)[1]:
        if not is_accordion(node):
            train.pending.append(node)
            continue
        if train.has_content or not train.cars:
            train.couple_box("challenge")
        train.cars.append(node)
    if train.has_content or not train.cars:
        train.couple_box("discussion" if train.cars else "challenge")
    return tuple(train.cars)


def _start(div: Element, state: PageState) -> _Train:
    title = split_title(div.children)[0] or element("h3", state.phrases("Challenge"), line=div.line)
    mark = element("em", " (continued)")  # English in every language, as in the Workbench
    later = element("h3", *title.children, mark, line=title.line)
    extra = tuple(name for name in div.classes if name != "challenge")
    return _Train(Box("challenge", title, (), extra, own_attributes(div), div.line), state, later)
