"""Draw Plotly's figures: all of them in one page of the browser that draws diagrams, with the library of the builder."""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from site_builder import processes
from site_builder.diagrams.browser_page import in_turns, package_data, run_page
from site_builder.diagrams.charts import Specification, lost_of
from site_builder.diagrams.model import Chart, ChartOutcome, DiagramFault

CONFIGURATION = {"width": 700, "height": 450, "most": 300_000}
"""Plotly's own size of a figure in CSS pixels, and the largest SVG in characters; a larger one becomes a bitmap."""

PATIENCE = 60.0
DATA = re.compile(r"data:image/(svg\+xml|png)(;base64)?,(.*)", re.DOTALL)
TRACES = re.compile(r'<g class="[^"]*\b(trace|points?|slice|hm|contour|table|sankey-node|parcats|dimension|node)\b')


def draw_figures(figures: Sequence[Specification], program: str, folder: Path, patience: float = PATIENCE) -> list[ChartOutcome]:
    """Draw these figures with a browser and return what became of each; ``folder`` is private to this call.

    Raises:
        MachineError: the folder cannot be written.
    """

    def run(places: Sequence[int], turn: int) -> processes.Outcome:  # what draws with the graphics card makes functions of text
        scripts = _scripts([figures[at] for at in places])
        return run_page(scripts, program, folder / f"charts{turn}", patience, CONFIGURATION["width"], compiles=True)

    outcomes = in_turns(range(len(figures)), run, lambda at, answer: _outcome(figures[at], answer), program, patience)
    return [outcomes[at] for at in range(len(figures))]


def _scripts(figures: Sequence[Specification]) -> dict[str, bytes]:
    wanted = ",".join(figure.text.replace("<", "\\u003c") for figure in figures)
    return {
        "steady": package_data("page", "steady.js"), "plotly": gzip.decompress(package_data("plotly", "plotly.min.js.gz")),
        "charts": package_data("page", "charts.js"), "run": f"chartAll([{wanted}], {json.dumps(CONFIGURATION)});".encode(),
    }  # fmt: skip


def _outcome(figure: Specification, answer: dict[str, Any]) -> ChartOutcome:
    if "error" in answer:
        return DiagramFault(str(answer["error"]))
    found = DATA.match(answer["data"])
    if not found:
        return DiagramFault("its picture cannot be read")
    ending = "svg" if found[1].startswith("svg") else "png"
    try:
        data = base64.b64decode(found[3]) if found[2] else unquote(found[3]).encode()
    except binascii.Error:
        return DiagramFault("its picture cannot be read")
    if ending == "svg" and not TRACES.search(data.decode("utf-8", "replace")):
        return DiagramFault("its picture comes out empty")
    return Chart(data, ending, int(answer["width"]), int(answer["height"]), lost_of(figure))
