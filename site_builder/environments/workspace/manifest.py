"""What ``pixi.toml`` states beyond its lock: how an environment is activated, and in which order its platforms are tried.

Python's tomllib reads TOML 1.0, Pixi 1.1: where Pixi is installed, it is asked instead. Environments without Pixi still need these few
tables, read here as Pixi resolves them (https://pixi.prefix.dev/latest/reference/pixi_manifest/): the features of an environment
in their order with ``default`` last, and of the tables of one feature the most specific platform first.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from site_builder import files
from site_builder.errors import EnvironmentUnavailable, MachineError
from site_builder.lesson.workspace import PYTHON

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Manifest:
    """A workspace's manifest as tables; ``path`` is the file, its folder the workspace's root."""

    path: Path
    tables: Table

    @property
    def name(self) -> str:
        """The workspace's name, by default its folder's."""
        return str(self._workspace.get("name") or self.path.parent.name)

    @property
    def version(self) -> str:
        """The workspace's version, or Pixi's placeholder if there is none."""
        return str(self._workspace.get("version") or "NO_VERSION_SPECIFIED")

    @property
    def _workspace(self) -> Table:
        return _table(self.tables, "workspace") or _table(self.tables, "project")

    @property
    def platforms(self) -> tuple[Table | str, ...]:
        """The declared platforms in their order: a name, or a table with ``platform`` and virtual packages."""
        found = self._workspace.get("platforms")
        return tuple(found) if isinstance(found, list) else ()

    @property
    def environments(self) -> tuple[str, ...]:
        """The names of all environments: ``default`` is always there."""
        return ("default", *(str(name) for name in _table(self.tables, "environments") if name != "default"))

    def dependencies(self, environment: str, subdir: str) -> tuple[tuple[str, object], ...]:
        """Return the direct conda dependencies of an environment on a platform: (name in lower case, spec as it is written)."""
        found: list[tuple[str, object]] = []
        for feature in self._features(environment):
            for table in (feature, *(_table(_table(feature, "target"), name) for name in (subdir, *families(subdir)))):
                found += [(str(name).lower(), spec) for name, spec in _table(table, "dependencies").items()]
        return tuple(found)

    def pypi_dependencies(self, environment: str, subdir: str) -> tuple[tuple[str, object], ...]:
        """Return the direct dependencies from the Python Package Index: (name, spec as it is written)."""
        found: list[tuple[str, object]] = []
        for feature in self._features(environment):
            for table in (feature, *(_table(_table(feature, "target"), name) for name in (subdir, *families(subdir)))):
                found += [(str(name), spec) for name, spec in _table(table, "pypi-dependencies").items()]
        return tuple(found)

    def channels(self, environment: str) -> tuple[str, ...]:
        """Return an environment's channels by priority: a feature's own, or the workspace's where it has none."""
        ranked: list[tuple[int, str]] = []
        own, *features = self._features(environment)
        for feature in (*((own,) if "channels" in own else ()), *features):
            listed = feature.get("channels") if feature is not self.tables else None
            for entry in listed if isinstance(listed, list) else self._workspace.get("channels") or ():
                named = entry if isinstance(entry, dict) else {"channel": entry}
                priority = named.get("priority")
                ranked.append((-priority if isinstance(priority, int) else 0, str(named.get("channel", ""))))
        return tuple(dict.fromkeys(name for _, name in sorted(ranked, key=lambda pair: pair[0]) if name))

    def scripts(self, environment: str, subdir: str) -> tuple[str, ...]:
        """Return the activation scripts of an environment, relative to the workspace: of each feature only the most specific list."""
        found: list[str] = []
        for feature in self._features(environment):
            lists = [table["scripts"] for table in _activations(feature, subdir) if isinstance(table.get("scripts"), list)]
            found += map(str, lists[0] if lists else ())
        return tuple(found)

    def variables(self, environment: str, subdir: str) -> dict[str, str]:
        """Return ``activation.env`` of an environment: earlier features win over later ones, special platforms over general ones."""
        found: dict[str, str] = {}
        for feature in self._features(environment):
            for table in _activations(feature, subdir):
                for name, value in _table(table, "env").items():
                    found.setdefault(str(name), str(value))
        return found

    def _features(self, environment: str) -> Iterator[Table]:
        """The environment's own tables (Pixi 0.74), its features in their order, and the default one last."""
        entry = _table(self.tables, "environments").get(environment, [])
        details = entry if isinstance(entry, dict) else {"features": entry}
        yield details
        features = _table(self.tables, "feature")
        for name in details.get("features") or ():
            if name != "default":
                yield _table(features, str(name))
        if not details.get("no-default-feature"):
            yield self.tables


def read_manifest(path: Path) -> Manifest:
    """Read a manifest.

    Raises:
        EnvironmentUnavailable: it cannot be read as TOML 1.0; the message says where.
    """
    try:
        return Manifest(path, _workspace_of(path.name, tomllib.loads(files.read_text(path)[0])))
    except MachineError as error:
        raise EnvironmentUnavailable(error.message, hint=error.hint) from error
    except tomllib.TOMLDecodeError as error:
        hint = "write inline tables on one line (only Pixi reads the newer form), or install Pixi"
        raise EnvironmentUnavailable(f"{path.name} cannot be read: {error}", hint=hint) from error


def _workspace_of(name: str, tables: Table) -> Table:
    """Return the tables of a workspace; in ``pyproject.toml`` they are below ``tool.pixi``, and name and version are the project's."""
    if name != PYTHON:
        return tables
    found = _table(_table(tables, "tool"), "pixi")
    project = {key: value for key, value in _table(tables, "project").items() if key in ("name", "version")}
    return {**found, "workspace": {**project, **(_table(found, "workspace") or _table(found, "project"))}}


def _table(parent: Table, name: str) -> Table:
    found = parent.get(name)
    return found if isinstance(found, dict) else {}


def _activations(feature: Table, subdir: str) -> Iterator[Table]:
    """The activation tables of a feature that hold on a platform, the most specific first."""
    targets = _table(feature, "target")
    for name in (subdir, *families(subdir)):
        yield _table(_table(targets, name), "activation")
    yield _table(feature, "activation")


def families(subdir: str) -> tuple[str, ...]:
    """Return the families of a platform as Pixi's ``target`` tables name them, the most specific first."""
    system = subdir.partition("-")[0]
    return {"linux": ("linux", "unix"), "osx": ("osx", "unix"), "win": ("win",)}.get(system, ("unix",))
