"""Environment variables around an environment: what is taken away before it is activated, and how two of them differ."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

DROPPED = frozenset(
    [
        "PIXI_IN_SHELL",
        "PIXI_PROMPT",
        "PIXI_EXE",
        "PIXI_FROZEN",
        "PIXI_LOCKED",
        "PIXI_NO_INSTALL",
        "CONDA_PREFIX",
        "CONDA_DEFAULT_ENV",
        "CONDA_SHLVL",
        "CONDA_PROMPT_MODIFIER",
        "VIRTUAL_ENV",
        "PYTHONPATH",
        "PYTHONHOME",
        "FORCE_COLOR",
        "NO_COLOR",
    ]
)
DROPPED_PREFIXES = ("PIXI_PROJECT_", "PIXI_ENVIRONMENT_", "CONDA_ENV_SHLVL_")

OF_THE_SHELL = frozenset(("_", "SHLVL", "PWD", "OLDPWD"))
"""What every shell sets for itself."""


def scrubbed(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables to activate an environment with: nothing of one that was activated before is left (pixi-contract 2.2)."""
    kept = {name: value for name, value in variables.items() if name not in DROPPED and not name.startswith(DROPPED_PREFIXES)}
    outer = [Path(variables[name]) for name in ("CONDA_PREFIX", "VIRTUAL_ENV") if variables.get(name)]
    unwanted = {str(prefix / part) for prefix in outer for part in ("bin", "Scripts", "Library/bin")} | {str(p) for p in outer}
    folders = [folder for folder in kept.get("PATH", "").split(os.pathsep) if folder and folder not in unwanted]
    return kept | {"PATH": os.pathsep.join(folders)}


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that are new or have another value, without those that a shell sets for itself."""
    return {name: value for name, value in after.items() if before.get(name) != value and name not in OF_THE_SHELL}
