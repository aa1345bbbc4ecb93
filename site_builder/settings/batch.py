"""The block ``batch``: what a scheduler is asked for when episodes are sent to a cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from site_builder.settings.forms import COUNT, LINES, MEMORY, TEXT
from site_builder.settings.keys import Key
from site_builder.settings.times import SPAN


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """What a scheduler is asked for; what is empty or None is left to the site's defaults. ``memory`` is in MiB, times in minutes."""

    partition: Annotated[str, Key(TEXT, "Partition of Slurm.")] = ""
    account: Annotated[str, Key(TEXT, "Account that is charged: Slurm's `--account`, HTCondor's accounting group.")] = ""
    constraint: Annotated[str, Key(TEXT, "Features of the nodes, as Slurm writes them, or a requirement of HTCondor.")] = ""
    cpus: Annotated[int, Key(COUNT, "Cores of a job, and with them the episodes that run at once in it.")] = 1
    memory: Annotated[int | None, Key(MEMORY, "Memory of a job: `4G`, `900M`.", default="the site's default")] = None
    time: Annotated[
        int | None,
        Key(SPAN, "Time limit of a job, in minutes, or as `HH:MM`.", default="three times what its episodes took, if all have run before"),
    ] = None
    minutes: Annotated[int, Key(COUNT, "Minutes of expected work that share one job: short episodes go together.")] = 10
    gpu: Annotated[str, Key(TEXT, "Type of GPU for episodes that use one, as the site names it: `a100`; `any` for whichever there is.")] = (
        ""
    )
    gpu_partition: Annotated[
        str, Key(TEXT, "Partition of Slurm for episodes that use a GPU.", name="gpu-partition", default="`partition`")
    ] = ""
    container: Annotated[
        str, Key(TEXT, "Image that has the builder, in which jobs run: a `.sif` file or `docker://` address; Apptainer runs it.")
    ] = ""
    modules: Annotated[tuple[str, ...], Key(LINES, "Modules to load first: `[apptainer, cuda/12]`.")] = ()
    setup: Annotated[tuple[str, ...], Key(LINES, "Lines of shell before the episodes, such as the one that puts `lesson` on `PATH`.")] = ()
    options: Annotated[
        tuple[str, ...], Key(LINES, "Further options of the scheduler as it writes them: `[--qos=short]`, `['+Site = \"here\"']`.")
    ] = ()
