"""Progress on a terminal's standard error; silent elsewhere."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class InstallationProgress:
    """Shows how many packages are installed and how many bytes have arrived; a context manager."""

    def __init__(self, *, quiet: bool = False) -> None:
        """Show nothing if ``quiet``, or if standard error is not a terminal."""
        self._progress: Progress | None = None
        self._packages: TaskID | None = None
        self._bytes = 0
        if not quiet and sys.stderr.isatty():
            self._progress = _display()

    def __enter__(self) -> InstallationProgress:
        """Start the display."""
        if self._progress is not None:
            self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        """Leave the last state on the terminal."""
        if self._progress is not None:
            self._progress.stop()

    def started(self, packages: int) -> None:
        """Set the number of packages to fetch and link."""
        self._bytes = 0
        if self._progress is not None:
            self._packages = self._progress.add_task("packages", total=packages, received="")

    def received(self, count: int) -> None:
        """Add bytes that have arrived."""
        self._bytes += count
        if self._progress is not None and self._packages is not None:
            self._progress.update(self._packages, received=f"{self._bytes / 1e6:.1f} MB")

    def linked(self) -> None:
        """Count one more installed package."""
        if self._progress is not None and self._packages is not None:
            self._progress.advance(self._packages)


def _display() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[received]}"),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=Console(stderr=True))
