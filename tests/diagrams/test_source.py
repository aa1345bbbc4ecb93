"""A diagram's text: its name for readers, what is drawn of it, its key, and the lines that Mermaid counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.diagrams.source import drawn_text, key, said, surviving_lines

NAMED = "flowchart LR\n  accTitle: From cloud to table\n  accDescr: Rain falls\n  a --> b"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (NAMED, ("From cloud to table", "Rain falls")),
        ("flowchart LR\naccDescr {\n  Two\n  lines\n}\na-->b", ("", "Two lines")),
        ("flowchart LR\naccDescr: {one} and {two}\na-->b", ("", "{one} and {two}")),
        ("flowchart LR\n\taccTitle : Tab\na-->b", ("Tab", "")),
        ("flowchart LR\r\naccTitle: Windows\r\naccDescr: Lines\r\na-->b", ("Windows", "Lines")),
        ("flowchart LR\n  a[accTitle: no] --> b", ("", "")),
        ("flowchart LR\n%% accTitle: no\na-->b", ("", "")),
        ("flowchart LR\naccTitle:\naccDescr:\na-->b", ("", "")),
    ],
)
def test_title_and_description_are_mermaids_own(source: str, expected: tuple[str, str]) -> None:
    assert said(source) == expected


def test_what_names_a_diagram_is_not_drawn_and_no_line_moves() -> None:
    assert drawn_text(NAMED) == "flowchart LR\n%% -\n%% -\n  a --> b"
    assert drawn_text("gantt\naccDescr {\n one\n\n two\n}\nx") == "gantt\n%% -\n%% -\n%% -\n%% -\n%% -\nx"


def test_the_key_is_that_of_what_is_drawn() -> None:
    assert key(NAMED) == key(NAMED.replace("Rain falls", "Water falls")) == key(NAMED.replace("\n", "\r\n")) == key(NAMED + "\n")
    assert key(NAMED) != key(NAMED.replace("a --> b", "a --> c"))


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("flowchart LR\na\nb", [1, 2, 3]),
        ("\n\n  flowchart LR\na", [3, 4]),
        ("---\ntitle: T\n---\nflowchart LR\na", [4, 5]),
        ("flowchart LR\n%% a remark\na", [1, 3]),
        ('%%{init: {"theme": "forest"}}%%\nflowchart LR\na', [2, 3]),
        ("%%{init: {\n}}%%\n%% a remark\nflowchart LR\naccTitle: A\naccDescr {\n b\n}\na", [4, 9]),
        ("", []),
    ],
)
def test_lines_are_counted_as_mermaid_does(source: str, lines: list[int]) -> None:
    assert surviving_lines(source) == lines


@given(st.lists(st.sampled_from(["a --> b", "%% x", "accTitle: y", "", "  c", "---", "%%{init: {}}%%", "accDescr {", "}"])))
def test_any_line_that_is_counted_is_one_of_the_source(lines: list[str]) -> None:
    source = "\n".join(lines)
    counted = surviving_lines(source)
    assert counted == sorted(set(counted))
    assert all(1 <= number <= len(lines) for number in counted)
    assert drawn_text(source).count("\n") == source.count("\n")
