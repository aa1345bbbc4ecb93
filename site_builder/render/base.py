"""What turns a staged folder into a site."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from site_builder.problems import Report
from site_builder.weave.stage import StagedSite


class Renderer(Protocol):
    """A site engine."""

    name: str

    def render(self, staged: StagedSite, output: Path) -> Report:
        """Build the site into an empty folder and return what the engine complained about.

        Raises:
            MachineError: the engine failed.
        """
        ...
