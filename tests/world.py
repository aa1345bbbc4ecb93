"""Tests of the world: they need more than what set-up installs, or much time. ``make test-world`` runs them, part by part.

A test belongs to a part by its marker, ``@pytest.mark.world("slurm")``. The part that has waited longest comes first, so that each
has its turn where time is short: with ``--budget MINUTES`` no further part is started once that much has gone by, and what was
left out is named at the end. Without a memory of earlier runs, as in a fresh clone, the day decides who comes first.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Mapping, Sequence

import pytest

PARTS: Mapping[str, str] = {
    "bills": "pixi-sbom and pixi-policy, which need a network",
    "bucket": "s3fs and a server of buckets (moto), which need a network",
    "containers": "dockerd, buildah and Apptainer (a Debian 12 in LESSON_ENGINE_ROOT, one with Apptainer in LESSON_APPTAINER_ROOT)",
    "condor": "a personal pool of HTCondor (a Debian with minihtcondor in LESSON_CONDOR_ROOT)",
    "gallery": "the libraries of the gallery of outputs, which need a network, and a Chromium-based browser",
    "payloads": "a Chromium-based browser and some minutes: texts that try to run a script",
    "pixi": "a real Pixi, which needs conda-forge",
    "r": "R with knitr and its Jupyter kernel (Debian: r-cran-knitr, r-cran-irkernel; the corpus: r-cran-ggplot2, r-cran-dplyr, r-cran-tidyr)",
    "release": "wheel and source distribution, made and used outside this checkout, which needs a network",
    "sequences": "long random sequences",
    "set-up": "set-up from an index that has moved on, and without a network",
    "snakemake": "Snakemake on PATH (pip install snakemake, in an environment of its own)",
    "slurm": "a Slurm of one node (Debian: slurm-wlm, munge)",
}
"""Every part, and what it is or needs."""

MEMORY = "world/last-runs"
"""Where pytest's cache keeps when each part last ran (seconds since 1970)."""


def examples(full: int) -> int:
    """Return how many examples a long random test takes: a tenth, or all of them where ``LESSON_FULL`` is set."""
    return full if os.environ.get("LESSON_FULL") else full // 10


def turn_order(parts: Sequence[str], last_runs: Mapping[str, float], day: int) -> list[str]:
    """Return the parts in the order of their turns: the longest waiting first; those that never ran are ordered by the day."""
    names = sorted(parts)
    start = day % len(names) if names else 0
    rotated = names[start:] + names[:start]
    return sorted(rotated, key=lambda name: last_runs.get(name, 0.0))


class World:
    """Orders the parts, and starts none once the budget is gone."""

    def __init__(self, config: pytest.Config, budget: float | None) -> None:
        self.budget = budget
        self.config = config
        self.begun = time.monotonic()
        self.started: set[str] = set()
        self.left_out: dict[str, int] = {}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the parts one after the other; the time counts from here."""
        self.begun = time.monotonic()
        parts = {part for item in items if (part := part_of(item))}
        order = turn_order(sorted(parts), self._last_runs(), int(time.time() // 86400))
        items.sort(key=lambda item: order.index(part) if (part := part_of(item)) else -1)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Leave the test out where its part has not begun and the time is over."""
        part = part_of(item)
        if part is None or part in self.started:
            return
        if self.budget is not None and time.monotonic() - self.begun >= 60 * self.budget:
            self.left_out[part] = self.left_out.get(part, 0) + 1
            pytest.skip(f"left out, since the {self.budget:g} minutes were over: {PARTS[part]}")
        self.started.add(part)
        cache = getattr(self.config, "cache", None)
        if cache:
            cache.set(MEMORY, {**self._last_runs(), part: time.time()})

    def _last_runs(self) -> dict[str, float]:
        cache = getattr(self.config, "cache", None)  # there is none under `-p no:cacheprovider`
        return cache.get(MEMORY, {}) if cache else {}


def part_of(item: pytest.Item) -> str | None:
    """Return the part of a test, None where it is not of the world.

    Raises:
        pytest.UsageError: the marker names no part that `PARTS` has.
    """
    marker = item.get_closest_marker("world")
    if marker is None:
        return None
    if len(marker.args) != 1 or marker.args[0] not in PARTS:
        raise pytest.UsageError(f"{item.nodeid}: the marker `world` takes one of {', '.join(PARTS)}")
    return str(marker.args[0])


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--budget``."""
    parser.addoption("--budget", type=float, default=None, metavar="MINUTES", help="start no further part of the world after this")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Take part, and fix the seed of random tests where the world is run, so that a failure can be repeated."""
    config.pluginmanager.register(World(config, config.getoption("--budget")), "world-parts")
    if config.option.markexpr == "world" and not getattr(config.option, "hypothesis_seed", "0"):
        config.option.hypothesis_seed = str(secrets.randbelow(2**32))


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say the seed."""
    seed = getattr(config.option, "hypothesis_seed", None)
    return f"random tests: --hypothesis-seed={seed}" if seed else None
