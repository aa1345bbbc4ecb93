"""How a run goes on: a line on a terminal, below what is printed. Elsewhere there is none: each start and end of an episode is printed."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress

    from site_builder.commands.console import Console
    from site_builder.execute.base import Event
    from site_builder.pipeline.model import Expected

CELL_SECONDS = 0.05
"""Seconds that a cell is thought to take whose episode never ran."""


class RunProgress:
    """Shows how many episodes and cells are done, and about how long the rest takes."""

    def __init__(self, console: Console) -> None:
        """Show nothing where the console is quiet, or standard error is no terminal."""
        self._shown = not console.quiet and sys.stderr.isatty()
        self._progress: Progress | None = None
        self._cells: dict[str, int] = {}
        self._done: dict[str, int] = {}
        self._seconds: dict[str, float] = {}
        self._ended: set[str] = set()

    def begins(self, episodes: Mapping[str, Expected]) -> None:
        """Take in what will run; a second run within a command counts on."""
        self._cells |= {name: each.cells for name, each in episodes.items()}
        self._done |= dict.fromkeys(episodes, 0)
        self._seconds |= {name: each.cells * CELL_SECONDS if each.seconds is None else each.seconds for name, each in episodes.items()}
        self._ended -= episodes.keys()
        if self._shown:
            self._progress = _display()
            self._progress.add_task("running", total=max(sum(self._seconds.values()), 0.001), counts=self.counts)
            self._show()
            self._progress.start()

    def hears(self, event: Event) -> None:
        """Count cells and episodes that are done."""
        from site_builder.execute.base import Advanced, Finished

        if isinstance(event, Advanced):
            self._done[event.job.slug] = event.cells
        elif isinstance(event, Finished):
            name = event.result.job.slug
            self._done[name] = self._cells.get(name, 0)
            self._ended.add(name)
        self._show()

    def ends(self) -> None:
        """Take the line away; what was printed above it stays."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    @property
    def counts(self) -> str:
        """The counts in words."""
        cells = f"{sum(self._done.values())} of {sum(self._cells.values())} cells"
        return f"{len(self._ended)} of {len(self._cells)} episodes, {cells}"

    @property
    def completed(self) -> float:
        """The seconds that what is done was expected to take."""
        return sum(
            self._seconds[name] * (1.0 if name in self._ended else min(1.0, self._done[name] / max(1, cells)))
            for name, cells in self._cells.items()
        )

    def _show(self) -> None:
        if self._progress is not None:
            self._progress.update(self._progress.task_ids[0], completed=self.completed, counts=self.counts)


def _display() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    left = TimeRemainingColumn(compact=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[counts]},"), left, TextColumn("left"))
    return Progress(*columns, console=Console(stderr=True), transient=True)
