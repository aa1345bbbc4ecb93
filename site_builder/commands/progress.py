"""Progress on a terminal's standard error; silent elsewhere."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class InstallationProgress:
    """Shows how many packages are in their places and how many bytes have arrived; a context manager."""

    def __init__(self, *, quiet: bool = False) -> None:
        """Show nothing where that is asked for, or where standard error is no terminal."""
        self._progress: Progress | None = None
        self._packages: TaskID | None = None
        self._bytes = 0
        if not quiet and sys.stderr.isatty():
            self._progress = _display()

    def __enter__(self) -> InstallationProgress:
        """Begin to show."""
        if self._progress is not None:
            self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        """Leave what was shown last on the terminal."""
        if self._progress is not None:
            self._progress.stop()

    def started(self, packages: int) -> None:
        """So many packages are to be fetched and linked."""
        self._bytes = 0
        if self._progress is not None:
            self._packages = self._progress.add_task("packages", total=packages, received="")

    def received(self, count: int) -> None:
        """So many more bytes have arrived."""
        self._bytes += count
        if self._progress is not None and self._packages is not None:
            self._progress.update(self._packages, received=f"{self._bytes / 1e6:.1f} MB")

    def linked(self) -> None:
        """One more package is in its place."""
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
