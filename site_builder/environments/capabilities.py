"""What this machine can do, named by ``requires:``; the thing is tested, not its command (curriculum 2.1)."""

from __future__ import annotations

import functools
import importlib.util
import shutil
from collections.abc import Callable, Iterable

from site_builder import processes
from site_builder.environments import machine


def _answers(*arguments: str) -> bool:
    return shutil.which(arguments[0]) is not None and processes.run(arguments, timeout=20).status == 0


def _docker_engine() -> bool:
    """Ask the engine for its version: some clients exit with 0 and an empty answer where no engine runs."""
    done = processes.run(("docker", "info", "--format", "{{.ServerVersion}}"), timeout=20)
    return done.status == 0 and bool(done.output.strip())


PROBES: dict[str, tuple[str, Callable[[], bool]]] = {
    "pixi": ("Pixi", lambda: _answers("pixi", "--version")),
    "cuda": ("an NVIDIA GPU with its driver", lambda: machine.gpu() is not None),
    "docker": ("a running Docker engine", _docker_engine),
    "apptainer": ("Apptainer", lambda: _answers("apptainer", "--version")),
    "slurm": ("a Slurm cluster", lambda: _answers("sinfo", "--noheader")),
    "htcondor": ("HTCondor's Python module", lambda: importlib.util.find_spec("htcondor2") is not None),
    "hadolint": ("hadolint", lambda: _answers("hadolint", "--version")),
    "actionlint": ("actionlint", lambda: _answers("actionlint", "-version")),
}
"""Name of a capability -> (what a reader calls it, the test). A client without its engine or cluster does not pass."""


LANGUAGES = frozenset(("python", "bash", "sh"))
"""Languages that cells run in today: Python through ipykernel, and the builder's own shell session."""


def missing_kernel(language: str) -> tuple[str, ...]:
    """Return what a cell's language lacks here, in words, or nothing where it can run."""
    return () if language in LANGUAGES else (f"a kernel for {language}",)


def missing(requires: Iterable[str]) -> tuple[str, ...]:
    """Return the required capabilities that this machine lacks, in the order asked for; unknown names are never there."""
    return tuple(name for name in requires if not available(name))


def describe(names: Iterable[str]) -> str:
    """Return capabilities in a reader's words: ``Pixi and an NVIDIA GPU with its driver``."""
    words = [PROBES[name][0] if name in PROBES else name for name in names]
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


@functools.cache
def available(name: str) -> bool:
    """Tell whether this machine has one capability; tested once in a process."""
    return name in PROBES and PROBES[name][1]()
