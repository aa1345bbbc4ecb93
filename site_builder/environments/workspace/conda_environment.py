"""An environment of the manifest as conda's ``environment.yml``: what it asks for, not what is locked.

The format is that of ``pixi workspace export conda-environment`` (https://pixi.prefix.dev/latest/reference/cli/pixi/workspace/export/).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from site_builder.environments.workspace.manifest import Manifest
from site_builder.errors import ConfigError

CONDA_KEYS = frozenset(("version", "build", "channel"))
"""Parts of a spec that such a file can express."""

PYPI_KEYS = frozenset(("version", "extras", "git", "rev", "tag", "branch", "url", "path", "editable", "env-markers"))


def conda_environment(manifest: Manifest, environment: str, subdir: str) -> str:
    """Return the text of the file for one environment on one platform.

    Raises:
        ConfigError: it has no such environment, or dependencies that the format cannot express; all of them are named.
    """
    import yaml

    if environment not in manifest.environments:
        known = f"it has {', '.join(manifest.environments)}"
        raise ConfigError(f"{manifest.path.name} has no environment `{environment}`", hint=known)
    conda, refused = _written(manifest.dependencies(environment, subdir), _conda)
    pypi, more = _written(manifest.pypi_dependencies(environment, subdir), _pypi)
    if refused or more:
        message = f"environment `{environment}` has dependencies that environment.yml cannot express: {', '.join((*refused, *more))}"
        raise ConfigError(message, hint="write them into the exported file by hand, or use --format explicit, which has what is locked")
    listed: list[Any] = list(conda)
    if pypi:
        listed += [*(() if any(line.split()[0] == "pip" for line in conda) else ("pip *",)), {"pip": list(pypi)}]
    file: dict[str, Any] = {"name": environment, "channels": [*manifest.channels(environment), "nodefaults"], "dependencies": listed}
    variables = manifest.variables(environment, subdir)
    if variables:
        file["variables"] = variables
    return str(yaml.safe_dump(file, sort_keys=False, allow_unicode=True, width=1000))


def _written(dependencies: Iterable[tuple[str, object]], write: Callable[[str, Mapping[str, Any]], str]) -> tuple[list[str], list[str]]:
    """Return the lines of all dependencies, the first of each name, and the names of those that have none."""
    first: dict[str, object] = {}
    for name, spec in dependencies:
        first.setdefault(name, spec)
    lines: list[str] = []
    refused: list[str] = []
    for name, spec in first.items():
        line = write(name, spec if isinstance(spec, Mapping) else {"version": spec})
        (lines if line else refused).append(line or name)
    return lines, refused


def _conda(name: str, spec: Mapping[str, Any]) -> str:
    """Return ``channel::name version build``; empty for a source that is a folder, a repository or an address."""
    if not spec.keys() <= CONDA_KEYS:
        return ""
    parts = [str(spec.get("version") or "*"), *([str(spec["build"])] if spec.get("build") else ())]
    channel = f"{spec['channel']}::" if spec.get("channel") else ""
    return f"{channel}{name} {' '.join(parts)}"


def _pypi(name: str, spec: Mapping[str, Any]) -> str:
    """Return a requirement as pip reads it (https://pip.pypa.io/en/stable/reference/requirement-specifiers/)."""
    if not spec.keys() <= PYPI_KEYS:
        return ""
    if spec.get("path"):
        return f"{'-e ' if spec.get('editable') else ''}{spec['path']}"
    extras = f"[{','.join(map(str, spec['extras']))}]" if spec.get("extras") else ""
    markers = f"; {spec['env-markers']}" if spec.get("env-markers") else ""
    address = spec.get("url") or (f"git+{spec['git']}" if spec.get("git") else "")
    if address:
        return f"{name}{extras} @ {address}{''.join(_revision(spec))}{markers}"
    version = str(spec.get("version") or "*")
    return f"{name}{extras}{'' if version == '*' else version}{markers}"


def _revision(spec: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"@{spec[key]}" for key in ("rev", "tag", "branch") if spec.get("git") and spec.get(key))
