"""The exact command that installs what is missing: into the builder's Python, or on a machine for the cells of a language."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

WINDOWS = os.name == "nt"


def adding(package: str, variables: Mapping[str, str] = os.environ) -> str:
    """Return the command that adds a Python package to the environment of the builder.

    In a Pixi environment (``PIXI_ENVIRONMENT_NAME`` is set) the command adds a dependency to its manifest. Elsewhere it is pip, or uv if
    pip is missing.
    """
    if (Path(sys.prefix) / "conda-meta").is_dir() and "PIXI_ENVIRONMENT_NAME" in variables:
        name = variables["PIXI_ENVIRONMENT_NAME"]
        feature = [] if name == "default" else ["--feature", name]
        return _joined(["pixi", "add", *feature, package])
    if importlib.util.find_spec("pip") is not None:
        return _joined([sys.executable, "-m", "pip", "install", package])
    return _joined(["uv", "pip", "install", "--python", sys.executable, package])


def adding_kernel(language: str, *, locked: bool) -> str:
    """Return the command that adds a language's Jupyter kernel, empty if unknown.

    Where environments are ``locked`` that is an entry of the lesson's ``pixi.toml``, else a package of this machine.
    """
    if language == "r":
        if locked:
            return "pixi add r-irkernel"
        if shutil.which("apt-get"):
            return "sudo apt-get install r-cran-irkernel"
        return "Rscript -e 'install.packages(\"IRkernel\"); IRkernel::installspec()'"
    if language == "octave":
        return "pixi add octave_kernel" if locked else adding("octave_kernel")
    return "julia -e 'using Pkg; Pkg.add(\"IJulia\")'" if language == "julia" else ""


def _joined(words: list[str]) -> str:
    return subprocess.list2cmdline(words) if WINDOWS else shlex.join(words)
