"""Save, merge and prune the drawings of a lesson's diagrams, as records are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from site_builder.diagrams.chart_store import ChartStore
from site_builder.diagrams.source import key
from site_builder.diagrams.store import COMMITTED, LOCAL, DrawingStore
from site_builder.pipeline.charts import figures_of
from site_builder.pipeline.diagrams import sources_of
from site_builder.pipeline.plan import PlannedLesson
from site_builder.pipeline.weave import outputs_woven
from site_builder.plan.choosing import Arrival
from site_builder.problems import Location, Problem, Severity

ENDING = ".svg"
"""Suffix of the files that drawings are kept in."""


def save_drawings(planned: PlannedLesson) -> tuple[PurePosixPath, ...]:
    """Copy the drawings that a lesson's pages show to ``records/diagrams/``, remove those of diagrams that are gone, return what changed.

    The pictures of figures (Plotly, Vega) are copied to ``records/charts/``.

    Raises:
        MachineError: the folder cannot be written.
    """
    charts = ChartStore(planned.lesson.root).commit(figure.key for figure in figures_of(planned))
    keys, store = _keys(planned), DrawingStore(planned.lesson.root)
    if not keys:
        return charts
    from site_builder.diagrams.drawing import made_by

    gone = store.unused(keys, COMMITTED)
    saved = store.commit(keys, made_by())
    for path in gone:
        store.remove(path)
    return (*charts, *saved, *gone)


def merge_drawing(root: Path, source: Path) -> tuple[Path, PurePosixPath, Arrival] | Problem:
    """Copy one drawing that was made on another machine to ``records/diagrams/``; a file that does not verify is a problem.

    Raises:
        MachineError: the folder cannot be written.
    """
    from site_builder.diagrams.drawing import made_by

    taken = DrawingStore(root).take(source, made_by())
    if taken is None:
        hint = "it was not merged; copy it again from the machine that made it"
        place = Location(PurePosixPath(source.as_posix()))
        return Problem("LS505", "the file is no drawing of a diagram, or was changed", place, hint, Severity.WARNING)
    return source, taken[0], Arrival(taken[1])


def unused_drawings(planned: PlannedLesson, folders: Iterable[PurePosixPath]) -> Iterator[PurePosixPath]:
    """Yield the drawings in these folders (of `LOCAL`, `COMMITTED`) whose diagrams are on no page any more."""
    keys, store = _keys(planned), DrawingStore(planned.lesson.root)
    for folder in folders:
        yield from store.unused(keys, folder)


def drawing_folders(*, committed: bool) -> tuple[PurePosixPath, ...]:
    """Return where drawings are kept: on this machine, and with the lesson."""
    return (LOCAL, COMMITTED) if committed else (LOCAL,)


def _keys(planned: PlannedLesson) -> tuple[str, ...]:
    return tuple(key(source) for source in sources_of(outputs_woven(planned).values()))
