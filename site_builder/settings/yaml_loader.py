"""How PyYAML creates values: those of YAML 1.1 (https://yaml.org/type/), with a located error for each that cannot be created."""

from __future__ import annotations

import re
from typing import Any

import yaml

SURROGATES = re.compile("[\ud800-\udfff]")
MAXIMUM_DIGITS = 400
"""Digits of a number: the time that Python needs to write a number grows with the square of its digits."""

UNREADABLE = (ValueError, ArithmeticError, LookupError, AttributeError, TypeError, RecursionError)
"""What PyYAML raises, besides its own errors, for values it cannot create: 30 February, an empty ``!!int``, endless nesting."""

COMPILED = hasattr(yaml, "CSafeLoader")
_Base: Any = yaml.CSafeLoader if COMPILED else yaml.SafeLoader
_NUMBERS = frozenset(("tag:yaml.org,2002:int", "tag:yaml.org,2002:float"))


class Refusal(yaml.constructor.ConstructorError):
    """Valid YAML that is not accepted; ``problem`` completes "the file …"."""

    def __init__(self, problem: str, node: yaml.Node) -> None:
        """Keep the message and the start of the node."""
        super().__init__(None, None, problem, node.start_mark)


class TextLoader(_Base):  # type: ignore[misc]
    """A safe loader that keeps MkDocs' tags (``!ENV``, ``!!python/name``) as text, because only MkDocs acts on them."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Return a node's value.

        Raises:
            yaml.YAMLError: it cannot be created; the error has the node's mark.
        """
        if node.tag in _NUMBERS and len(str(node.value)) > MAXIMUM_DIGITS:
            raise Refusal(f"contains a number of more than {MAXIMUM_DIGITS} digits", node)
        try:
            return super().construct_object(node, deep=deep)
        except UNREADABLE as error:
            raise Refusal(f"contains a value that cannot be read: {error or node.tag.rpartition(':')[2]}", node) from error

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
