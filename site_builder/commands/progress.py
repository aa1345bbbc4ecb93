"""How an installation goes on: a line that changes on a terminal's standard error; elsewhere a line now and then, or none."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from site_builder.commands.console import Console
    from site_builder.environments.installation.outstanding import Outstanding


EVERY = 30.0
"""Seconds between two lines where standard error is no terminal."""


class PixiProgress:
    """Says that Pixi installs an environment, which can take minutes, and how far it is."""

    def __init__(self, console: Console) -> None:
        """Print on a console; nothing where that is quiet."""
        self._console = console
        self._live = not console.quiet and sys.stderr.isatty()
        self._environment, self._total, self._next = "", 0, EVERY

    def begins(self, environment: str, outstanding: Outstanding) -> None:
        """Print what there is to do: packages, how many are in the cache, and bytes to download."""
        from site_builder.environments.installation.outstanding import megabytes

        self._environment, self._total, self._next = environment, len(outstanding.packages), EVERY
        cached = f", {outstanding.cached} of them in the cache" if outstanding.cached else ""
        load = f", {megabytes(outstanding.size)} to download" if outstanding.size else ""
        count = f"{self._total} package{'' if self._total == 1 else 's'}"
        self._console.tell(f"installing environment {environment} with Pixi: {count}{cached}{load}")

    def goes_on(self, installed: int, seconds: float) -> None:
        """Print how far it is: over the same line on a terminal, else every half minute."""
        words = f"{installed} of {self._total} packages of {self._environment} installed, {seconds:.0f} s"
        if self._live:
            print(f"\r{words}\x1b[K", end="", file=sys.stderr, flush=True)
        elif seconds >= self._next:
            self._next += EVERY
            self._console.tell(words)

    def ends(self, seconds: float, *, whole: bool) -> None:
        """Print how long it took; a failure is told by whoever asked for the environment."""
        if self._live:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
        if whole:
            self._console.tell(f"installed environment {self._environment} in {seconds:.0f} s")


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
