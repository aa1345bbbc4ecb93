"""A YAML mapping into a dataclass of keys: pydantic checks it, and what it finds becomes problems with the place of the key.

What cannot be used is left out, so that its default holds and everything else is looked at too.
"""

from __future__ import annotations

import copy
import reprlib
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from site_builder.problems import Location, Problem, Severity, did_you_mean
from site_builder.settings.form import Unusable
from site_builder.settings.keys import Key, form_at, named_keys
from site_builder.settings.places import KeyPath, Mark, place_of
from site_builder.settings.rules import Rules
from site_builder.settings.yaml_loader import TextLoader
from site_builder.settings.yaml_reading import NotYaml, Yaml, read_yaml
from site_builder.spelling import closest

T = TypeVar("T")
At = Callable[[Mark], Location]
"""Where in the lesson a mark of a YAML text lies."""


def read_mapping(text: str, at: At, rules: Rules, what: str, loader: type[TextLoader] | None = None) -> tuple[Yaml, list[Problem]]:
    """Read a YAML text that has to be a mapping; keys are made text. ``what`` names it in messages, as in "the front matter"."""
    try:
        document = read_yaml(text, loader)
    except NotYaml as error:
        return Yaml(), [Problem(rules.syntax, f"{what} {error.reason}", at(error.mark), error.hint)]
    if document.value is None:
        return Yaml({}), []
    if not isinstance(document.value, dict):
        kind = "list" if isinstance(document.value, list) else "single value"
        message = f"{what} is not a mapping of keys to values, but a {kind}"
        return Yaml(), [Problem(rules.shape, message, at((1, 1)), "write one `key: value` a line")]
    return Yaml(_with_text_keys(document.value), document.marks, document.repeated), repetitions(document, at, rules)


def repetitions(document: Yaml, at: At, rules: Rules) -> list[Problem]:
    """Return a problem for each key that stands twice."""
    return [
        Problem(
            rules.repeated, f"{rules.called(each.path)} stands already on line {at(each.first).line}", at(each.mark), "keep one of them"
        )
        for each in document.repeated
    ]


def _with_text_keys(value: Any) -> Any:
    """Copy a value; two keys that are the same as text, `1` and `"1"`, are one, and the first counts."""
    if isinstance(value, dict):
        copied: dict[str, Any] = {}
        for key, each in value.items():
            copied.setdefault(str(key), _with_text_keys(each))
        return copied
    return [_with_text_keys(each) for each in value] if isinstance(value, list) else value


def check(kind: type[T], document: Yaml, at: At, rules: Rules) -> tuple[T, list[Problem]]:
    """Return the keys of a mapping as a dataclass, and a problem for each that is unknown or has a value that cannot be used."""
    from site_builder.settings.validation import validated  # only where something is read

    values = {name: value for name, value in document.value.items() if name not in rules.silent}
    written = _renamed(kind, values)
    found, faults = validated(kind, values)
    values = copy.deepcopy(values) if faults else values
    problems = []
    for fault in sorted(faults, key=lambda each: _order(each["loc"]), reverse=True):
        path = fault["loc"]
        shown = (written.get(str(path[0]), path[0]), *path[1:])
        place = at(place_of(document.marks, shown))
        problems.append(_problem(kind, fault, shown, place, rules, _taken_out(values, path)))
        _move_up(document.marks, shown)
    if faults:
        found, faults = validated(kind, values)
    if found is None:
        raise AssertionError(f"what was left of the values is wrong too: {faults}")
    return found, sorted(problems, key=lambda problem: problem.location)


def _renamed(kind: type, values: dict[str, Any]) -> dict[str, str]:
    """Give older names of keys their present one; return what was written for it."""
    older = {key.also: key.name for key in named_keys(kind).values() if key.also}
    found = {}
    for also in older.keys() & values.keys():
        value = values.pop(also)
        if values.get(older[also]) is None:
            values[older[also]] = value
            found[older[also]] = also
    return found


def _order(path: KeyPath) -> tuple[tuple[bool, int, str], ...]:
    return tuple((isinstance(step, int), step if isinstance(step, int) else 0, str(step)) for step in path)


def _taken_out(values: Any, path: KeyPath) -> Any:
    """Take a value out and return it; a value that was written for a whole mapping, as a day's date, goes as a whole."""
    for step in path[:-1]:
        inner = values[step]
        if not isinstance(inner, dict | list):
            return values.pop(step)
        values = inner
    return values.pop(path[-1])


def _move_up(marks: dict[KeyPath, Mark], path: KeyPath) -> None:
    """Let the items after one that was taken out of a list keep their places."""
    number, size = path[-1], len(path)
    if isinstance(number, int):
        kept = {old: mark for old, mark in marks.items() if old[: size - 1] == path[:-1] and len(old) >= size}
        for old in kept:
            del marks[old]
        for old, mark in kept.items():
            step = old[size - 1]
            if isinstance(step, int) and step != number:
                marks[*path[:-1], step - (step > number), *old[size:]] = mark


def _problem(kind: type, fault: Any, path: KeyPath, place: Location, rules: Rules, value: Any) -> Problem:
    if fault["type"] == "extra_forbidden":
        return _unknown(kind, path, place, rules)
    form = form_at(kind, path)
    code, severity = _weight(named_keys(kind)[str(path[0])], rules)
    cause = fault.get("ctx", {}).get("error")
    if isinstance(cause, Unusable):
        return Problem(code, f"{rules.called(path)} {cause.message}", place, cause.hint or _shown(value), severity)
    wanted, hint = (form.wanted, form.hint) if form else ("text", "")
    return Problem(code, f"{rules.called(path)} must be {wanted}", place, hint or _shown(value), severity)


def _weight(key: Key, rules: Rules) -> tuple[str, Severity]:
    """Return code and severity of a fault in a key's value, or anywhere below it."""
    return key.code or (rules.lenient if key.lenient else rules.value), Severity.WARNING if key.lenient else Severity.ERROR


def _shown(value: Any) -> str:
    return f"it is {reprlib.repr(value)}"


def _unknown(kind: type, path: KeyPath, place: Location, rules: Rules) -> Problem:
    name = str(path[-1])
    form = form_at(kind, path[:-1])
    known = named_keys(form.block if form and form.block else kind)
    if len(path) == 1:
        code, severity = rules.unknown
        message = f"there is no {rules.subject or 'setting '}`{name}`"
    else:
        code, severity = _weight(named_keys(kind)[str(path[0])], rules)
        message = f"{rules.called(path[:-1])} has no key `{name}`"
    return Problem(code, message, place, did_you_mean(name, known) or listed(known.values()), severity)


def listed(keys: Iterable[Key]) -> str:
    """Return the names of keys as a hint."""
    return f"known: {', '.join(dict.fromkeys(key.name for key in keys))}"


def meant_by(kind: type, name: str) -> str:
    """Return the key that an unknown name is taken to be a misspelling of; empty for a key, and where none is near."""
    known = named_keys(kind)
    return "" if name in known else closest(name, known)
