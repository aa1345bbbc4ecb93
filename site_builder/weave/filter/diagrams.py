"""Mermaid diagrams on a page: the drawing with its name, its links and its source; without a drawing the source alone.

No script draws them for readers: Mermaid's own weighs more than a megabyte even when it is compressed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from site_builder.kept_results import KeptResults
from site_builder.markdown.tree import CodeBlock, Element, Node, element, walk
from site_builder.weave.filter.page_state import PageState
from site_builder.weave.filter.targets import written_targets

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element as Shape

    from site_builder.diagrams.model import Drawing, Outcome

NAME = "mermaid"
OWN_ID = re.compile(r"^(#|url\(#|)ID-")
PLAIN_LINK = re.compile(r"(https?://|mailto:|[^:]*([/?#]|$))", re.IGNORECASE)
"""An address without a scheme, or with one that only leads somewhere."""

NOT_DRAWN = "LS610"
"""Code of the problem that this machine cannot draw a diagram."""

READERS_SEE = "readers see its source"


def is_diagram(node: Node) -> bool:
    """Tell whether a node is a block of Mermaid's language."""
    return isinstance(node, CodeBlock) and node.classes[:1] == (NAME,)


def diagrams_in(nodes: Sequence[Node]) -> Iterator[CodeBlock]:
    """Yield the diagrams of a page in their order."""
    return (node for node in walk(nodes) if isinstance(node, CodeBlock) and is_diagram(node))


def sources_on(nodes: Sequence[Node], kept: KeptResults) -> tuple[str, ...]:
    """Return the sources of the diagrams of a page in their order, each once; ``kept`` has those of equal pages."""
    return kept.result(
        "diagram sources", lambda: kept.digest_of(nodes), lambda: tuple(dict.fromkeys(block.text for block in diagrams_in(nodes)))
    )


def diagram(block: CodeBlock, state: PageState) -> Element:
    """Return a figure: the drawing, if any, and the source, folded below it or open instead of it."""
    from site_builder.diagrams.model import Drawing  # what a lesson without diagrams does not need is not imported for it
    from site_builder.diagrams.source import said

    number = state.next("diagram")
    title, description = said(block.text)
    name, own = title or f"{state.phrases('Diagram')} {number}", f"diagram-{number}"
    outcome = state.diagrams.get(block.text)
    _report(outcome, block, state)
    source = CodeBlock(block.text, ("diagram-source",), block.identifier or f"{own}-source", block.attributes, block.line)
    told = (". ", element("span", description, id=f"{own}-description")) if description else ()
    caption = element("figcaption", element("strong", name), *told, data_chrome="")
    if not isinstance(outcome, Drawing):
        return element("figure", source, caption, class_="mermaid md-diagram", line=block.line)
    drawing = _drawing(outcome, own, name, f"{own}-description" if description else "")
    folded = element("details", element("summary", state.phrases("Source"), data_chrome=""), source)
    return element("figure", drawing, caption, *_links(outcome, block.line), folded, class_="mermaid md-diagram", line=block.line)


def _report(outcome: Outcome | None, block: CodeBlock, state: PageState) -> None:
    from site_builder.diagrams.model import DiagramFault, Drawing

    if isinstance(outcome, DiagramFault):
        line = block.line + outcome.line if block.line else 0
        state.warn("LS611", f"a diagram cannot be drawn: {outcome.message}", line, READERS_SEE)
    elif isinstance(outcome, Drawing):
        if outcome.icons:
            named = ", ".join(f"`{name}`" for name in outcome.icons)
            state.warn("LS612", f"a diagram is drawn without its icons {named}", block.line, "write a character instead, such as an emoji")
    elif outcome is not None:
        state.warn(NOT_DRAWN, f"a diagram is not drawn: {outcome.reason}", block.line, f"{READERS_SEE}; {outcome.hint}")


def _drawing(outcome: Drawing, own: str, name: str, description: str) -> Element:
    """Return the drawing as elements, so that ids and references stay one another's when pages are joined."""
    from site_builder.diagrams.svg import parsed

    shown = _shown(parsed(outcome.svg), own)
    told: dict[str, str | None] = {"role": "img", "aria-label": name, **({"aria-describedby": description} if description else {})}
    ground = "diagram-drawing" if outcome.dark else "diagram-drawing diagram-on-paper"
    return element("div", shown.set(told), class_=ground, data_chrome="")


def _shown(shape: Shape, own: str) -> Element:
    attributes = tuple((name, OWN_ID.sub(rf"\g<1>{own}-", value)) for name, value in shape.attrib.items())
    children: list[Node] = [shape.text] if shape.text else []
    for child in shape:
        children.append(_shown(child, own))
        children += [child.tail] if child.tail else []
    return Element(shape.tag.rpartition("}")[2], attributes, tuple(children))


def _links(outcome: Drawing, line: int) -> tuple[Element, ...]:
    """Return the links of a drawing as a list: nothing inside an image can be followed."""
    shown = [(address, text or address) for address, text in outcome.links if PLAIN_LINK.match(address)]
    items = (element("li", element("a", text, href=address, line=line)) for address, text in shown)
    listed = element("ul", *written_targets(tuple(items)), class_="diagram-links", data_chrome="", line=line)
    return (listed,) if shown else ()
