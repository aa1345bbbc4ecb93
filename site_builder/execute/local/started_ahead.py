"""Processes that were started before the lesson was read, in case its cells run."""

from __future__ import annotations

from dataclasses import dataclass

from site_builder.execute.local.knitr.server_start import RProcess
from site_builder.execute.local.server_process import ServerProcess


@dataclass(frozen=True, slots=True)
class StartedAhead:
    """A fork server of this machine's Python, and one of its R."""

    python: ServerProcess | None = None
    knitr: RProcess | None = None

    def drop(self) -> None:
        """Kill what is not used; a second call does nothing."""
        for process in (self.python, self.knitr):
            if process is not None:
                process.drop()
