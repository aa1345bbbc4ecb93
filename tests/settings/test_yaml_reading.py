"""YAML as libyaml reads it, with places, bounded."""

from __future__ import annotations

import datetime
import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from site_builder.settings import yaml_reading
from site_builder.settings.yaml_reading import NotYaml, Repeated, Yaml, read_yaml

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20) | st.dates() | st.datetimes()
VALUES = st.recursive(
    SCALARS, lambda each: st.lists(each, max_size=4) | st.dictionaries(st.text(max_size=8), each, max_size=4), max_leaves=20
)


@given(VALUES)
def test_what_is_written_is_read(value: object) -> None:
    assert read_yaml(yaml.safe_dump(value)).value == value


@given(st.text(alphabet="ab1 :-[]{}'\"\n\t#&*!|>%@`?,.~=<\x00\x07\ud800é\u2028", max_size=60))
def test_any_text_is_read_or_refused_at_a_place(text: str) -> None:
    try:
        read = read_yaml(text)
    except NotYaml as error:
        line, column = error.mark
        assert 1 <= line <= text.count("\n") + 2 and column >= 1 and error.reason and error.hint
    else:
        assert all(line >= 1 and column >= 1 for line, column in read.marks.values())


def test_every_key_and_item_has_its_place() -> None:
    read = read_yaml("a: 1\nb:\n  c: [x, y]\n  d:\n  - e: 2\n")
    assert read.marks == {
        ("a",): (1, 1), ("b",): (2, 1), ("b", "c"): (3, 3), ("b", "c", 0): (3, 7), ("b", "c", 1): (3, 10), ("b", "d"): (4, 3),
        ("b", "d", 0): (5, 5), ("b", "d", 0, "e"): (5, 5),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("a:\tb", {"a": "b"}), ("a: 1\t# c", {"a": 1}), ("a: [b,\tc]", {"a": ["b", "c"]}), ("a: no", {"a": False}),
        ("a: 2026-07-06", {"a": datetime.date(2026, 7, 6)}), ("a: 10:30", {"a": 630}), ("a: =", {"a": "="}), ("a: !ENV X", {"a": "X"}),
        ("a: !!python/name:b.c", {"a": ""}), ("\ufeffa: 1", {"a": 1}), ("<<: {b: 1}\nc: 2", {"b": 1, "c": 2}), ("a: \ud800", {"a": "\ufffd"}),
    ],
)  # fmt: skip
def test_values_are_those_of_yaml_1_1(text: str, value: object) -> None:
    assert read_yaml(text).value == value


def test_lines_are_counted_as_editors_do() -> None:
    text = 'a: "one\u2028two"\nb: "x\x85y"\nc: {d: 1, d: 2}\n'
    read = read_yaml(text)
    assert (read.marks["b",], read.marks["c",], read.repeated[0].mark) == ((2, 1), (3, 1), (3, 11))
    with pytest.raises(NotYaml) as caught:
        read_yaml("a: x\u2028\nb: @\n")
    assert caught.value.mark == (2, 4)


def test_a_key_that_stands_twice_is_told_and_the_first_counts() -> None:
    read = read_yaml("a: 1\nb: {c: 1, c: 2}\na: 3\nd: &x {e: 1}\nf: *x\n")
    assert read.value == {"a": 1, "b": {"c": 1}, "d": {"e": 1}, "f": {"e": 1}}
    assert read.repeated == (Repeated(("b", "c"), (2, 11), (2, 5)), Repeated(("a",), (3, 1), (1, 1)))


def test_two_merges_are_no_repetition_and_a_key_beats_what_is_merged() -> None:
    read = read_yaml("a: &a {x: 1, y: 1}\nb: {<<: *a, x: 2}\n")
    assert (read.value["b"], read.repeated) == ({"x": 2, "y": 1}, ())


@pytest.mark.parametrize(
    ("text", "reason", "mark"),
    [
        ("a: &a [*a]", "holds an alias inside", (1, 4)),
        ("a: 2026-02-30", "holds a value that cannot be read: day is out of range", (1, 4)),
        ("b: 1\na: !!int ''", "holds a value that cannot be read", (2, 4)),
        ("a: " + "9" * 401, "holds a number of more than 400 digits", (1, 4)),
        ("a: " + "[" * 150 + "]" * 150, "is nested more than 100 deep", (1, 103)),
        ("[" * 100_000, "is not YAML", (1, 1001)),
        ("- " * 100_000, "is not YAML", (1, 1999)),
        ("é: \x07", "is not YAML: control characters", (1, 4)),
        ("a: 1\n---\nb: 2\n", "is not YAML", (2, 1)),
        ("? [a]\n: b", "is not YAML: found unhashable key", (1, 3)),
    ],
)
def test_what_is_not_read_is_named_at_its_place(text: str, reason: str, mark: tuple[int, int]) -> None:
    with pytest.raises(NotYaml, match=reason) as caught:
        read_yaml(text)
    assert caught.value.mark == mark


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a:\n\tb: 1\n", "write spaces for the tab"),
        ("requires-lesson: >=1.2\n", 'put a value that begins with `>` or `|` in quotes: `">=1.2"`'),
        ("a: `b`\n", "put a value that begins with `@`, `%` or a backtick in quotes"),
        ("a: 2026-02-30\n", "put it in quotes"),
        ("a: &a [*a]\n", "write the values out"),
    ],
)
def test_a_refusal_says_what_to_write(text: str, hint: str) -> None:
    with pytest.raises(NotYaml) as caught:
        read_yaml(text)
    assert caught.value.hint == hint


def test_many_values_are_read_and_few_that_stand_for_many_are_not() -> None:
    assert len(read_yaml("a: [" + "x, " * 30_000 + "]").value["a"]) == 30_000
    shared = "a: &a [" + "x, " * 100 + "]\nb: [" + "*a, " * 90 + "]\n"
    assert sum(map(len, read_yaml(shared).value["b"])) == 9_000
    begun = time.process_time()
    with pytest.raises(NotYaml, match="aliases"):
        read_yaml("a: &a [" + "x, " * 1000 + "]\nb: &b [" + "*a, " * 1000 + "]\nc: [" + "*b, " * 1000 + "]\n")
    assert time.process_time() - begun < 0.5


def test_without_libyaml_a_tab_is_refused_with_the_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    class Plain(yaml.SafeLoader):
        pass

    monkeypatch.setattr(yaml_reading, "TextLoader", Plain)
    monkeypatch.setattr(yaml_reading, "COMPILED", False)
    assert read_yaml("a: [b, {c: 1}]\n") == Yaml(
        {"a": ["b", {"c": 1}]}, {("a",): (1, 1), ("a", 0): (1, 5), ("a", 1): (1, 8), ("a", 1, "c"): (1, 9)}
    )
    with pytest.raises(NotYaml) as caught:
        read_yaml("a:\tb\n")
    assert caught.value.hint == "write spaces for the tab: this PyYAML was built without libyaml, which would read it"
    with pytest.raises(NotYaml):
        read_yaml("[" * 100_000)
