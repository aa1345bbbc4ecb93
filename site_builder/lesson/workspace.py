"""Which file describes a lesson's Pixi workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from site_builder.files import is_file, read_text

OWN = "pixi.toml"
PYTHON = "pyproject.toml"
"""A Python project's file, which defines a workspace if it has a table ``[tool.pixi]`` (https://pixi.prefix.dev/latest/python/pyproject_toml/)."""


def manifest_name(root: Path) -> str | None:
    """Return the name of the workspace's manifest in a folder, ``pixi.toml`` before ``pyproject.toml``; None where neither exists.

    Raises:
        MachineError: an existing file cannot be read.
    """
    if is_file(root / OWN):
        return OWN
    return PYTHON if is_file(root / PYTHON) and _pixi_table(read_text(root / PYTHON)[0]) else None


def _pixi_table(text: str) -> bool:
    if "tool.pixi" not in text and "[tool" not in text:
        return False
    import tomllib  # few lessons have such a file

    try:
        tables: Any = tomllib.loads(text)
        return bool(tables["tool"]["pixi"])
    except (tomllib.TOMLDecodeError, KeyError, TypeError):
        return False
