"""What this machine has of what building a lesson can use: found, absent and not needed, or a problem with a hint."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import re
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from site_builder import browser, processes
from site_builder.environments import capabilities, machine, r
from site_builder.environments.additions import adding
from site_builder.environments.capabilities import PIXI_FLOOR, PIXI_OLDEST, PIXI_TESTED, read_version

NEEDED_PYTHON = (3, 11)
NEEDED_BYTES = 200_000_000
"""Free space below which a build is not started: staging and rendering keep a second copy of the site for a moment."""

PROBE_SECONDS = 20.0


class State(Enum):
    """The state of a finding: present, absent and not needed, or a problem for a build."""

    OK = "ok"
    ABSENT = "absent"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked: its name, its state, what was found, and a hint if there is something to do."""

    name: str
    state: State
    message: str
    hint: str = ""


def machine_findings(folder: Path) -> tuple[Finding, ...]:
    """Check the machine for a build in ``folder``, several things at once: some programs take seconds to answer."""
    here = (
        lambda: disk(folder),
        lambda: package("MkDocs", "mkdocs"),
        lambda: package("Theme", "mkdocs-material"),
        secrets,
        formulas,
        diagrams,
    )
    probes = (python, pixi, kernels, own_r, knitr, *here, git, gpu, docker, apptainer, slurm, htcondor)
    with ThreadPoolExecutor(len(probes)) as pool:
        return tuple(pool.map(lambda probe: probe(), probes))


def python() -> Finding:
    """Check the interpreter that runs the builder."""
    text = f"{platform.python_version()} at {sys.executable}"
    if sys.version_info < NEEDED_PYTHON:
        return Finding("Python", State.PROBLEM, text, "install Python 3.11 or newer")
    return Finding("Python", State.OK, text)


def pixi() -> Finding:
    """Check Pixi and its version."""
    program = shutil.which("pixi")
    if program is None:
        hint = "install Pixi, or install environments with `lesson environment install NAME`"
        return Finding("Pixi", State.ABSENT, "not on PATH: cells run in installed environments or in this Python", hint)
    found = read_version(processes.run((program, "--version"), timeout=PROBE_SECONDS))
    if found is None:
        return Finding("Pixi", State.PROBLEM, f"{program} prints no version", f"install Pixi {PIXI_OLDEST} or newer")
    text = f"{'.'.join(map(str, found))} at {program}"
    if found < PIXI_FLOOR:
        return Finding("Pixi", State.PROBLEM, f"{text} is too old", "run `pixi self-update`")
    newer = f"; newer than {'.'.join(map(str, PIXI_TESTED))}, the last release that this builder was tried with"
    return Finding("Pixi", State.OK, text + (newer if found > PIXI_TESTED else ""))


def kernels() -> Finding:
    """Check what runs cells on the host: ipykernel and bash."""
    lacking = [] if importlib.util.find_spec("ipykernel") else ["ipykernel"]
    lacking += [] if shutil.which("bash") else ["bash"]
    if lacking:
        hint = (
            "bash cells need a bash on PATH" if lacking == ["bash"] else f"locked environments have their own; run `{adding('ipykernel')}`"
        )
        return Finding("Kernels", State.PROBLEM, f"this Python cannot run cells of every language: it lacks {', '.join(lacking)}", hint)
    return Finding("Kernels", State.OK, f"ipykernel {importlib.metadata.version('ipykernel')} and bash")


def own_r() -> Finding:
    """Check the R of this machine, which runs R Markdown and cells of R outside locked environments."""
    found = r.installation()
    if found is None:
        hint = "install R (https://www.r-project.org), or add `r-base` to the environments of a lesson in R Markdown"
        return Finding("R", State.ABSENT, "no Rscript on PATH that starts", hint)
    return Finding("R", State.OK, f"{found.version} at {found.program}; packages in {', '.join(map(str, found.libraries))}")


def knitr() -> Finding:
    """Check the package that runs R Markdown."""
    version, floor = r.installed_version("knitr"), ".".join(map(str, r.OLDEST_KNITR))
    if not version:
        return Finding("knitr", State.ABSENT, "R Markdown is shown but not run on this machine", r.installing(("knitr",)))
    if tuple(int(part) for part in re.findall(r"\d+", version)[:2]) < r.OLDEST_KNITR:
        return Finding(
            "knitr", State.ABSENT, f"{version} is too old to run R Markdown: {floor} or newer is needed", r.installing(("knitr",))
        )
    return Finding("knitr", State.OK, version)


def disk(folder: Path) -> Finding:
    """Check the free space where the lesson is."""
    free = shutil.disk_usage(folder).free
    text = f"{free / 1e9:.1f} GB free"
    if free < NEEDED_BYTES:
        return Finding("Disk", State.PROBLEM, text, f"free at least {NEEDED_BYTES / 1e6:.0f} MB")
    if not os.access(folder, os.W_OK):
        return Finding("Disk", State.PROBLEM, f"{folder} cannot be written", "change its permissions, or build with --output")
    return Finding("Disk", State.OK, text)


def package(name: str, distribution: str) -> Finding:
    """Check a package that the builder imports to render."""
    try:
        return Finding(name, State.OK, f"{distribution} {importlib.metadata.version(distribution)}")
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, State.PROBLEM, f"{distribution} is not installed", f"run `{adding(distribution)}`")


def secrets() -> Finding:
    """Check the package that knows what secrets look like: pip and uv install it with the builder, a Pixi environment may lack it."""
    found = package("Secrets", "detect-secrets")
    lost = "; outputs cannot be searched for passwords and tokens, so nothing runs, and nothing with outputs is published"
    return found if found.state is State.OK else replace(found, message=found.message + lost)


def formulas() -> Finding:
    """Check the package that typesets formulas: pip and uv install it with the builder, a Pixi environment may lack it."""
    try:
        return Finding("Formulas", State.OK, f"latex2mathml {importlib.metadata.version('latex2mathml')}")
    except importlib.metadata.PackageNotFoundError:
        without = "latex2mathml is not installed: formulas are shown as written"
        return Finding("Formulas", State.ABSENT, without, f"run `{adding('latex2mathml')}`")


def diagrams() -> Finding:
    """Check for a browser that draws Mermaid diagrams and prints."""
    program = browser.find_browser()
    if program is not None:
        return Finding("Diagrams", State.OK, f"drawn with {program}")
    without = "a diagram without a kept drawing is shown as its source"
    return Finding("Diagrams", State.ABSENT, f"{browser.why_none()}: {without}", browser.TO_INSTALL)


def git() -> Finding:
    """Check Git, which dates pages and names the commit of a record."""
    hint = "without Git pages have no dates and records no commit"
    return _program("Git", ("git", "--version"), hint)


def gpu() -> Finding:
    """Check for an NVIDIA GPU: its driver must answer, variables do not count."""
    found = machine.gpu()
    if found is None:
        hint = "cells that require cuda show the committed records, or are skipped"
        return Finding("GPU", State.ABSENT, "no NVIDIA driver answers", hint)
    return Finding("GPU", State.OK, f"{found.name}, driver {found.driver}, supports CUDA {found.cuda or 'of an unknown version'}")


def docker() -> Finding:
    """Check for a Docker engine that answers."""
    if shutil.which("docker") is None:
        return Finding("Docker", State.ABSENT, "not on PATH")
    if capabilities.available("docker"):
        return Finding("Docker", State.OK, "its engine answers")
    return Finding("Docker", State.ABSENT, "the command is installed, but no engine answers", "start the engine to run container cells")


def apptainer() -> Finding:
    """Check for Apptainer."""
    return _program("Apptainer", ("apptainer", "--version"))


def slurm() -> Finding:
    """Check for the client of a Slurm cluster."""
    return _program("Slurm", ("sinfo", "--version"))


def htcondor() -> Finding:
    """Check for the client of an HTCondor pool."""
    return _program("HTCondor", ("condor_version",))


def _program(name: str, command: tuple[str, ...], hint: str = "") -> Finding:
    if shutil.which(command[0]) is None:
        return Finding(name, State.ABSENT, "not on PATH", hint)
    done = processes.run(command, timeout=PROBE_SECONDS)
    said = (done.output.strip() or done.errors.strip()).splitlines()
    if done.status or not said:
        return Finding(name, State.ABSENT, f"`{' '.join(command)}` fails: {said[-1] if said else 'it printed nothing'}", hint)
    number = re.search(r"\d+(\.\d+)+", said[0])
    return Finding(name, State.OK, number[0] if number else said[0])
