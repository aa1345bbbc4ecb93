"""The ``pixi`` provider: the lesson's own locked environments, installed and activated by the Pixi program (pixi-contract 2 to 7)."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from site_builder import processes
from site_builder.environments import machine
from site_builder.environments.base import Activation, PackageSet
from site_builder.environments.lock import LockedWorkspace
from site_builder.environments.pixi_errors import explain
from site_builder.errors import EnvironmentUnavailable
from site_builder.problems import did_you_mean

FLOOR = (0, 71)
"""The first release whose ``info --json`` describes platforms by content and that checks them when it runs."""

INSTALL_TIMEOUT = 3600.0
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
DROPPED_PREFIXES = ("PIXI_PROJECT_", "PIXI_ENVIRONMENT_", "CONDA_ENV_SHLVL_")


def scrubbed(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables to start Pixi with: nothing of an activated environment around the builder is left (contract 2.2)."""
    kept = {name: value for name, value in variables.items() if name not in DROPPED and not name.startswith(DROPPED_PREFIXES)}
    outer = [Path(variables[name]) for name in ("CONDA_PREFIX", "VIRTUAL_ENV") if variables.get(name)]
    unwanted = {str(prefix / part) for prefix in outer for part in ("bin", "Scripts", "Library/bin")} | {str(p) for p in outer}
    folders = [folder for folder in kept.get("PATH", "").split(os.pathsep) if folder and folder not in unwanted]
    return kept | {"PATH": os.pathsep.join(folders), "PIXI_NO_WRAP": "1", "PIXI_COLOR": "never"}


class PixiProvider:
    """Provides the environments of one lesson's manifest; every call names the manifest and the environment."""

    name = "pixi"

    def __init__(self, manifest: Path, lock: LockedWorkspace, program: str | None = None) -> None:
        """Remember which workspace it serves; nothing is started yet."""
        self._manifest = manifest
        self._lock = lock
        self._base = scrubbed(os.environ)
        self._program = program or shutil.which("pixi", path=self._base["PATH"]) or shutil.which("pixi") or "pixi"
        self._information: dict[str, Any] | None = None
        self._ready: dict[str, Activation] = {}

    def packages(self, environment: str) -> PackageSet:
        """Return the locked packages of an environment for this machine's platform, read from ``pixi.lock``.

        Raises:
            EnvironmentUnavailable: the lock has no such environment, or not for this platform.
        """
        found = self._lock.find(environment, machine.subdir())
        if found is None and environment not in self._lock.environments:
            raise self._unknown(environment, self._lock.environments, "pixi.lock")
        if found is None:
            hint = "build it on a machine of its platform, or show the committed records"
            raise EnvironmentUnavailable(f"environment `{environment}` is not locked for {machine.subdir()}", hint=hint)
        return found

    def activate(self, environment: str, modules: Sequence[str] = ()) -> Activation:
        """Install the locked environment where needed and return its variables as activation leaves them (contract 6).

        Raises:
            EnvironmentUnavailable: Pixi is too old or fails, or the environment lacks ipykernel; the message says what to do.
        """
        if environment not in self._ready:
            self._ready[environment] = self._activate(environment, self.packages(environment))
        return self._ready[environment]

    def _activate(self, environment: str, packages: PackageSet) -> Activation:
        prefix = self._prefix(environment)
        self._call("install", "--locked", "-e", environment, timeout=INSTALL_TIMEOUT)
        hook = self._answer("shell-hook", "--json", "--as-is", "-e", environment)
        python = prefix / ("python.exe" if WINDOWS else "bin/python")
        for name, present in (("python", python.exists()), ("ipykernel", _has_ipykernel(prefix))):
            if not present:
                hint = f"add {name} to it in {self._manifest.name}, run `pixi lock` and commit the lock"
                raise EnvironmentUnavailable(f"environment `{environment}` lacks {name}", hint=hint)
        variables = machine.allowed_variables(self._base) | dict(hook.get("environment_variables") or {})
        return Activation(self.name, packages, True, prefix, python, variables)

    def _prefix(self, environment: str) -> Path:
        known = {item.get("name"): item for item in self._info().get("environments_info") or ()}
        if environment not in known:
            raise self._unknown(environment, filter(None, known), self._manifest.name)
        return Path(known[environment]["prefix"])

    def _unknown(self, environment: str, known: Iterable[str], where: str) -> EnvironmentUnavailable:
        names = sorted(known)
        hint = did_you_mean(environment, names) or f"known: {', '.join(names) or 'none'}"
        return EnvironmentUnavailable(f"there is no environment `{environment}` in {where}", hint=hint)

    def _info(self) -> dict[str, Any]:
        if self._information is None:
            self._check_version()
            information = self._answer("info", "--json")
            if information.get("project_info") is None:
                self._call("task", "list", "--json")  # says why the manifest is not read
            self._information = information
        return self._information

    def _answer(self, *arguments: str) -> dict[str, Any]:
        text = self._call(*arguments)
        try:
            return dict(json.loads(text))
        except (ValueError, TypeError) as error:
            message = f"`pixi {' '.join(arguments[:2])}` does not answer in JSON: {text[:80].strip() or 'nothing'}"
            raise EnvironmentUnavailable(message, hint="run `pixi self-update`") from error

    def _check_version(self) -> None:
        done = processes.run((self._program, "--version"), environment=self._base)
        found = re.match(r"pixi (\d+)\.(\d+)", done.output)
        if done.status or not found:
            raise EnvironmentUnavailable("`pixi --version` gives no answer", hint="install Pixi 0.71 or newer")
        if (int(found[1]), int(found[2])) < FLOOR:
            raise EnvironmentUnavailable(f"this is {done.output.strip()}; Pixi 0.71 or newer is needed", hint="run `pixi self-update`")

    def _call(self, *arguments: str, timeout: float = 120) -> str:
        command = (self._program, *arguments, "--manifest-path", str(self._manifest))
        done = processes.run(command, environment=self._base, timeout=timeout)
        if done.status:
            message, hint = explain(done.errors, self._manifest.name)
            raise EnvironmentUnavailable(message, hint=hint)
        return done.output


def _has_ipykernel(prefix: Path) -> bool:
    patterns = ("conda-meta/ipykernel-*.json", "lib/python*/site-packages/ipykernel", "Lib/site-packages/ipykernel")
    return any(next(prefix.glob(pattern), None) is not None for pattern in patterns)
