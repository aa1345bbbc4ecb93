"""The block ``execution``: how cells run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated

from site_builder.settings.forms import COUNT, FOLDER, MODULES, VARIABLES
from site_builder.settings.keys import Key
from site_builder.settings.times import SECONDS


@dataclass(frozen=True, slots=True)
class ExecutionSettings:
    """How cells run: limits of time, output and processes, and the variables that they see.

    None means the default of `site_builder.execute.base.Limits`. ``preload`` names, by environment, the modules that its fork server
    imports once for all episodes; without an entry, they are determined from the imports of the cells.
    """

    timeout: Annotated[float | None, Key(SECONDS, "Time limit, in seconds, of a cell that does not set `timeout`.", default="120")] = None
    episode_timeout: Annotated[
        float | None, Key(SECONDS, "Time limit, in seconds, of all cells of an episode together.", name="episode-timeout", default="3600")
    ] = None
    processes: Annotated[int | None, Key(COUNT, "Maximum number of processes that may run at once under one kernel.", default="256")] = None
    output_bytes: Annotated[
        int | None,
        Key(
            COUNT,
            "Maximum size, in bytes, of the text that one cell shows; the rest is cut, and the page says so.",
            name="output-bytes",
            default="1000000",
        ),
    ] = None
    picture_bytes: Annotated[
        int | None,
        Key(
            COUNT,
            "Maximum size, in bytes of base64, of one picture; a larger one is left out, and the page says so.",
            name="picture-bytes",
            default="5000000",
        ),
    ] = None
    data_bytes: Annotated[
        int | None,
        Key(
            COUNT,
            "Maximum size, in bytes, of one file that `data` names; a larger one is not fetched.",
            name="data-bytes",
            default="2000000000",
        ),
    ] = None
    variables: Annotated[
        Mapping[str, str],
        Key(
            VARIABLES,
            'Environment variables that cells see, in every environment: `OMP_NUM_THREADS: "1"`. They are part of the key.',
            default="none but those that activation sets",
        ),
    ] = field(default_factory=lambda: MappingProxyType({}))
    working_folder: Annotated[
        str,
        Key(
            FOLDER,
            "Folder, relative to `episodes/`, in which the cells of every episode begin: `data`.",
            name="working-folder",
            default="`episodes/`",
        ),
    ] = ""
    preload: Annotated[
        Mapping[str, tuple[str, ...]],
        Key(
            MODULES,
            "Modules that are imported before a kernel starts, by environment: `default: [numpy, matplotlib.pyplot]`.",
            default="the modules that the cells import",
        ),
    ] = field(default_factory=lambda: MappingProxyType({}))
