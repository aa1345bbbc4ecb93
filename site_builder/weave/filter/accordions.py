"""Solutions, hints, spoilers and instructor notes: content that opens on demand, without any script.

Ids and default titles are those of the Workbench's filter: https://github.com/carpentries/sandpaper/blob/main/inst/rmarkdown/lua/lesson.lua.
"""

from __future__ import annotations

from collections.abc import Sequence

from site_builder.boxes import ACCORDIONS
from site_builder.markdown.tree import Element, Node, element, text_of, transform
from site_builder.weave.filter.boxes import own_attributes, split_title
from site_builder.weave.filter.page_state import PageState


def accordion(kind: str, div: Element, state: PageState) -> Element:
    """Turn a div into ``details``: the heading it begins with becomes the title and loses its anchor.

    A missing title, or one that only repeats the class name ("Solution"), becomes the default title.
    """
    name = f"{kind.capitalize()}{state.next(kind)}"
    title, content = split_title(div.children)
    looks = ACCORDIONS[kind]
    heading = element(looks.heading, *_title(kind, title, state), class_="accordion-header", id=f"heading{name}")
    body = Element("div", (("class", "accordion-body"), *own_attributes(div)), content, div.line)
    return element(
        "details",
        element("summary", heading, class_=f"accordion-button {kind}-button"),
        element("div", body, id=f"collapse{name}", class_="accordion-collapse collapse"),
        id=f"accordion{name}",
        class_=f"{kind} {looks.group}",
        line=div.line,
    )


def is_accordion(node: Node) -> bool:
    """Tell whether a node is an accordion made here; ``details`` that an author wrote as HTML are not."""
    return isinstance(node, Element) and node.tag == "details" and node.get("id").startswith("accordion")


def plain_title(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Return a title for use inside a button or label: its links and ids become plain text, other markup stays."""
    return transform(nodes, _unlink)


def _title(kind: str, title: Element | None, state: PageState) -> tuple[Node, ...]:
    looks = ACCORDIONS[kind]
    text = text_of(title.children).strip() if title else ""
    default = not title or text in ("", kind.capitalize(), looks.title)
    own = (state.phrases(looks.title),) if default or not title else plain_title(title.children)
    if not looks.icon:
        return own
    icon = element("i", class_="callout-icon", data_feather=looks.icon)
    return element("span", icon, class_="note-square", aria_hidden="true"), *own


def _unlink(node: Node) -> tuple[Node, ...] | None:
    if not isinstance(node, Element):
        return None
    if node.tag == "a":
        return () if "footnote-ref" in node.classes else node.children
    return (node.with_attributes(id=None),)
