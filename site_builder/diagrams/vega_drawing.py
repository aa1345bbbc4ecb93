"""Draw Vega's and Vega-Lite's figures with vl-convert, which needs no browser; the only module that imports it."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec

from site_builder.diagrams.charts import Specification
from site_builder.diagrams.model import Chart, ChartOutcome, DiagramFault, Undrawn

INSTALL = Undrawn(
    "vl-convert, which draws Vega's figures, is not installed", "install the builder with its extra `figures`, or vl-convert-python"
)
SIZE = re.compile(r'<svg\b[^>]*?\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"')
MARKS = re.compile(r'class="mark-[^"]*role-(?:mark|scope)[^"]*"[^>]*(?<!/)>')
"""A group of marks that has some."""

LARGEST = 300_000
"""Bytes of the largest SVG; a larger one becomes a bitmap."""


def can_draw() -> bool:
    """Tell whether vl-convert is installed."""
    return find_spec("vl_convert") is not None


def draw_vega(figure: Specification) -> ChartOutcome:
    """Draw one figure; vl-convert has to be there."""
    import vl_convert

    schema = str(json.loads(figure.text).get("$schema", ""))
    lite = "vega-lite" in schema or "/vega/" not in schema
    try:
        svg = (vl_convert.vegalite_to_svg if lite else vl_convert.vega_to_svg)(figure.text, allowed_base_urls=[])
    except ValueError as error:
        return DiagramFault(f"vl-convert cannot draw it: {' '.join(str(error).split())[:200]}")
    size = SIZE.search(svg)
    if not size or not MARKS.search(svg):
        return DiagramFault("its picture comes out empty")
    width, height = (max(1, round(float(text))) for text in size.groups())
    if len(svg) <= LARGEST:
        return Chart(svg.encode(), "svg", width, height)
    png = (vl_convert.vegalite_to_png if lite else vl_convert.vega_to_png)(figure.text, scale=2, allowed_base_urls=[])
    return Chart(bytes(png), "png", width, height)
