"""Mermaid's messages name the line of the source that they mean, in words that an author can use."""

from __future__ import annotations

import pytest

from site_builder.diagrams.errors import LONGEST, fault_of
from site_builder.diagrams.model import DiagramFault

MINUS = "Parse error on line 3:\n...art LR  a -->   b -> c\n---------------------^\nExpecting 'SEMI', 'NEWLINE', 'EOF', 'AMP', 'LINK', got 'MINUS'"


@pytest.mark.parametrize(
    ("before", "line"),
    [("", 3), ("\n\n", 5), ("---\ntitle: T\n---\n", 6), ("%% a remark\n", 4), ("%%{init: {}}%%\n", 4), ("---\na: b\n---\n%% c\n\n", 8)],
)
def test_the_line_is_that_of_the_source(before: str, line: int) -> None:
    source = f"{before}flowchart LR\n  a -->\n  b -> c"
    assert fault_of(source, MINUS, 3) == DiagramFault("Mermaid expects SEMI, NEWLINE, EOF or 2 others here, and finds MINUS", line)


def test_one_more_word_is_named() -> None:
    assert fault_of("x", MINUS.replace(", 'LINK'", "")).message == "Mermaid expects SEMI, NEWLINE, EOF, AMP here, and finds MINUS"


def test_what_names_the_diagram_is_counted_too() -> None:
    assert fault_of("flowchart LR\naccTitle: T\naccDescr {\nD\n}\na -->\nb -> c", MINUS, 3).line == 7


def test_the_end_of_a_text_is_its_last_line() -> None:
    message = "Parse error on line 3:\nkanban a[\n---------^\nExpecting 'NODE_DEND', got '1'"
    assert fault_of("kanban\n a[", message) == DiagramFault("Mermaid expects NODE_DEND here, and finds the end of the diagram", 2)
    assert fault_of("kanban\n a[", message, 2).line == 2


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Parsing failed:  Parse error on line 2, column 7: Expecting token of type ':' but found `3`.", ("Expecting token of type ':' but found `3`.", 2)),
        ("Parsing failed:  Parse error on line ?, column ?: Expecting token of type '}' but found ``.", ("Expecting token of type '}' but found ``.", 0)),
        ("Lexical error on line 2. Unrecognized text.\nquadrantChart a\n---^", ("Mermaid does not know what this line says", 2)),
        ("No diagram type detected matching given configuration for text: foo", ("its first line names no kind of diagram that Mermaid knows", 0)),
        ("KaTeX parse error: Unexpected end of input", ("a formula cannot be typeset: Unexpected end of input", 0)),
        ("The source image cannot be decoded.", ("it shows a picture, and pictures in diagrams cannot be fetched when they are drawn", 0)),
        ("Invalid date:2024-13-40", ("Invalid date:2024-13-40", 0)),
        ("", ("", 0)),
    ],
)  # fmt: skip
def test_messages(message: str, expected: tuple[str, int]) -> None:
    assert fault_of("one\ntwo\nthree", message) == DiagramFault(*expected)


def test_a_long_message_is_cut() -> None:
    assert len(fault_of("x", "y" * 1000).message) == LONGEST
