"""What every output type provides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Protocol, TypeAlias

from site_builder.diagrams.model import ChartOutcomes
from site_builder.markdown.tree import Node
from site_builder.problems import Location, Problem, Severity
from site_builder.settings.cell import CellOptions

Bundle: TypeAlias = Mapping[str, str]
"""One displayed object: its representations by MIME type (bytes in base64)."""


class Words(Protocol):
    """Translates an English phrase of the interface into the lesson's language."""

    def __call__(self, english: str, **values: object) -> str:
        """Return the phrase with its values filled in."""


@dataclass(frozen=True, slots=True)
class OutputPlace:
    """The place of an output: the page, the line and options of its cell, the name of its figure without suffix, its own name among all
    outputs of the lesson, by MIME type what the display said of itself (`outputs.storage.kept_metadata`), and what became of charts.
    """

    path: PurePosixPath
    line: int
    options: CellOptions
    words: Words
    figure: str = "figure"
    name: str = "o1"
    metadata: Mapping[str, Mapping[str, float | str]] = field(default_factory=dict)
    charts: ChartOutcomes = field(default_factory=dict)

    def warning(self, code: str, message: str, hint: str) -> Problem:
        """Return a problem at the cell's line; under ``--strict`` it is an error."""
        return Problem(code, message, Location(self.path, self.line), hint, Severity.WARNING)

    def at_rest(self, mime: str) -> tuple[Problem, ...]:
        """Return problems that name the controls of a widget, shown with the value that they had, and widgets that a page lacks."""
        about = self.metadata.get(mime, {})
        found = []
        if controls := about.get("controls"):
            message = f"controls are shown with the value that they had when the cell ran: {controls}"
            found.append(self.warning("LS316", message, "readers cannot use them: show each value that matters"))
        if missing := about.get("missing"):
            message = f"pages cannot show these widgets, only their names: {missing}"
            found.append(self.warning("LS312", message, "display a picture of what they show, a table or a link"))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture that a cell made: its address in the site and its bytes."""

    target: PurePosixPath
    data: bytes


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a page shows of an output, the file that it needs, and the problem, if any."""

    nodes: tuple[Node, ...] = ()
    figures: tuple[Figure, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class OutputType:
    """A MIME type that pages show.

    ``render`` makes its nodes. ``plain`` is the text by which two runs are compared. ``inline`` makes the nodes for use in a
    sentence; None if the type cannot. ``lost`` describes what of it a page does not show.
    """

    mime: str
    render: Callable[[Bundle, OutputPlace], Rendered]
    plain: Callable[[Bundle], str]
    inline: Callable[[str], tuple[Node, ...]] | None = None
    lost: str = "nothing"
    picture: bool = False
