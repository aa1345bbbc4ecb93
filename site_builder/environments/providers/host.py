"""The ``host`` provider: the interpreter that runs the builder, with whatever packages it has; pages always say so."""

from __future__ import annotations

import functools
import importlib.util
import platform
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from site_builder.environments import machine, r
from site_builder.environments.base import Activation, Package, PackageSet
from site_builder.errors import EnvironmentUnavailable

IGNORED = frozenset(("lesson-site-builder", "pip"))
"""Distributions that change no result: the builder and its installers."""


FIELD = re.compile(r"^(?i:(name|version)):[ \t]*(\S*)", re.MULTILINE)
"""A field of a distribution's metadata that identifies it (core metadata specification)."""


class HostProvider:
    """Runs every environment in this interpreter; the package set is the interpreter's, whatever the environment is called."""

    name = "host"

    def packages(self, environment: str) -> PackageSet:
        """Return Python itself and every installed distribution by name and version, without those that change no result."""
        return PackageSet(environment, machine.subdir(), _installed())

    def launch(self, environment: str) -> Mapping[str, str]:
        """Return nothing: this interpreter is not activated."""
        return {}

    def activate(self, environment: str, modules: Sequence[str] = ()) -> Activation:
        """Return this interpreter as an environment.

        Raises:
            EnvironmentUnavailable: ipykernel or a module that the episode imports is not installed; all are named.
        """
        lacking = missing_modules(dict.fromkeys(("ipykernel", *modules)))
        if lacking:
            names = ", ".join(lacking)
            raise EnvironmentUnavailable(
                f"environment `{environment}` cannot run in this Python ({sys.executable}): it lacks {names}",
                hint="install Pixi to use the lesson's locked environment, or install these packages here",
            )
        return Activation(self.name, self.packages(environment), False, Path(sys.prefix), Path(sys.executable), variables())

    def repair(self, environment: str) -> bool:
        """Return that nothing was repaired: this machine's own Python is not the builder's to change."""
        return False


def variables() -> dict[str, str]:
    """Return what the processes of every environment of this provider see."""
    return r.own_variables()


def missing_modules(modules: Iterable[str]) -> tuple[str, ...]:
    """Return the modules that this interpreter cannot import, in order."""
    return tuple(name for name in modules if not _importable(name))


@functools.cache
def _installed() -> tuple[Package, ...]:
    import importlib.metadata  # imports the e-mail parser

    rows = {Package("python", platform.python_version())}
    for distribution in importlib.metadata.distributions():
        text = next(filter(None, map(distribution.read_text, ("METADATA", "PKG-INFO", ""))), "")
        found = FIELD.findall(text.partition("\n\n")[0])  # the description, which is most of it, is not parsed
        fields = {kind.lower(): value for kind, value in reversed(found)}  # the first of a kind counts
        name = re.sub(r"[-_.]+", "-", fields.get("name", "")).lower()  # PEP 503
        if name and name not in IGNORED:
            rows.add(Package(name, fields.get("version", "")))  # a damaged installation can lack its version
    return tuple(sorted(rows))


def _importable(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False
