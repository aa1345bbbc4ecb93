"""Figures of Plotly and Vega as specifications: what is drawn, what cannot be, and why. Pure.

A picture is made of the specification alone: the libraries of the episode are not needed, and nothing is fetched.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from site_builder.diagrams.model import DiagramFault

PLOTLY = "4.1.2"
SCRIPT_DIGEST = "2f645d1bade8182fce161b7f10f89402f8b315805250ff4a94672a28d23c390a"
"""Plotly's version, and the sha256 of ``plotly.min.js`` of its npm package ``plotly.js-dist-min``."""

MAPS = re.compile(r"(choropleth|scattergeo|scattermap|densitymap|choroplethmap)")
"""Traces whose shapes or tiles are fetched while they are drawn."""

MOST = 5_000_000
"""Characters of the largest specification that is drawn."""


class Library(Enum):
    """Whose specification it is."""

    PLOTLY = "Plotly"
    VEGA = "Vega"


@dataclass(frozen=True, slots=True)
class Specification:
    """A figure as its library's JSON."""

    library: Library
    text: str

    @property
    def key(self) -> str:
        """The sha256 of what a picture depends on."""
        return hashlib.sha256(f"{self.library.value} {PLOTLY if self.library is Library.PLOTLY else ''}\0{self.text}".encode()).hexdigest()


def fault_of(figure: Specification) -> DiagramFault | None:
    """Return why a figure cannot be drawn anywhere without a network, or at all."""
    if len(figure.text) > MOST:
        return DiagramFault(f"it has {len(figure.text):,} characters, and {MOST:,} are drawn at most")
    try:
        found = json.loads(figure.text)
    except (ValueError, RecursionError):
        return DiagramFault("its specification is no JSON")
    if not isinstance(found, dict):
        return DiagramFault("its specification is no JSON object")
    return _fault_of_plotly(found) if figure.library is Library.PLOTLY else _fault_of_vega(found)


def _fault_of_plotly(figure: dict[str, Any]) -> DiagramFault | None:
    traces = figure.get("data")
    if not isinstance(traces, list) or not traces or not all(isinstance(trace, dict) for trace in traces):
        return DiagramFault("it has no data")
    maps = next((kind for trace in traces if MAPS.match(kind := str(trace.get("type", "")))), "")
    return DiagramFault(f"a trace of the type '{maps}' needs the network while it is drawn") if maps else None


def _fault_of_vega(found: dict[str, Any]) -> DiagramFault | None:
    for name, value in _walk(found):
        if name == "data" and isinstance(value, dict) and "url" in value:
            return DiagramFault(f"its data are at {str(value['url'])[:100]}, which is not fetched: give it the data themselves")
    return None


def _walk(value: Any) -> Iterator[tuple[str, Any]]:
    waiting = [("", value)]
    while waiting:
        name, found = waiting.pop()
        yield name, found
        if isinstance(found, dict):
            waiting += found.items()
        elif isinstance(found, list):
            waiting += ((name, item) for item in found)


def lost_of(figure: Specification) -> str:
    """Return what a picture of a figure does not show."""
    found = json.loads(figure.text)
    if figure.library is Library.PLOTLY and found.get("frames"):
        return "all but the first picture of its animation"
    return ""
