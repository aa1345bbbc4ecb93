"""Snakemake: a rule for all tasks, which adds retries and every scheduler that it has a plugin for.

Source: https://snakemake.readthedocs.io/en/stable/snakefiles/rules.html.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from site_builder.batch.asking import minutes_of
from site_builder.batch.model import Task
from site_builder.settings.batch import BatchSettings

TEMPLATE = '''\
# Episodes of a lesson as jobs, written by `lesson batch`: snakemake --snakefile {file} --directory {folder} --cores 2 --keep-going
import json

TASKS = json.loads("""{tasks}""")


rule all:
    input:
        expand("finished/{{task}}", task=TASKS),


rule task:
    input:
        lambda wildcards: [f"finished/{{number}}" for number in TASKS[wildcards.task]["after"]],
    output:
        touch("finished/{{task}}"),
    log:
        "logs/{{task}}.log",
    threads: {cpus}
    retries: 1
    resources:
        {memory}runtime=lambda wildcards: TASKS[wildcards.task]["minutes"],
        gpu=lambda wildcards: TASKS[wildcards.task]["gpu"],
{partition}    shell:
        "bash job.sh {{wildcards.task}} > {{log}} 2>&1"
'''

DEFAULT_MINUTES = 60
"""The time limit of a task of which nobody knows how long it takes: the rule has to say one."""


def snakefile(tasks: Sequence[Task], settings: BatchSettings, folder: Path) -> str:
    """Return the Snakefile of the tasks; it runs ``job.sh`` beside it."""
    rows = {
        str(task.number): {"after": list(task.after), "minutes": minutes_of(task, settings) or DEFAULT_MINUTES, "gpu": int(task.gpu)}
        for task in tasks
    }
    return TEMPLATE.format(
        file=folder / "Snakefile",
        folder=folder,
        tasks=json.dumps(rows),
        cpus=settings.cpus,
        memory=f"mem_mb={settings.memory},\n        " if settings.memory else "",
        partition=f"        slurm_partition={settings.partition!r},\n" if settings.partition else "",
    )
