"""What Pixi in a cell needs of the user's own settings: mirrors, credentials, cache and proxies; a cell's home folder is empty."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

PREFIXES = ("PIXI_", "RATTLER_", "CONDA_OVERRIDE_")
"""Variables of Pixi's settings (https://pixi.prefix.dev/latest/reference/environment_variables/)."""

CONFIGURATION = Path("pixi/config.toml")
"""Pixi's settings below ``XDG_CONFIG_HOME`` (https://pixi.prefix.dev/latest/reference/pixi_configuration/)."""


def settings_of(variables: Mapping[str, str], home: Path) -> dict[str, str]:
    """Return the variables that lead Pixi to a user's settings; ``variables`` are scrubbed of any outer workspace."""
    own = {name: value for name, value in variables.items() if name.startswith(PREFIXES) or name.lower().endswith("_proxy")}
    cache = Path(variables.get("XDG_CACHE_HOME") or home / ".cache")
    if "PIXI_CACHE_DIR" not in own:
        own.setdefault("RATTLER_CACHE_DIR", str(cache / "rattler" / "cache"))
    own.setdefault("PIXI_HOME", str(home / ".pixi"))
    credentials = home / ".rattler" / "credentials.json"
    if credentials.is_file():
        own.setdefault("RATTLER_AUTH_FILE", str(credentials))
    return own


def configuration_of(variables: Mapping[str, str], home: Path) -> Path | None:
    """Return the file of the user's settings that no variable names, if there is one: a cell gets a copy in its home folder."""
    file = Path(variables.get("XDG_CONFIG_HOME") or home / ".config") / CONFIGURATION
    return file if file.is_file() else None


def places_of(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the folders of these settings, with the names that outputs show instead."""
    shown = {"PIXI_HOME": "/pixi", "PIXI_CACHE_DIR": "/cache", "RATTLER_CACHE_DIR": "/cache", "RATTLER_AUTH_FILE": "/credentials"}
    return {variables[name]: place for name, place in shown.items() if variables.get(name)}
