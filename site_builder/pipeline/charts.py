"""The figures of Plotly and Vega that cells gave; what a lesson without any does not need is not imported for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from site_builder.outputs.charts import specification
from site_builder.outputs.htmlwidgets import widgets_in
from site_builder.pipeline.model import OnProgress
from site_builder.pipeline.plan import PlannedLesson
from site_builder.records.knitted import markdown_of, results_of
from site_builder.records.model import Display
from site_builder.weave.outputs import NO_CHARTS

if TYPE_CHECKING:
    from site_builder.diagrams.charts import Specification
    from site_builder.diagrams.model import ChartOutcomes


def figures_of(planned: PlannedLesson) -> tuple[Specification, ...]:
    """Return the figures that a lesson's pages show, each once."""
    return tuple({figure.key: figure for figure in _figures(planned)}.values())


def _figures(planned: PlannedLesson) -> Iterator[Specification]:
    for episode in planned.episodes:
        for cell in episode.record.cells if episode.record else ():
            for output in results_of(cell):
                if isinstance(output, Display) and (figure := specification(output.data)) is not None:
                    yield figure
            if cell.pieces:
                yield from (widget.figure for widget in widgets_in(markdown_of(cell)) if widget.figure is not None)


def known_charts(planned: PlannedLesson) -> ChartOutcomes:
    """Return what is known of a lesson's figures without drawing any (`site_builder.pipeline.chart`)."""
    figures = figures_of(planned)
    if not figures:
        return NO_CHARTS
    from site_builder.pipeline.chart import known

    return known(planned.lesson.root, figures)


def drawn_charts(planned: PlannedLesson, tell: OnProgress, *, again: bool = False) -> ChartOutcomes:
    """Return what became of each of a lesson's figures (`site_builder.pipeline.chart`).

    Raises:
        MachineError: a picture cannot be written.
    """
    figures = figures_of(planned)
    if not figures:
        return NO_CHARTS
    from site_builder.pipeline.chart import drawn

    return drawn(planned.lesson.root, figures, tell, again=again)
