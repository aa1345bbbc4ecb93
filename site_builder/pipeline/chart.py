"""Draw the figures that no kept picture shows: Plotly's in one go by a browser, Vega's by vl-convert."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from site_builder import browser, files
from site_builder.diagrams.chart_store import ChartStore
from site_builder.diagrams.charts import Library, Specification, fault_of
from site_builder.diagrams.model import Chart, ChartOutcome, Undrawn
from site_builder.diagrams.plotly_drawing import draw_figures
from site_builder.diagrams.vega_drawing import INSTALL, can_draw, draw_vega
from site_builder.lesson.root import WORK
from site_builder.pipeline.model import STAGE, OnProgress


def known(root: Path, figures: Sequence[Specification]) -> dict[str, ChartOutcome]:
    """Return what is known of these figures without drawing any; those that a build here would draw count as drawn."""
    found = _kept(root, figures)
    return {figure.key: found.get(figure.key) or fault_of(figure) or _unable(figure) or PENDING for figure in figures}


PENDING = Chart(b"", "svg", 1, 1)
"""Stands for a picture that a build would draw."""


def drawn(root: Path, figures: Sequence[Specification], tell: OnProgress, *, again: bool = False) -> dict[str, ChartOutcome]:
    """Return what became of each figure; those that are not kept are drawn and kept. No browser starts for none.

    A figure's fault is not kept, since it is found without a browser or is rare; ``again`` draws all anew.

    Raises:
        MachineError: a picture cannot be written.
    """
    found = {} if again else _kept(root, figures)
    found |= {figure.key: fault for figure in figures if figure.key not in found and (fault := fault_of(figure))}
    wanted = [figure for figure in figures if figure.key not in found]
    able = [figure for figure in wanted if _unable(figure) is None]
    found |= {figure.key: reason for figure in wanted if (reason := _unable(figure))}
    if able:
        tell(f"drawing {len(able)} figure{'' if len(able) == 1 else 's'}")
        made = _draw(root, able)
        store = ChartStore(root)
        for key, outcome in made.items():
            if isinstance(outcome, Chart):
                store.save(key, outcome)
        found |= made
    return found


def _draw(root: Path, figures: Sequence[Specification]) -> dict[str, ChartOutcome]:
    found: dict[str, ChartOutcome] = {figure.key: draw_vega(figure) for figure in figures if figure.library is Library.VEGA}
    plotly = [figure for figure in figures if figure.library is Library.PLOTLY]
    program = browser.find_browser()
    if plotly and program is not None:
        with files.temporary_folder(root / WORK, STAGE) as folder:
            outcomes = draw_figures(plotly, program, folder)
        found |= {figure.key: outcome for figure, outcome in zip(plotly, outcomes, strict=True)}
    return found


def _kept(root: Path, figures: Sequence[Specification]) -> dict[str, ChartOutcome]:
    store = ChartStore(root)
    return {figure.key: chart for figure in figures if (chart := store.find(figure.key)) is not None}


def _unable(figure: Specification) -> Undrawn | None:
    if figure.library is Library.VEGA:
        return None if can_draw() else INSTALL
    return None if browser.find_browser() else Undrawn(browser.why_none(), browser.TO_INSTALL)
