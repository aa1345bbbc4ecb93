"""YAML as libyaml reads it, with the place of every key and value, bounded in time and memory.

libyaml is what users of R and pandoc know (https://github.com/yaml/libyaml): it takes a tab after a key or before a comment, which the
scanner in pure Python refuses. Values are those of YAML 1.1 (https://yaml.org/type/). A PyYAML that was built without libyaml still reads
everything but such tabs, and says so when it meets one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

_OTHER_BREAKS = re.compile("[\x85\u2028\u2029]|\r(?!\n)")
SURROGATES = re.compile("[\ud800-\udfff]")
MAXIMUM_DEPTH = 100
"""Mappings and lists inside one another."""

MAXIMUM_DIGITS = 400
"""Of a number; Python takes a time that grows with their square to write a longer one."""

ALLOWANCE, GROWTH = 10_000, 10
"""Nodes that aliases may stand for: `GROWTH` times those that are written, and `ALLOWANCE` more."""

UNREADABLE = (ValueError, ArithmeticError, LookupError, AttributeError, TypeError, RecursionError)
"""What PyYAML raises, besides its own errors, for values it cannot make: 30 February, an empty ``!!int``, endless nesting."""

COMPILED = hasattr(yaml, "CSafeLoader")
_Base: Any = yaml.CSafeLoader if COMPILED else yaml.SafeLoader
_NUMBERS = frozenset(("tag:yaml.org,2002:int", "tag:yaml.org,2002:float"))
_MERGE = "tag:yaml.org,2002:merge"

KeyPath: TypeAlias = tuple[str | int, ...]
"""Where a value stands in a document: keys as text, and 0-based positions in lists."""

Mark: TypeAlias = tuple[int, int]
"""A 1-based line and column."""


class NotYaml(Exception):
    """A text is not YAML, or holds what is not read: ``reason`` completes "the file …", ``mark`` says where."""

    def __init__(self, reason: str, mark: Mark, hint: str) -> None:
        """Keep what is wrong, where, and what to do."""
        super().__init__(reason)
        self.reason, self.mark, self.hint = reason, mark, hint


class _Refusal(yaml.constructor.ConstructorError):
    """What is YAML, and is not read; ``problem`` completes "the file …"."""

    def __init__(self, problem: str, node: yaml.Node) -> None:
        super().__init__(None, None, problem, node.start_mark)


@dataclass(frozen=True, slots=True)
class Repeated:
    """A key that stands twice in one mapping: its path, where it is repeated, and where it stood first."""

    path: KeyPath
    mark: Mark
    first: Mark


@dataclass(frozen=True, slots=True)
class Yaml:
    """A YAML document: its value, the mark of each key or list item by its path, and the keys that stand twice (the first one counts)."""

    value: Any = None
    marks: dict[KeyPath, Mark] = field(default_factory=dict)
    repeated: tuple[Repeated, ...] = ()


class TextLoader(_Base):  # type: ignore[misc]
    """A safe loader that keeps MkDocs' tags (``!ENV``, ``!!python/name``) as text, because only MkDocs acts on them."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Return a node's value.

        Raises:
            yaml.YAMLError: it cannot be made; the error has the node's mark.
        """
        if node.tag in _NUMBERS and len(str(node.value)) > MAXIMUM_DIGITS:
            raise _Refusal(f"holds a number of more than {MAXIMUM_DIGITS} digits", node)
        try:
            return super().construct_object(node, deep=deep)
        except UNREADABLE as error:
            raise _Refusal(f"holds a value that cannot be read: {error or node.tag.rpartition(':')[2]}", node) from error

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


def read_yaml(text: str) -> Yaml:
    """Read one document; an empty one has the value None.

    Raises:
        NotYaml: it is none, one of its values cannot be made, or aliases and nesting make more of it than was written.
    """
    text = SURROGATES.sub("\ufffd", text).removeprefix("\ufeff")
    try:
        loader = TextLoader(text)
        node = loader.get_single_node()
        if node is None:
            return Yaml()
        _bound(node)
        marks, repeated = _survey(node, _Lines(text))
        return Yaml(loader.construct_document(node), marks, repeated)
    except (yaml.YAMLError, *UNREADABLE) as error:
        raise _refused(error, text) from error


def _bound(root: yaml.Node) -> None:
    """Refuse a document whose aliases stand for far more than was written, or that is nested without end."""
    sizes: dict[int, int] = {}
    nodes: list[yaml.Node] = []
    for node, ended in _walk(root):
        if ended:
            sizes[id(node)] = 1 + sum(sizes.get(id(child), 1) for child in _children(node))
            nodes.append(node)
    allowed = ALLOWANCE + GROWTH * len(sizes)
    large = next((node for node in nodes if sizes[id(node)] > allowed), None)
    if large is not None:
        raise _Refusal(f"holds aliases that make more than {allowed} values of it", large)


def _walk(root: yaml.Node) -> Iterator[tuple[yaml.Node, bool]]:
    """Every node once, when it begins and, after all below it, when it ends."""
    stack: list[tuple[yaml.Node, bool]] = [(root, False)]
    begun: set[int] = set()
    open_: set[int] = set()
    while stack:
        node, ended = stack.pop()
        if ended:
            open_.discard(id(node))
        elif id(node) in open_:
            raise _Refusal("holds an alias inside what it stands for", node)
        elif id(node) in begun:
            continue
        elif len(open_) >= MAXIMUM_DEPTH:
            raise _Refusal(f"is nested more than {MAXIMUM_DEPTH} deep", node)
        else:
            begun.add(id(node))
            open_.add(id(node))
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(_children(node)))
        yield node, ended


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _survey(root: yaml.Node, lines: _Lines) -> tuple[dict[KeyPath, Mark], tuple[Repeated, ...]]:
    """Note where everything stands, and leave a key that stands twice in its first place alone."""
    marks: dict[KeyPath, Mark] = {}
    repeated: list[Repeated] = []
    pending: list[tuple[yaml.Node, KeyPath]] = [(root, ())]
    while pending:
        node, path = pending.pop()
        if isinstance(node, yaml.MappingNode):
            kept = []
            for key, value in node.value:
                place = (*path, str(key.value)) if isinstance(key, yaml.ScalarNode) else None
                if place in marks and key.tag != _MERGE:
                    if marks[place] != lines.mark(key.start_mark):  # an alias of this mapping stands somewhere else too
                        repeated.append(Repeated(place, lines.mark(key.start_mark), marks[place]))
                    continue
                kept.append((key, value))
                if place:
                    marks[place] = lines.mark(key.start_mark)
                    pending.append((value, place))
            node.value = kept
        elif isinstance(node, yaml.SequenceNode):
            for number, item in enumerate(node.value):
                marks[*path, number] = lines.mark(item.start_mark)
                pending.append((item, (*path, number)))
    return marks, tuple(sorted(repeated, key=lambda each: each.mark))


class _Lines:
    """Lines and columns as editors count them: YAML ends lines at characters too that are none of theirs (U+0085, U+2028)."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))] if _OTHER_BREAKS.search(text) else []

    def mark(self, place: Any) -> Mark:
        if not self.starts:
            return place.line + 1, place.column + 1
        line = bisect_right(self.starts, place.index)
        return line, place.index - self.starts[line - 1] + 1


def _refused(error: Exception, text: str) -> NotYaml:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    reason = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error or type(error).__name__)
    if mark:
        place = _Lines(text).mark(mark)
    elif isinstance(error, yaml.reader.ReaderError):
        before = (text.encode()[: error.position].decode(errors="ignore") if COMPILED else text[: error.position]).split("\n")
        place = (len(before), len(before[-1]) + 1)
    else:
        place = (1, 1)
    told = reason if isinstance(error, _Refusal) else f"is not YAML: {reason}"
    return NotYaml(told, place, _remedy(reason, text, place))


def _remedy(reason: str, text: str, mark: Mark) -> str:
    line, column = mark
    lines = text.split("\n")
    at = lines[line - 1][column - 1 : column] if line <= len(lines) else ""
    if "tab character" in reason or (at == "\t" and COMPILED):
        return "write spaces for the tab"
    if not COMPILED and "'\\t'" in reason:
        return "write spaces for the tab: this PyYAML was built without libyaml, which would read it"
    if "block scalar" in reason or "comment or line break" in reason or "chomping or indentation" in reason:
        return 'put a value that begins with `>` or `|` in quotes: `">=1.2"`'
    if "cannot be read" in reason or "digits" in reason:
        return "put it in quotes"
    if "alias" in reason or "nested" in reason:
        return "write the values out"
    if at and at in "`@%":
        return "put a value that begins with `@`, `%` or a backtick in quotes"
    return "check quotes, colons and indentation; put text that holds a colon, #, quote or bracket in quotes"
