"""The block ``execution``: how cells run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated

from site_builder.settings.forms import COUNT, MODULES
from site_builder.settings.keys import Key
from site_builder.settings.times import SECONDS


@dataclass(frozen=True, slots=True)
class ExecutionSettings:
    """How cells run: seconds for a cell and for an episode, processes that may live at once below one kernel.

    None takes the default of `site_builder.execute.base.Limits`. ``preload`` names, by environment, the modules that its fork server
    imports once for all episodes; without an entry they are found from what the cells import.
    """

    timeout: Annotated[float | None, Key(SECONDS, "Seconds a cell may take that sets no `timeout` itself.", default="120")] = None
    episode_timeout: Annotated[
        float | None, Key(SECONDS, "Seconds the cells of an episode may take together.", name="episode-timeout", default="3600")
    ] = None
    processes: Annotated[int | None, Key(COUNT, "Processes that may live at once below one kernel.", default="256")] = None
    preload: Annotated[
        Mapping[str, tuple[str, ...]],
        Key(
            MODULES,
            "Modules that kernels find imported already, by environment: `default: [numpy, matplotlib.pyplot]`.",
            default="what the cells import",
        ),
    ] = field(default_factory=lambda: MappingProxyType({}))
