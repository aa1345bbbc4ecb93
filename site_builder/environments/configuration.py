"""What users told Pixi about channels and caches, honoured where py-rattler installs in its place (pixi-contract 8)."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from site_builder import files
from site_builder.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Configuration:
    """Mirrors (address of a channel -> addresses to ask in its place), and the folder of the caches where one is named."""

    mirrors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cache: Path | None = None


def read_configuration(root: Path, variables: Mapping[str, str] | None = None) -> Configuration:
    """Read Pixi's configuration files in their order, the workspace's last; later ones win, key by key.

    Raises:
        ConfigError: a file is not TOML; its path and place are in the message.
    """
    source = os.environ if variables is None else variables
    mirrors: dict[str, tuple[str, ...]] = {}
    cache: str | None = None
    for path in _paths(root, source):
        if path.is_file():
            tables = _tables(path)
            mirrors |= {str(key): tuple(map(str, value)) for key, value in (tables.get("mirrors") or {}).items()}
            cache = (tables.get("cache") or {}).get("root", cache)
    return Configuration({_folder(key): value for key, value in mirrors.items()}, Path(cache) if cache else None)


def package_cache(configuration: Configuration, variables: Mapping[str, str] | None = None) -> Path:
    """Return the folder of downloaded packages that Pixi uses, to share it (its documentation, "Cache")."""
    source = os.environ if variables is None else variables
    if source.get("PIXI_CACHE_CONDA_PACKAGES_DIR"):
        return Path(source["PIXI_CACHE_CONDA_PACKAGES_DIR"])
    root = source.get("PIXI_CACHE_DIR") or source.get("RATTLER_CACHE_DIR") or configuration.cache
    shared = Path(source["XDG_CACHE_HOME"], "pixi") if source.get("XDG_CACHE_HOME") else None
    if root is None and shared is not None and shared.is_dir():
        root = shared
    return Path(root or _caches(source) / "rattler" / "cache") / "pkgs"


def _caches(variables: Mapping[str, str]) -> Path:
    """The system's folder for caches, as rattler finds it."""
    if _windows() and variables.get("LOCALAPPDATA"):
        return Path(variables["LOCALAPPDATA"])
    home = Path(variables.get("HOME") or Path.home())
    if sys.platform == "darwin":
        return home / "Library" / "Caches"
    return Path(variables.get("XDG_CACHE_HOME") or home / ".cache")


def _paths(root: Path, variables: Mapping[str, str]) -> Iterator[Path]:
    """The files from low to high precedence; one that is named explicitly stands in the place of those of system and user."""
    if variables.get("PIXI_CONFIG_FILE"):
        yield Path(variables["PIXI_CONFIG_FILE"])
    elif variables.get("PIXI_NO_CONFIG", "").lower() not in ("1", "true", "yes"):
        home = Path(variables.get("HOME") or variables.get("USERPROFILE") or Path.home())
        yield Path(variables.get("PROGRAMDATA", "C:/ProgramData"), "pixi") / "config.toml" if _windows() else Path("/etc/pixi/config.toml")
        yield Path(variables.get("XDG_CONFIG_HOME") or home / ".config") / "pixi" / "config.toml"
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


def _folder(address: str) -> str:
    return address if address.endswith("/") else f"{address}/"
