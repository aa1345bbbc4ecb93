"""The lesson's own ``mkdocs.yml`` as one mapping, with the files that it inherits from, and with its tags as they were written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from site_builder.errors import ConfigError
from site_builder.files import is_file, read_text
from site_builder.lesson.config import parse_mapping
from site_builder.settings.yaml_loader import SURROGATES, TextLoader
from site_builder.weave.stage import KeptNode

INHERIT = "INHERIT"
"""The key that names the file to inherit from, relative to the file that has it (MkDocs, "Configuration inheritance":
https://www.mkdocs.org/user-guide/configuration/#configuration-inheritance)."""


class KeepingLoader(TextLoader):
    """Keeps a value with a tag that the site engine acts on (``!ENV``, ``!!python/name:``) as it was written."""


def _keep(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> KeptNode:
    if isinstance(node, yaml.ScalarNode):
        node.value = SURROGATES.sub("\ufffd", node.value)
    return KeptNode(node)


KeepingLoader.add_multi_constructor("!", _keep)
KeepingLoader.add_multi_constructor("tag:yaml.org,2002:python/", _keep)


def user_settings(path: Path, seen: tuple[Path, ...] = ()) -> dict[str, Any]:
    """Return the settings of a file, laid over those of the file that it inherits from.

    Raises:
        ConfigError: a file is not YAML or not a mapping, or is not there, or inherits from itself.
    """
    values = _mapping(path)
    parent = values.pop(INHERIT, None)
    if parent is None:
        return values
    place = (path.parent / str(parent)).resolve()
    if not isinstance(parent, str) or not is_file(place) or place in (*seen, path.resolve()):
        raise ConfigError(f"mkdocs.yml cannot inherit from `{parent}`", hint="name a file that is there, relative to the one that inherits")
    return laid_over(values, user_settings(place, (*seen, path.resolve())))


def _mapping(path: Path) -> dict[str, Any]:
    return parse_mapping(read_text(path)[0], PurePosixPath(path.name), KeepingLoader)


def laid_over(upper: Mapping[str, Any], lower: Mapping[str, Any]) -> dict[str, Any]:
    """Join two mappings as MkDocs joins a file with the one it inherits from: mappings key by key, anything else is the upper one's."""
    joined = dict(lower)
    for key, value in upper.items():
        below = joined.get(key)
        joined[key] = laid_over(value, below) if isinstance(value, dict) and isinstance(below, dict) else value
    return joined
