"""Pixi's configuration of channels and caches, honoured where py-rattler installs instead (https://pixi.prefix.dev/latest/reference/pixi_configuration/)."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from site_builder import files
from site_builder.errors import ConfigError
from site_builder.files import system_caches

FOLDERS = ("root", "conda-packages")
"""The settings in ``[cache]`` that are read."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Mirrors (a channel's address -> addresses to use instead), the folders of caches and packages if set, and whether
    downloads are disabled.
    """

    mirrors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cache: Path | None = None
    packages: Path | None = None
    offline: bool = False


def read_configuration(root: Path, variables: Mapping[str, str] | None = None) -> Configuration:
    """Read Pixi's configuration files in their order, the workspace's last; later ones win, key by key.

    Raises:
        ConfigError: a file is not TOML, or a setting is of the wrong kind; its path and place are in the message.
    """
    source = os.environ if variables is None else variables
    mirrors: dict[str, list[object]] = {}
    folders: dict[str, str] = {}
    offline = {"offline": False}
    for path in _paths(root, source):
        if path.is_file():
            tables = _tables(path)
            mirrors |= _entries(tables, "mirrors", list, path)
            folders |= _entries(tables, "cache", str, path, FOLDERS)
            offline |= _entries({"offline": tables}, "offline", bool, path, ("offline",))
    addresses = {_folder(key): tuple(map(str, value)) for key, value in mirrors.items()}
    everything, packages = (_expanded(folders.get(name), source) for name in FOLDERS)
    return Configuration(addresses, everything, packages, _switched(source.get("PIXI_OFFLINE"), offline["offline"]))


def package_cache(configuration: Configuration, variables: Mapping[str, str] | None = None) -> Path:
    """Return the folder of downloaded packages that Pixi uses, to share it (its documentation, "Cache")."""
    source = os.environ if variables is None else variables
    packages = source.get("PIXI_CACHE_CONDA_PACKAGES_DIR") or configuration.packages
    if packages:
        return Path(packages)
    root = source.get("PIXI_CACHE_DIR") or source.get("RATTLER_CACHE_DIR") or configuration.cache
    own = system_caches(source) / "pixi"
    return Path(root or (own if own.is_dir() else system_caches(source) / "rattler" / "cache")) / "pkgs"


def _paths(root: Path, variables: Mapping[str, str]) -> Iterator[Path]:
    """The files from low to high precedence; one that is named explicitly replaces those of system and user."""
    if variables.get("PIXI_CONFIG_FILE"):
        yield Path(variables["PIXI_CONFIG_FILE"])
    elif not _switched(variables.get("PIXI_NO_CONFIG"), False):
        home = _home(variables)
        yield Path(variables.get("PROGRAMDATA", "C:/ProgramData"), "pixi") / "config.toml" if _windows() else Path("/etc/pixi/config.toml")
        yield Path(variables.get("XDG_CONFIG_HOME") or home / ".config") / "pixi" / "config.toml"
        if _windows() and variables.get("APPDATA"):
            yield Path(variables["APPDATA"], "pixi", "config.toml")
        if sys.platform == "darwin":
            yield home / "Library" / "Application Support" / "pixi" / "config.toml"
        yield home / ".pixi" / "config.toml"
        if variables.get("PIXI_HOME"):
            yield Path(variables["PIXI_HOME"]) / "config.toml"
    yield root / ".pixi" / "config.toml"


def _windows() -> bool:
    return sys.platform == "win32"


def _tables(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(files.read_text(path)[0])
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}", hint="correct it; `pixi config list` reads the same file") from error


def _entries(tables: Mapping[str, Any], name: str, kind: type, path: Path, known: Collection[str] = ()) -> dict[str, Any]:
    """Return a table of values of one kind; with ``known`` only those, whatever else a later Pixi may read there."""
    table = tables.get(name, {})
    found = {str(key): value for key, value in table.items() if not known or key in known} if isinstance(table, dict) else None
    if found is None or not all(isinstance(value, kind) for value in found.values()):
        raise ConfigError(f"`{name}` in {path} has a wrong value", hint="correct it; `pixi config list` reads the same file")
    return found


def _expanded(folder: str | None, variables: Mapping[str, str]) -> Path | None:
    """Return a folder with ``~`` expanded, as Pixi reads it."""
    if not folder:
        return None
    first, *rest = Path(folder).parts
    return _home(variables).joinpath(*rest) if first == "~" else Path(folder)


def _home(variables: Mapping[str, str]) -> Path:
    return Path(variables.get("HOME") or variables.get("USERPROFILE") or Path.home())


def _switched(value: str | None, default: bool) -> bool:
    """Return the value of a switch set by a variable, as Pixi reads it."""
    return default if not value else value.lower() not in ("0", "n", "no", "f", "false", "off")


def _folder(address: str) -> str:
    return address if address.endswith("/") else f"{address}/"
