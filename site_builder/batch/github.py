"""GitHub: a workflow that runs tasks as a matrix, wave after wave where tasks wait for others, and puts the records together."""

from __future__ import annotations

import json
from collections.abc import Sequence

from site_builder.batch.asking import minutes_of, preparation_of
from site_builder.batch.model import Task
from site_builder.batch.slurm import depth
from site_builder.settings.batch import BatchSettings

HEAD = """\
# Episodes of this lesson as jobs, written by `lesson batch --github`: write it again when episodes are added. Started by hand.
# `gh run download` gets the artifact `records`; `lesson records merge` takes it.
name: Batch
on:
  workflow_dispatch:

permissions: {}

concurrency:
  group: ${{ github.workflow }}
  cancel-in-progress: false

jobs:
"""

WAVE = """\
  wave-{number}:
    name: Wave {number}, task ${{{{ matrix.task }}}}
    runs-on: ${{{{ matrix.runner }}}}
    timeout-minutes: {minutes}
{needs}    permissions:
      contents: read # the lesson is checked out
    strategy:
      fail-fast: false
      matrix:
        include: {include}
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
        with:
          persist-credentials: false
      - uses: actions/setup-python@e797f83bcb11b83ae66e0230d6156d7c80228e7c # v6.0.0
        with:
          python-version: "3.13"
      - uses: prefix-dev/setup-pixi@f00437f565399d418b0acc85936d12c1fb668347 # v0.10.1
        if: hashFiles('pixi.lock') != ''
        with:
          pixi-version: v0.77.0
          run-install: false
          cache: false
      - name: Install the builder that lesson-requirements.txt pins
        run: |
          python -m venv "$RUNNER_TEMP/builder"
          "$RUNNER_TEMP/builder/bin/python" -m pip install --quiet --no-deps --require-hashes -r lesson-requirements.txt
          echo "$RUNNER_TEMP/builder/bin" >> "$GITHUB_PATH"
{download}      - name: Run the task's episodes
        env:
          EPISODES: ${{{{ matrix.episodes }}}}
        run: |
{setup}          mapfile -t arguments < <(jq -r '.[]' <<< "$EPISODES")
          lesson run "${{arguments[@]}}" --records records
      - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
        if: ${{{{ !cancelled() }}}}
        with:
          name: records-${{{{ matrix.task }}}}
          path: records
          include-hidden-files: true
          retention-days: 14
"""

DOWNLOAD = """\
      - uses: actions/download-artifact@634f93cb2916e3fdff6788551b99b062d0335ce0 # v5.0.0
        with:
          pattern: records-*
          path: records
          merge-multiple: true
"""

END = """\
  records:
    name: Records
    if: ${{{{ !cancelled() }}}}
    needs: [{needs}]
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {{}}
    steps:
      - uses: actions/download-artifact@634f93cb2916e3fdff6788551b99b062d0335ce0 # v5.0.0
        with:
          pattern: records-*
          path: records
          merge-multiple: true
      - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
        with:
          name: records
          path: records
          retention-days: 14
"""

RUNNER = "ubuntu-latest"
GPU_RUNNER = "${{ vars.LESSON_GPU_RUNNER }}"
"""The repository's variable with the label of its runners with a GPU; `gpu` of the settings names the label itself."""

LONGEST = 360
"""Minutes that a job may take on GitHub's own runners."""


def workflow(tasks: Sequence[Task], settings: BatchSettings) -> str:
    """Return the text of a workflow that runs the tasks."""
    waves: dict[int, list[Task]] = {}
    for task in tasks:
        waves.setdefault(depth(task, tasks), []).append(task)
    parts = [_wave(number, waves[number], settings) for number in sorted(waves)]
    needs = ", ".join(f"wave-{number + 1}" for number in sorted(waves))
    return "".join([HEAD, *parts, END.format(needs=needs)])


def _wave(number: int, tasks: Sequence[Task], settings: BatchSettings) -> str:
    labels = settings.gpu if settings.gpu not in ("", "any") else GPU_RUNNER
    rows = [
        {
            "task": task.number,
            "runner": labels if task.gpu else RUNNER,
            "episodes": json.dumps([*task.episodes, *(part for name in task.reads for part in ("--reads", name))]),
        }
        for task in tasks
    ]
    include = "".join(f"\n          - {json.dumps(row)}" for row in rows)
    return WAVE.format(
        number=number + 1,
        minutes=max((minutes_of(task, settings) or LONGEST for task in tasks), default=LONGEST),
        needs=f"    needs: wave-{number}\n" if number else "",
        include=include,
        download=DOWNLOAD if number else "",
        setup="".join(f"          {line}\n" for line in preparation_of(settings)),
    )
