"""How PyYAML makes values: those of YAML 1.1 (https://yaml.org/type/), with an error at its place for each that cannot be made."""

from __future__ import annotations

import re
from typing import Any

import yaml

SURROGATES = re.compile("[\ud800-\udfff]")
MAXIMUM_DIGITS = 400
"""Of a number; Python takes a time that grows with their square to write a longer one."""

UNREADABLE = (ValueError, ArithmeticError, LookupError, AttributeError, TypeError, RecursionError)
"""What PyYAML raises, besides its own errors, for values it cannot make: 30 February, an empty ``!!int``, endless nesting."""

COMPILED = hasattr(yaml, "CSafeLoader")
_Base: Any = yaml.CSafeLoader if COMPILED else yaml.SafeLoader
_NUMBERS = frozenset(("tag:yaml.org,2002:int", "tag:yaml.org,2002:float"))


class Refusal(yaml.constructor.ConstructorError):
    """What is YAML, and is not read; ``problem`` completes "the file …"."""

    def __init__(self, problem: str, node: yaml.Node) -> None:
        """Keep what is wrong, and where the node begins."""
        super().__init__(None, None, problem, node.start_mark)


class TextLoader(_Base):  # type: ignore[misc]
    """A safe loader that keeps MkDocs' tags (``!ENV``, ``!!python/name``) as text, because only MkDocs acts on them."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Return a node's value.

        Raises:
            yaml.YAMLError: it cannot be made; the error has the node's mark.
        """
        if node.tag in _NUMBERS and len(str(node.value)) > MAXIMUM_DIGITS:
            raise Refusal(f"holds a number of more than {MAXIMUM_DIGITS} digits", node)
        try:
            return super().construct_object(node, deep=deep)
        except UNREADABLE as error:
            raise Refusal(f"holds a value that cannot be read: {error or node.tag.rpartition(':')[2]}", node) from error

    def construct_scalar(self, node: yaml.ScalarNode | yaml.MappingNode) -> Any:
        """Return a value's text; half a surrogate pair, which no file can hold, becomes U+FFFD."""
        value = super().construct_scalar(node)
        return SURROGATES.sub("\ufffd", value) if isinstance(value, str) else value


def _tagged(loader: Any, suffix: str, node: yaml.Node) -> Any:
    return loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode) else suffix


def _equals_sign(loader: Any, node: yaml.Node) -> Any:
    return loader.construct_scalar(node)


TextLoader.add_multi_constructor("!", _tagged)
TextLoader.add_multi_constructor("tag:yaml.org,2002:python/", _tagged)
TextLoader.add_constructor("tag:yaml.org,2002:value", _equals_sign)
