"""A job on this machine, with its environment ready and all files that it receives."""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from site_builder.environments import machine, r
from site_builder.environments.base import Activation
from site_builder.environments.capabilities import pixi_release
from site_builder.execute.base import Content, FileReference, Job, RunContext
from site_builder.execute.local.granted import job
from site_builder.markdown.tree import Cell
from site_builder.settings.cell import PIXI


@dataclass(frozen=True, slots=True)
class Assignment:
    """What this machine needs to run a job; files of the ``lesson`` folder that cells open are noted, if there is one.

    ``advanced`` hears after each cell how many are done.
    """

    job: Job
    activation: Activation
    content: Content
    lesson: Path | None = None
    received: tuple[FileReference, ...] = ()
    advanced: Callable[[int], None] = field(default=lambda count: None, compare=False)

    @property
    def surroundings(self) -> RunContext:
        """Where the job runs, for its record."""
        used = self.activation
        packages = r.own_packages(used.packages.environment) if self.job.knit and not used.locked and not used.image else used.packages
        own = used.version or ("" if self.job.knit or used.image else platform.python_version())
        python = next((package.version for package in packages.packages if package.name == "python"), own)
        asked = any(isinstance(cell, Cell) and PIXI in cell.options.requires for cell in self.job.cells)
        pixi = pixi_release() if asked or used.provider == "pixi" else ""
        return RunContext(used.provider, packages, used.locked, python, machine.description(), machine.gpu(), pixi, job())
