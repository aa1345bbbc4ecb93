"""YAML as libyaml reads it, with the place of every key and value, bounded in time and memory.

libyaml is what users of R and pandoc know (https://github.com/yaml/libyaml): it takes a tab after a key or before a comment, which the
scanner in pure Python refuses. Values are those of YAML 1.1 (https://yaml.org/type/). A PyYAML that was built without libyaml still reads
everything but such tabs, and says so when it meets one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

import yaml

from site_builder.settings.places import KeyPath, Mark
from site_builder.settings.yaml_bounds import check_bounds
from site_builder.settings.yaml_loader import COMPILED, SURROGATES, UNREADABLE, Refusal, TextLoader

_OTHER_BREAKS = re.compile("[\x85\u2028\u2029]|\r(?!\n)")
_MERGE = "tag:yaml.org,2002:merge"


class NotYaml(Exception):
    """A text is not YAML, or holds what is not read: ``reason`` completes "the file …", ``mark`` says where."""

    def __init__(self, reason: str, mark: Mark, hint: str) -> None:
        """Keep what is wrong, where, and what to do."""
        super().__init__(reason)
        self.reason, self.mark, self.hint = reason, mark, hint


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


def read_yaml(text: str, loader_type: type[TextLoader] | None = None) -> Yaml:
    """Read one document; an empty one has the value None. ``loader_type`` may make other values of tags.

    Raises:
        NotYaml: it is none, one of its values cannot be made, or aliases and nesting make more of it than was written.
    """
    text = SURROGATES.sub("\ufffd", text).removeprefix("\ufeff")
    try:
        loader = (loader_type or TextLoader)(text)
        node = loader.get_single_node()
        if node is None:
            return Yaml()
        check_bounds(node)
        marks, repeated = _survey(node, _Lines(text))
        return Yaml(loader.construct_document(node), marks, repeated)
    except (yaml.YAMLError, *UNREADABLE) as error:
        raise _refused(error, text) from error


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
    told = reason if isinstance(error, Refusal) else f"is not YAML: {reason}"
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
