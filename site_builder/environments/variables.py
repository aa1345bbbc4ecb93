"""Environment variables around an environment: what is removed before activation, and how two sets differ."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from site_builder.environments import machine

WINDOWS = os.name == "nt"

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
BACKUPS = "CONDA_ENV_SHLVL_"
"""What activation remembers of values that it replaced: of the builder's own shell, so no cell gets it."""

DROPPED_PREFIXES = ("PIXI_PROJECT_", "PIXI_ENVIRONMENT_", BACKUPS)

PROGRAMS = ("", "bin", "Scripts", "Library/bin", "Library/usr/bin", "Library/mingw-w64/bin")
"""Folders of an environment that its activation puts on ``PATH``; all but ``bin`` on Windows alone."""

FOR_ACTIVATION = frozenset(
    [
        "HOME",
        "USER",
        "LOGNAME",
        "USERPROFILE",
        "HOMEDRIVE",
        "HOMEPATH",
        "APPDATA",
        "LOCALAPPDATA",
        "PROGRAMDATA",
        "SYSTEMDRIVE",
        "XDG_CONFIG_HOME",
        "XDG_CACHE_HOME",
    ]
)
PREFIXES_FOR_ACTIVATION = ("PIXI_", "RATTLER_", "CONDA_OVERRIDE_")
"""What Pixi and activation scripts need besides the variables that an episode may inherit: folders, Pixi's settings, proxies."""

OF_THE_WORKSPACE = ("PIXI_PROJECT_", "PIXI_IN_SHELL", "PIXI_PROMPT")
"""What activation says of the lesson's workspace: in a cell it would lead `pixi add` to the lesson's own manifest."""

OF_THE_SHELL = frozenset(("_", "SHLVL", "PWD", "OLDPWD"))
"""What every shell sets for itself."""

PLAIN = {"PIXI_NO_WRAP": "1", "PIXI_COLOR": "never"}
"""Messages come on one line each and without colours (https://pixi.prefix.dev/latest/reference/environment_variables/)."""


def scrubbed(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables to activate an environment with: nothing of a previously activated one is left."""
    kept = {name: value for name, value in variables.items() if name not in DROPPED and not name.startswith(DROPPED_PREFIXES)}
    outer = [Path(variables[name]) for name in ("CONDA_PREFIX", "VIRTUAL_ENV") if variables.get(name)]
    unwanted = {prefix / part for prefix in outer for part in PROGRAMS}
    folders = [folder for folder in kept.get("PATH", "").split(os.pathsep) if folder and Path(folder) not in unwanted]
    return kept | {"PATH": os.pathsep.join(folders)}


def for_activation(variables: Mapping[str, str]) -> dict[str, str]:
    """Return those of scrubbed variables that an activation starts from.

    Activation reports only what it changes. A variable that an episode does not inherit must be absent here: if the
    builder already had its final value, it would be missing from both.
    """
    needed = {name: value for name, value in variables.items() if _is_for_activation(name)}
    return machine.allowed_variables(variables) | needed


def _is_for_activation(name: str) -> bool:
    return name in FOR_ACTIVATION or name.startswith(PREFIXES_FOR_ACTIVATION) or name.lower().endswith("_proxy")


def laid_over(inherited: Mapping[str, str], activated: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a process: what it inherits, overridden by what activation set, without its backups and its workspace.

    ``Path`` and ``PATH`` are one on Windows.
    """
    activated = {name: value for name, value in activated.items() if not name.startswith((BACKUPS, *OF_THE_WORKSPACE))}
    if WINDOWS:
        activated = {name.upper(): value for name, value in activated.items()}
    return {**inherited, **activated}


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that are new or changed, without those that a shell sets for itself."""
    return {name: value for name, value in after.items() if before.get(name) != value and name not in OF_THE_SHELL}
