"""Insert an episode into the list of the settings by editing their text: comments, quotes and layout stay as they are, byte for byte.

The text is changed at positions that the YAML parser reports, and only by insertion. The result is read again: if it does not mean the old
settings with the one new entry (an alias, a list that is used twice, a layout that was not foreseen), there is no edit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import yaml

from site_builder.settings.yaml_loader import UNREADABLE, TextLoader
from site_builder.settings.yaml_reading import NotYaml, read_yaml

BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What ends a line in YAML 1.1 (https://yaml.org/spec/1.1/#id871136)."""

ITEM = re.compile(r"[ ]*-[ \t]+")


def with_entry(text: str, path: Sequence[str], names: Sequence[str], name: str, after: int) -> str | None:
    """Return the settings' text with ``name`` inserted into their list of episodes; None if only a person can do that.

    ``path`` leads to the list: ``("episodes",)`` in ``config.yaml``, ``("extra", "lesson", "episodes")`` in ``mkdocs.yml``. ``names`` are
    the episodes in their order now, ``after`` the position in the list that the new one follows. Without a list, one of all is added.
    """
    try:
        root = TextLoader(text).get_single_node()
        before = read_yaml(text).value
        edited = _edited(text, root, path, names, name, after)
        if edited is None or read_yaml(edited).value != _meant(before, path, names, name, after):
            return None
    except (NotYaml, yaml.YAMLError, *UNREADABLE):
        return None
    return edited


def _meant(before: Any, path: Sequence[str], names: Sequence[str], name: str, after: int) -> Any:
    """Return the value that the edited settings must have."""
    value: Any = deepcopy(before) if before is not None else {}
    place = value
    *block, last = path
    for key in block:
        if place.get(key) is None:
            place[key] = {}
        place = place[key]
    listed = place.get(last) or list(names)
    place[last] = [*listed[: after + 1], name, *listed[after + 1 :]]
    return value


def _edited(text: str, root: yaml.Node | None, path: Sequence[str], names: Sequence[str], name: str, after: int) -> str | None:
    node, lacking = root, list(path)
    key: yaml.Node | None = None
    while lacking and isinstance(node, yaml.MappingNode):
        found = next(((each, value) for each, value in node.value if each.value == lacking[0]), None)
        if found is None:
            return _with_key(text, node, lacking, _order(names, name, after))
        key, node, lacking = found[0], found[1], lacking[1:]
    if not lacking and isinstance(node, yaml.SequenceNode) and node.value:
        return _with_item(text, node, name, after)
    if node is None:  # no settings yet
        return _inserted(text, len(text), _lines("", lacking, _order(names, name, after)), _break_of(text))
    if key is None or not isinstance(node, yaml.ScalarNode | yaml.SequenceNode) or node.value:
        return None
    indent = " " * key.start_mark.column
    if isinstance(node, yaml.SequenceNode):  # `episodes: []`
        place: int = node.start_mark.index + 1
        return text[:place] + ", ".join(_order(names, name, after)) + text[place:]
    lines = _lines(indent + "  ", lacking, _order(names, name, after)) if lacking else _items(indent, _order(names, name, after))
    return _inserted(text, _end_of_line(text, key.end_mark.index), lines, _break_of(text))  # `episodes:` with nothing after it


def _order(names: Sequence[str], name: str, after: int) -> list[str]:
    return [*names[: after + 1], name, *names[after + 1 :]]


def _with_item(text: str, node: yaml.SequenceNode, name: str, after: int) -> str | None:
    """Insert behind the entry ``after`` of a list, in the list's own layout."""
    item = node.value[after]
    end: int = item.end_mark.index
    if node.flow_style:
        return f"{text[:end]}, {name}{text[end:]}"
    written = ITEM.match(text, item.start_mark.index - item.start_mark.column)
    if written is None:
        return None
    return _inserted(text, _end_of_line(text, end), [written[0] + name], _break_of(text))


def _with_key(text: str, mapping: yaml.MappingNode, lacking: Sequence[str], names: Sequence[str]) -> str:
    """Insert a key that a mapping lacks: below its last value, or behind the brace that opens it."""
    if mapping.flow_style:
        place: int = mapping.start_mark.index + 1
        value = f"[{', '.join(names)}]"
        for key in reversed(lacking):
            value = f"{key}: {value}" if key == lacking[0] else f"{{{key}: {value}}}"
        return f"{text[:place]}{value}{', ' if mapping.value else ''}{text[place:]}"
    end = _end(mapping)
    place = end.index if end.column == 0 and end.index else _end_of_line(text, end.index)
    return _inserted(text, place, _lines(" " * mapping.value[0][0].start_mark.column, lacking, names), _break_of(text))


def _end(node: yaml.Node) -> Any:
    """Return the mark behind the last thing written in a node; a mapping's own end is that of the comments behind it."""
    while isinstance(node, yaml.MappingNode | yaml.SequenceNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return node.end_mark


def _lines(indent: str, keys: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return the lines of nested keys with a list in the last of them."""
    deep = [f"{indent}{'  ' * depth}{key}:" for depth, key in enumerate(keys)]
    return [*deep, *_items(indent + "  " * (len(keys) - 1), names)]


def _items(indent: str, names: Sequence[str]) -> list[str]:
    return [f"{indent}- {name}" for name in names]


def _inserted(text: str, place: int, lines: Sequence[str], newline: str) -> str:
    """Insert whole lines at the beginning of a line, or below a last line that has no end."""
    at_start = place == 0 or bool(BREAK.fullmatch(text[place - 1]))
    new = newline.join(lines)
    return text[:place] + (new + newline if at_start else newline + new) + text[place:]


def _end_of_line(text: str, place: int) -> int:
    found = BREAK.search(text, place)
    return found.end() if found else len(text)


def _break_of(text: str) -> str:
    """Return what ends the first line of a text."""
    found = BREAK.search(text)
    return found[0] if found else "\n"


def shown(path: Sequence[str], name: str, after: str) -> str:
    """Return what a person has to write where `with_entry` finds no way."""
    return f"write `{name}` behind `{after}` in `{'.'.join(path)}`"


def text_of(settings: Mapping[str, Any]) -> str:
    """Return keys and plain values as the lines of a settings file."""
    return str(yaml.safe_dump(dict(settings), allow_unicode=True, width=10**6, sort_keys=False))
