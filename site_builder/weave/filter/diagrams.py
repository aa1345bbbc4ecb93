"""Mermaid diagrams: drawn when the site is built if the renderer is installed, with their source in any case.

No script draws them in the browser: Mermaid's own weighs three megabytes, and the theme would fetch it from another host.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Protocol

from site_builder.markdown.tree import CodeBlock, Element, Raw, element
from site_builder.weave.filter.page_state import PageState

TITLE = re.compile(r"^\s*accTitle\s*:\s*(.+?)\s*$", re.MULTILINE)
DESCRIPTION = re.compile(r"^\s*accDescr\s*(?::\s*(.+?)\s*$|\{\s*(.+?)\s*\})", re.MULTILINE | re.DOTALL)
"""Mermaid's title and description for screen readers (https://mermaid.js.org/config/accessibility.html)."""


class DiagramRenderer(Protocol):
    """Draws a diagram as SVG; raises ValueError or RuntimeError if it cannot."""

    def __call__(self, source: str) -> str:
        """Return the diagram as SVG."""
        ...


def diagram(block: CodeBlock, state: PageState) -> Element:
    """Return a figure: the drawing, if any, and the source, folded below it or open instead of it."""
    number = state.next("diagram")
    title, description = said(block.text)
    name = title or f"{state.phrases('Diagram')} {number}"
    drawing, obstacle = _drawing(block.text, f"diagram-{number}", name, description)
    if obstacle:
        state.warn("LS610", "a diagram cannot be drawn", block.line, f"readers see its source; {obstacle}")
    source = CodeBlock(block.text, ("diagram-source",), block.identifier, block.attributes, block.line)
    caption = element("figcaption", element("strong", name), *((f". {description}",) if description else ()), data_chrome="")
    shown = (drawing, element("details", element("summary", state.phrases("Source"), data_chrome=""), source)) if drawing else (source,)
    return element("figure", *shown, caption, class_="mermaid md-diagram", line=block.line)


def said(source: str) -> tuple[str, str]:
    """Return a diagram's title and description, empty if its author gave none."""
    title, description = TITLE.search(source), DESCRIPTION.search(source)
    text = (description[1] or description[2]) if description else ""
    return title[1] if title else "", " ".join(text.split())


@cache
def renderer() -> DiagramRenderer | None:
    """Return what draws diagrams, or None if the extra ``diagrams`` is not installed."""
    try:
        from mmdr import render  # a compiled package that not every platform has
    except ImportError:
        return None
    return lambda source: str(render(source, backend="mermaid-rs-renderer").svg())  # no style sheet, no ids to clash, no foreign objects


def _drawing(source: str, identifier: str, title: str, description: str) -> tuple[Element | None, str]:
    """Return the drawing, or None and a hint."""
    draw = renderer()
    if draw is None:
        return None, "mmdr is not installed; `lesson doctor` names the command"
    try:
        svg = draw(source)
    except (ValueError, RuntimeError) as error:
        return None, " ".join(str(error).split())[:120]
    start = svg.find("<svg")
    if start < 0:
        return None, "the renderer returned no drawing"
    own = re.sub(r'\bid="([^"]+)"', rf'id="{identifier}-\1"', svg[start:])
    own = re.sub(r'url\(#([^)"]+)\)', rf"url(#{identifier}-\1)", own)
    own = re.sub(r'href="#([^"]+)"', rf'href="#{identifier}-\1"', own)
    label = f"{title}. {description}" if description else title
    return element("div", Raw(own), role="img", aria_label=label, class_="diagram-drawing"), ""
