"""What turns a staged folder into a site."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from site_builder.problems import Report
from site_builder.weave.stage import StagedSite


class Rendering(Protocol):
    """A view that is being rendered."""

    def result(self) -> list[str]:
        """Wait until it is done and return what the engine complained about.

        Raises:
            MachineError: the engine failed.
        """
        ...


class Renderer(Protocol):
    """A site engine."""

    name: str

    def begin(self, folder: Path, target: Path) -> Rendering:
        """Begin to render one staged view (a folder with ``mkdocs.yml``) into ``target``, while the caller goes on."""
        ...

    def report(self, messages: Iterable[str]) -> Report:
        """Return what the engine complained about as problems."""
        ...

    def render(self, staged: StagedSite, output: Path) -> Report:
        """Build the site into an empty folder and return what the engine complained about.

        Raises:
            MachineError: the engine failed.
        """
        ...
