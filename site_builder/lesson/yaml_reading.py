"""How YAML of lessons is read: settings, front matter, cell options."""

from __future__ import annotations

import re
from typing import Any

import yaml

SURROGATES = re.compile("[\ud800-\udfff]")

UNREADABLE = (ValueError, ArithmeticError, LookupError, AttributeError, TypeError, RecursionError)
"""What PyYAML raises, besides its own errors, for values it cannot make: 30 February, an empty ``!!int``, endless nesting."""


class TextLoader(yaml.SafeLoader):
    """YAML as MkDocs reads it: its tags (``!ENV``, ``!!python/name``) are kept as text, because only MkDocs acts on them."""

    def construct_scalar(self, node: yaml.ScalarNode | yaml.MappingNode) -> Any:
        """Return a value's text; half a surrogate pair, which YAML can escape and no file can hold, becomes U+FFFD."""
        value = super().construct_scalar(node)
        return SURROGATES.sub("\ufffd", value) if isinstance(value, str) else value


def _tagged(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    return loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else suffix


TextLoader.add_multi_constructor("!", _tagged)
TextLoader.add_multi_constructor("tag:yaml.org,2002:python/", _tagged)
