"""What became of a diagram."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Drawing:
    """A diagram as SVG that `site_builder.diagrams.svg.parsed` accepts; its ids begin with ``ID-``.

    With ``dark`` its colours follow the page's scheme (CSS ``light-dark()``), else it needs a light ground. ``links`` are addresses and the
    texts that led there; ``icons`` are those of which only the text beside them is shown.
    """

    svg: str
    dark: bool
    links: tuple[tuple[str, str], ...] = ()
    icons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DiagramFault:
    """Why a diagram cannot be drawn anywhere: what its author should change. ``line`` counts from 1 in its source, 0 if it is unknown."""

    message: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Undrawn:
    """Why this machine could not draw a diagram, and what to do about it."""

    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure of an interactive library as a picture: its bytes, the suffix of its file (``svg`` or ``png``), and its size on the page.

    ``lost`` says what of the figure the picture does not show.
    """

    data: bytes
    ending: str
    width: int
    height: int
    lost: str = ""


ChartOutcome: TypeAlias = "Chart | DiagramFault | Undrawn"

ChartOutcomes: TypeAlias = Mapping[str, ChartOutcome]
"""What became of the charts of a lesson, by their `diagrams.charts.Specification.key`."""

Outcome: TypeAlias = "Drawing | DiagramFault | Undrawn"

Outcomes: TypeAlias = Mapping[str, Outcome]
"""What became of the diagrams of a lesson, by their source."""
